import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ExperimentView } from '../experiments/view'
import type { LabHost } from '../lab/host'
import { TicketLabError } from '../support/errors'
import { places } from '../support/paths'
import { openInspector } from './inspect'
import { provideInput } from './input'
import {
  countsSize,
  handledCount,
  inspectedFlag,
  terminationCount,
  wantedCount,
  type InterruptCounts,
} from './interrupter'
import { keepAlive } from './keep-alive'
import { defineLab } from './lab-global'
import { captureStream, createOutputs, watchGroups } from './output'
import { protocolVersion, type FromKernel, type KernelSettings, type ToKernel } from './protocol'
import { advance, emptyQueue, type QueueCommand, type QueueEvent } from './queue'
import { createCellRunner, interruptionOf } from './run-cell'
import { createShowing, type Showing } from './show'
import { attempt } from './stack'
import { throttle } from './throttle'
import { watchInterrupts } from './watch-interrupts'

/** How long a kernel leaves the processor to others before it loads `lab` for a first cell, in milliseconds. */
const untilLab = 1000

/**
 * Serves one notebook: speaks `protocol.ts` with the process that forked this one, until it disconnects.
 * @param program the kernel's own file
 */
export function serveKernel(program: string): void {
  const exit = process.exit.bind(process)
  const send = (message: FromKernel, sent?: () => void): void => {
    if (process.connected) process.send!(message, undefined, undefined, sent)
  }
  let kernel: Kernel | undefined
  process.title = 'ticketlab kernel'
  process.on('disconnect', () => exit(0))
  // Ctrl-C reaches every process of a terminal; what it means for cells, the command line decides.
  process.on('SIGINT', () => undefined)
  process.on('message', (message: ToKernel) => {
    if (message.type === 'shutdown') {
      kernel?.flush()
      send({ type: 'left' }, () => exit(0))
    } else if (message.type !== 'hello') {
      kernel?.receive(message)
    } else if (message.protocol !== protocolVersion) {
      const text = `The kernel speaks protocol ${protocolVersion}, but was asked for ${message.protocol}.`
      send({ type: 'refused', message: `${text} Reload the window, or build Ticket Lab again.` }, () =>
        exit(1),
      )
    } else {
      kernel = createKernel(program, message, send)
      send({ type: 'ready', protocol: protocolVersion, node: process.version, pid: process.pid })
    }
  })
}

interface Kernel {
  receive(message: Exclude<ToKernel, { type: 'hello' | 'shutdown' }>): void
  /** Sends what is still held back. */
  flush(): void
}

function createKernel(
  program: string,
  { notebook, settings, hasUser }: Extract<ToKernel, { type: 'hello' }>,
  send: (message: FromKernel) => void,
): Kernel {
  const outputs = createOutputs(send)
  captureStream(process.stdout, (text) => outputs.print('stdout', text))
  captureStream(process.stderr, (text) => outputs.print('stderr', text))
  const closeGroups = watchGroups(console)
  const showing = createShowing(outputs)
  const workingFolder = createWorkingFolder(notebook.folder)

  const interruptCounts: InterruptCounts = new Int32Array(new SharedArrayBuffer(countsSize))
  let queue = emptyQueue
  let running: AbortController | undefined
  let place = notebook
  const codes = new Map<number, string>()
  const watches = new Map<number, AbortController>()
  const origin: LabHost['origin'] = () => {
    const code = codes.get(outputs.owner() ?? NaN)
    return code === undefined ? undefined : { notebook: join(place.folder, place.name), code }
  }
  const lab = defineLab(
    labHost(
      settings,
      { ...outputs, ...showing, origin, execution: () => outputs.owner() },
      () => (running ?? new AbortController()).signal,
      send,
    ),
  )
  // Should it fail, the first cell that needs it says so.
  setTimeout(() => void lab.load().catch(() => undefined), untilLab).unref()
  const cells = createCellRunner(program, notebook.folder, outputs, showing, lab, () =>
    Atomics.load(interruptCounts, terminationCount),
  )
  keepAlive(
    outputs,
    (thrown) => cells.describe(thrown),
    (outcome) => {
      const execution = queue.running?.execution
      if (execution === undefined || execution !== outputs.owner()) return false
      happen({ kind: 'ended', execution, outcome })
      return true
    },
  )

  const happen = (event: QueueEvent): void => {
    const [next, commands] = advance(queue, event)
    queue = next
    for (const command of commands) obey(command)
  }
  const obey = (command: QueueCommand): void => {
    switch (command.kind) {
      case 'start': {
        const { execution } = command.cell
        running = new AbortController()
        const { signal } = running
        // An interrupt whose message is still behind this cell's was meant for this cell, too.
        const isDoomed =
          Atomics.load(interruptCounts, wantedCount) > Atomics.load(interruptCounts, handledCount)
        void (isDoomed ? interruptionOf(signal) : cells.run(command.cell, signal)).then((outcome) =>
          happen({ kind: 'ended', execution, outcome }),
        )
        break
      }
      case 'stop':
        running?.abort(new TicketLabError('cancelled', 'The cell was interrupted.'))
        break
      case 'report':
        closeGroups()
        outputs.flush()
        send({ type: 'done', execution: command.execution, outcome: command.outcome })
        break
    }
  }

  const interrupts = watchInterrupts(program, interruptCounts, () => {
    input.interrupt()
    happen({ kind: 'interrupted' })
  })
  const input = provideInput(
    {
      hasUser,
      ask: (question) => send({ type: 'ask', ...question }),
      askAndWait: interrupts.askAndWait,
      withdraw: (question) => send({ type: 'withdraw', question }),
    },
    outputs,
  )
  return {
    flush: outputs.flush,
    receive(message) {
      switch (message.type) {
        case 'execute':
          codes.set(message.execution, message.code)
          happen({ kind: 'submitted', cell: message })
          break
        case 'interrupt':
          interrupts.interrupt()
          break
        case 'answer':
          input.answer(message.question, message.answer)
          break
        case 'cancel':
          lab.cancel(message.run)
          return
        case 'background':
          lab.toBackground(message.run)
          break
        case 'watch': {
          const { execution, runs } = message
          const leave = new AbortController()
          watches.get(execution)?.abort()
          watches.set(execution, leave)
          const watching = outputs.beside(execution, () => lab.watch(runs, leave.signal))
          watching.catch((error: unknown) =>
            send({ type: 'log', level: 'warning', message: `A run cannot be watched: ${String(error)}` }),
          )
          break
        }
        case 'unwatch':
          watches.get(message.execution)?.abort()
          break
        case 'moved':
          place = message.notebook
          cells.move(message.notebook.folder)
          workingFolder.move(message.notebook.folder)
          break
        case 'describe': {
          const { request } = message
          void cells.variables().then((variables) => send({ type: 'variables', request, variables }))
          break
        }
        case 'inspect': {
          const address = openInspector(message.open)
          Atomics.store(interruptCounts, inspectedFlag, address === undefined ? 0 : 1)
          send({ type: 'inspector', address })
          break
        }
      }
    },
  }
}

/**
 * Files that a cell reads are named from where the notebook is, like its imports; unless a cell has chosen another folder,
 * when the notebook moves.
 */
function createWorkingFolder(folder: string): { move(folder: string): void } {
  let ours: string | undefined
  const enter = (next: string): void => {
    if (!existsSync(next)) return
    process.chdir(next)
    ours = process.cwd()
  }
  enter(folder)
  return {
    move(next) {
      if (ours === undefined || attempt(() => process.cwd()) === ours) enter(next)
    },
  }
}

function labHost(
  settings: KernelSettings,
  {
    display,
    show,
    origin,
    execution,
  }: Pick<LabHost, 'display' | 'origin' | 'execution'> & Pick<Showing, 'show'>,
  signal: LabHost['signal'],
  send: (message: FromKernel) => void,
): LabHost {
  const byExperiment = new Map<string, (current: () => ExperimentView) => void>()
  return {
    store: settings.store,
    backends: places({ ...process.env, TICKETLAB_HOME: settings.home }).backends,
    trainers: settings.trainers,
    ...(settings.backend ? { backend: settings.backend } : {}),
    ...(settings.runs ? { runs: settings.runs } : {}),
    display,
    show,
    ...(origin ? { origin } : {}),
    ...(execution ? { execution } : {}),
    ran: (run) => send({ type: 'ran', run }),
    signal,
    activity: throttle(100, (current) => send({ type: 'activity', activity: current() })),
    experiment(digest, current) {
      const pass =
        byExperiment.get(digest) ??
        throttle(500, (latest) => send({ type: 'experiment', experiment: latest() }))
      byExperiment.set(digest, pass)
      pass(current)
    },
    log: (level, message) => send({ type: 'log', level, message }),
  }
}
