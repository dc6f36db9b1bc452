import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { TicketLabError } from '../support/errors'
import { splitter } from './pipe-text'
import {
  interruptPipe,
  protocolVersion,
  type Answer,
  type FromKernel,
  type KernelSettings,
  type NotebookPlace,
  type ToKernel,
  type Variable,
} from './protocol'
import type { Digest } from '../tasks/tasks'
import type { QueuedCell } from './queue'

export interface KernelOptions {
  /** The Node that runs the kernel. */
  readonly nodePath: string
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** `dist/kernel.cjs`. */
  readonly kernelPath: string
  readonly place: NotebookPlace
  readonly settings: KernelSettings
  /** Whether somebody answers what cells ask (see `ask` of `FromKernel`); without, they fail. */
  readonly hasUser?: boolean
  /** Everything the kernel says after its greeting. Each cell gets exactly one `done`, even if the kernel dies. */
  onMessage(message: FromKernel): void
  /** Called once, when the process is gone; after the `done` of every cell. */
  onExit?(exit: KernelExit): void
  /** Milliseconds in which the kernel must answer the greeting; 20,000 unless told otherwise. */
  readonly startLimit?: number
  /** Spoken instead of our version; for tests. */
  readonly protocol?: number
}

export interface KernelExit {
  /** Whether `shutdown` asked for it. */
  readonly expected: boolean
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The whole story in words, with the last lines of standard error. */
  readonly message: string
}

/** A running kernel. */
export interface KernelClient {
  readonly pid: number
  /** Version of its Node, such as `v20.20.2`. */
  readonly node: string
  /** Runs a cell after those asked for before it; see `ToKernel`. A dead kernel answers with an error. */
  execute(cell: QueuedCell): void
  /** Stops the running cell within half a second and drops the waiting ones; variables stay. */
  interrupt(): void
  /** Answers `ask`. */
  answer(question: number, answer: Answer): void
  /** Cancels one run of experiments. */
  cancel(run: number): void
  /** Lets one run go on in the background. */
  toBackground(run: number): void
  /** Shows runs that others compute; see `watch` of `ToKernel`. */
  watch(execution: number, runs: readonly Digest[]): void
  unwatch(execution: number): void
  /** What its cells have declared; nothing once it is gone. */
  variables(): Promise<readonly Variable[]>
  /** Tells where the notebook is now. */
  move(place: NotebookPlace): void
  /** Opens the port of V8's inspector. Resolves to the address that a debugger attaches to. */
  openInspector(): Promise<string>
  /** Closes it again, once the debugger has left. */
  closeInspector(): void
  /** Ends the process, by force if it does not go by itself. Resolves when it is gone. */
  shutdown(): Promise<KernelExit>
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<KernelExit>
}

/** How long a kernel may take to leave before it is killed, in milliseconds. */
const leaveLimit = 1000
/** How long what a dead kernel wrote is awaited, in milliseconds. */
const drainLimit = 500

/**
 * Starts a kernel and greets it.
 * @throws TicketLabError `kernel-failed` that says why, if the kernel does not start, does not answer in time, or speaks another protocol
 */
export async function startKernel(options: KernelOptions): Promise<KernelClient> {
  const child = forkKernel(options)
  const errorText = keepLast(child)
  const open = new Set<number>()
  /** Who waits for variables, by the number of the request. */
  const asked = new Map<number, (variables: readonly Variable[]) => void>()
  let requests = 0
  let last: number | undefined
  let expected = false

  const exited = new Promise<KernelExit>((resolve) => {
    const gone = (code: number | null, signal: NodeJS.Signals | null, failure?: Error): void => {
      const exit = { expected, code, signal, message: tellExit(code, signal, failure, errorText()) }
      for (const execution of open) options.onMessage(deathOf(execution, exit))
      open.clear()
      for (const answer of asked.values()) answer([])
      asked.clear()
      options.onExit?.(exit)
      resolve(exit)
    }
    // 'close' comes after 'exit', when all that was written has been read.
    child.once('close', (code, signal) => {
      if (child.pid !== undefined) gone(code, signal)
    })
    // A program that a cell started may hold the kernel's output open for as long as it likes.
    child.once('exit', () => {
      const timer = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy()
      }, drainLimit)
      child.once('close', () => clearTimeout(timer))
    })
    child.once('error', (error) => {
      if (child.pid === undefined) gone(null, null, error)
    })
  })

  const send = (message: ToKernel): void => {
    if (child.connected) child.send(message, () => undefined) // Its death is told by 'exited'.
  }
  const shutdown = (): Promise<KernelExit> => {
    expected = true
    send({ type: 'shutdown' })
    const timer = setTimeout(() => child.kill('SIGKILL'), leaveLimit)
    void exited.then(() => clearTimeout(timer))
    return exited
  }

  child.on('message', (message: FromKernel) => {
    if (['ready', 'refused', 'inspector', 'left'].includes(message.type)) return
    if (message.type === 'variables') {
      asked.get(message.request)?.(message.variables)
      asked.delete(message.request)
      return
    }
    if (message.type === 'done' && !open.delete(message.execution)) return
    options.onMessage(message)
  })
  const pipe = child.stdio[interruptPipe] as Duplex
  const tell = (text: string): void => {
    if (pipe.writable) pipe.write(text)
  }
  /** Questions that hold the kernel's main thread: their answers go where another one reads. */
  const waitedFor = new Set<number>()
  const read = splitter((line) => {
    const message = JSON.parse(line) as FromKernel
    if (message.type === 'ask') waitedFor.add(message.question)
    options.onMessage(message)
  })
  pipe.setEncoding('utf8').on('data', read)
  const ready = await greet(child, options, exited, send).catch(async (error: unknown) => {
    expected = true
    child.kill('SIGKILL')
    await exited
    throw error
  })

  // What programs started by a cell, or native code, write past the kernel.
  const relay = (stream: 'stdout' | 'stderr') => (text: string) => {
    if (text === '') return
    if (last === undefined) options.onMessage({ type: 'log', level: 'info', message: text.trimEnd() })
    else options.onMessage({ type: 'output', execution: last, output: { kind: 'stream', stream, text } })
  }
  child.stdout?.setEncoding('utf8').on('data', relay('stdout'))
  const relayError = relay('stderr')
  child.stderr?.on('data', (text: string) => relayError(withoutNotice(text)))

  return {
    pid: ready.pid,
    node: ready.node,
    execute(cell) {
      const { execution } = cell
      open.add(execution)
      last = execution
      if (child.connected) send({ type: 'execute', ...cell })
      else void exited.then((exit) => open.delete(execution) && options.onMessage(deathOf(execution, exit)))
    },
    interrupt() {
      send({ type: 'interrupt' })
      tell('!')
    },
    answer(question, answer) {
      const message: ToKernel = { type: 'answer', question, answer }
      if (waitedFor.delete(question)) tell(`${JSON.stringify(message)}\n`)
      else send(message)
    },
    cancel: (run) => send({ type: 'cancel', run }),
    toBackground: (run) => send({ type: 'background', run }),
    watch: (execution, runs) => send({ type: 'watch', execution, runs }),
    unwatch: (execution) => send({ type: 'unwatch', execution }),
    variables: () =>
      new Promise((resolve) => {
        if (!child.connected) {
          resolve([])
          return
        }
        asked.set(++requests, resolve)
        send({ type: 'describe', request: requests })
      }),
    move: (place) => send({ type: 'moved', notebook: place }),
    openInspector: () => openInspector(child, exited, send),
    closeInspector: () => send({ type: 'inspect', open: false }),
    shutdown,
    exited,
  }
}

function forkKernel({ nodePath, kernelPath, place, environment }: KernelOptions): ChildProcess {
  const child = fork(kernelPath, [], {
    execPath: nodePath,
    env: { ...process.env, ...environment },
    // Node gives up the whole process when V8 terminates what a timer or an awaited callback runs, unless this
    // check is off: without it, only the first turn of a cell could be interrupted.
    // A debugger's port is of use only to whom we tell its address.
    execArgv: ['--no-force-async-hooks-checks', '--inspect-publish-uid=stderr'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'overlapped'],
    ...(existsSync(place.folder) ? { cwd: place.folder } : {}),
  })
  // A kernel that dies while we write to it is told by its exit.
  child.stdio[interruptPipe]?.on('error', () => undefined)
  return child
}

/**
 * What Node says of its inspector: that a debugger attaches and leaves, and when a process ends whose cells are evaluated
 * through it, sometimes, depending on how far that had come.
 */
const notices = [
  'Waiting for the debugger to disconnect\\.\\.\\.',
  'Debugger (listening|ending) on ws://.*',
  'For help, see: https://nodejs\\.org/.*inspector.*',
  'Debugger attached\\.',
]
const notice = new RegExp(`^(${notices.join('|')})\\n`, 'gm')

/** What a process wrote, without what Node says of its inspector. */
function withoutNotice(text: string): string {
  return text.replace(notice, '')
}

/** The last lines that the process wrote to standard error. */
function keepLast(child: ChildProcess): () => string {
  let kept = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + withoutNotice(text)).slice(-4000)
  })
  return () => kept.trim().split('\n').slice(-40).join('\n')
}

function greet(
  child: ChildProcess,
  options: KernelOptions,
  exited: Promise<KernelExit>,
  send: (message: ToKernel) => void,
): Promise<Extract<FromKernel, { type: 'ready' }>> {
  const limit = options.startLimit ?? 20_000
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(kernelFailed(`The kernel did not answer within ${limit / 1000} s (${options.nodePath}).`))
    }, limit)
    const over = (): void => {
      clearTimeout(timer)
      child.off('message', listen)
    }
    const listen = (message: FromKernel): void => {
      if (message.type !== 'ready' && message.type !== 'refused') return
      over()
      if (message.type === 'ready') resolve(message)
      else reject(kernelFailed(message.message))
    }
    child.on('message', listen)
    void exited.then((exit) => {
      over()
      reject(kernelFailed(`The kernel did not start. ${exit.message}`))
    })
    const { place, settings, hasUser = false, protocol = protocolVersion } = options
    send({ type: 'hello', protocol, notebook: place, settings, hasUser })
  })
}

function openInspector(
  child: ChildProcess,
  exited: Promise<KernelExit>,
  send: (message: ToKernel) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const listen = (message: FromKernel): void => {
      if (message.type !== 'inspector' || message.address === undefined) return
      child.off('message', listen)
      resolve(message.address)
    }
    child.on('message', listen)
    void exited.then((exit) => reject(kernelFailed(`The kernel cannot be debugged. ${exit.message}`)))
    send({ type: 'inspect', open: true })
  })
}

function kernelFailed(message: string): TicketLabError {
  return new TicketLabError('kernel-failed', message)
}

function tellExit(
  code: number | null,
  signal: NodeJS.Signals | null,
  failure: Error | undefined,
  errorText: string,
): string {
  const how = failure
    ? `It could not be started: ${failure.message}.`
    : signal
      ? `It was ended by ${signal}.`
      : `It ended with exit code ${code}.`
  return errorText ? `${how} Its last words:\n${errorText}` : how
}

function deathOf(execution: number, exit: KernelExit): FromKernel {
  if (exit.expected) return { type: 'done', execution, outcome: { kind: 'interrupted' } }
  const message = `The kernel has died, and its variables are lost. ${exit.message}`
  return {
    type: 'done',
    execution,
    outcome: { kind: 'error', name: 'KernelDied', message, stack: `KernelDied: ${message}` },
  }
}
