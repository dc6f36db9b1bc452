import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  window,
  type NotebookCell,
  type NotebookCellExecution,
  type NotebookController,
  type NotebookDocument,
} from 'vscode'
import type { RunActivity } from '../../experiments/activity'
import type { KernelClient } from '../../kernel/client'
import type { FromKernel, Outcome, Output, Question } from '../../kernel/protocol'
import type { Digest } from '../../tasks/tasks'
import { createDebugging } from '../debugging/debugging'
import type { Services } from '../services'
import { createCellOutputs, type CellOutputs, type EarlierOutputs } from './cell-outputs'
import { leave, showAsBefore } from './continuing'
import { createNotebookKernel } from './notebook-kernel'
import { shownBefore } from './outputs'
import { placeOf } from './place'
import { askUser, type Asked } from './questions'
import type { NotebookSession } from './session'
import {
  advance,
  isUnused,
  lostByRestart,
  newSession,
  type Session,
  type SessionEffect,
  type SessionEvent,
} from './session-state'

interface Execution {
  readonly cell: NotebookCell
  /** Absent where only runs are watched that an earlier window began. */
  readonly task: NotebookCellExecution | undefined
  /** Digests of their experiments. */
  readonly watched?: readonly Digest[]
  readonly outputs: CellOutputs
  /** What an earlier execution of the cell, still at work, has shown while this one waits. */
  readonly early: Output[]
  readonly debugged: boolean
  /** Set once it has begun. */
  started?: { readonly count: number | undefined; readonly time: number | undefined }
  /** Set once it has ended. What is shown later, by a timer or a run that is not awaited, is shown below its cell. */
  ended?: { readonly success: boolean | undefined; readonly time: number | undefined }
}

/** How long a restart waits for what runs to stop and for its last plots, in milliseconds. */
const patience = 3000
/** How long VS Code may take to take in what it was shown, in milliseconds. */
const takingIn = 300

let made = 0

export function createNotebookSession(
  opened: NotebookDocument,
  controller: NotebookController,
  services: Services,
): NotebookSession {
  const { log, news } = services
  const name = `kernel ${++made}`
  /** Those that have ended, too. One whose cell was run again has given its place to that execution. */
  const executions = new Map<number, Execution>()
  let notebook = opened
  const debugging = createDebugging(() => notebook, dirname(services.built('kernel.cjs')))
  let session: Session = newSession
  /** Events that wait while the notebook gets another address; absent at other times. */
  let held: SessionEvent[] | undefined
  /** While a cell whose turn it is waits for the debugger. */
  let preparing: AbortController | undefined
  let lastExecution = 0
  let runs: readonly RunActivity[] = []
  /** Runs of the kernel of which it has not told yet that they are over, with their last plots. */
  const open = new Map<number, RunActivity>()
  /** Runs that have ended, by the execution that began them. */
  const ended = new Map<number, readonly RunActivity[]>()
  /** What the kernel waits for. */
  const questions = new Map<number, Asked>()

  const happen = (event: SessionEvent): void => {
    if (held && event.type !== 'closed') {
      held.push(event)
      return
    }
    const [next, effects] = advance(session, event)
    session = next
    for (const effect of effects) obey(effect)
  }

  const obey = (effect: SessionEffect): void => {
    switch (effect.do) {
      case 'startKernel':
        kernel.start()
        break
      case 'stopKernel':
        stop()
        break
      case 'interruptKernel':
        preparing?.abort()
        kernel.use((client) => client.interrupt())
        break
      case 'begin':
        begin(effect.execution, effect.count)
        break
      case 'show':
        executions.get(effect.execution)?.outputs.show(effect.output)
        break
      case 'end':
        end(effect)
        break
      case 'showLate':
        showLate(effect.execution, effect.output)
        break
      case 'clearCounts':
        clearCounts()
        break
      case 'warn':
        void window.showWarningMessage(`Ticket Lab: ${effect.message}`)
        break
    }
  }

  const kernel = createNotebookKernel(
    {
      notebook: () => notebook,
      receive: (message) => receive(message),
      ready() {
        // Before cells that wait: one of these may be what is watched.
        for (const number of executions.keys()) beginWatching(number)
        happen({ type: 'kernelReady' })
      },
      forget() {
        runs = []
        open.clear()
        for (const question of [...questions.keys()]) withdraw(question)
        news.tell(name, { type: 'ended' })
      },
      failed: (message) => happen({ type: 'kernelEnded', message }),
    },
    services.built('kernel.cjs'),
    log,
  )

  const stop = (): void => {
    for (const [number, { ended, watched }] of executions) if (ended && !watched) executions.delete(number)
    kernel.stop()
  }

  /** Tells the kernel what to watch, unless that is over by when it hears of it. */
  const beginWatching = (number: number): void =>
    kernel.use((client) => {
      const watched = executions.get(number)?.watched
      if (watched) client.watch(number, watched)
    })

  const drop = (number: number): void => {
    if (executions.get(number)?.watched) kernel.use((client) => client.unwatch(number))
    executions.delete(number)
  }

  const receive = (message: FromKernel): void => {
    switch (message.type) {
      case 'output':
        happen(message)
        break
      case 'done':
        // The end of the kernel follows at once and is told to the cell then.
        if (message.outcome.kind === 'error') {
          if (message.outcome.name === 'KernelDied') break
          if (message.outcome.code === 'backend-missing') news.tell(name, { type: 'backendMissing' })
        }
        happen(message)
        news.tell(name, { type: 'variables' })
        break
      case 'ask':
        ask(message)
        break
      case 'withdraw':
        withdraw(message.question)
        break
      case 'activity':
        runs = message.activity.runs
        for (const run of runs) open.set(run.run, run)
        news.tell(name, { type: 'runs' })
        break
      case 'ran': {
        const { execution } = message.run
        open.delete(message.run.run)
        if (execution === undefined) break
        ended.set(execution, [...(ended.get(execution) ?? []), message.run])
        runs = runs.filter(({ run }) => run !== message.run.run)
        news.tell(name, { type: 'runs' })
        break
      }
      case 'experiment':
        news.tell(name, message)
        break
      case 'log':
        log[message.level === 'warning' ? 'warn' : message.level](message.message)
        break
      case 'ready':
      case 'refused':
      case 'variables':
      case 'inspector':
      case 'left':
        break
    }
  }

  const ask = ({ question, execution, prompt }: Question): void => {
    const count = execution === undefined ? undefined : executions.get(execution)?.started?.count
    const name = basename(notebook.uri.path)
    const title = count === undefined ? `${name} asks` : `Cell In[${count}] of ${name} asks`
    const asked = askUser({ title, prompt }, (reply) => {
      questions.delete(question)
      if (reply.kind !== 'closed') kernel.use((client) => client.answer(question, reply))
      else if (execution === session.running) happen({ type: 'interrupt' })
      // There is nothing to interrupt, but what reads must not wait for ever.
      else kernel.use((client) => client.answer(question, { kind: 'end' }))
    })
    questions.set(question, asked)
  }

  const withdraw = (question: number): void => {
    questions.get(question)?.withdraw()
    questions.delete(question)
  }

  const begin = (execution: number, count: number): void => {
    const found = executions.get(execution)
    if (!found?.task) return
    found.started = { count, time: Date.now() }
    found.task.executionOrder = count
    found.task.start(found.started.time)
    void found.task.clearOutput()
    for (const [number, earlier] of executions) {
      if (!earlier.ended || earlier.cell !== found.cell) continue
      if (earlier.watched) drop(number)
      else executions.set(number, found)
    }
    for (const output of found.early.splice(0)) found.outputs.show(output)
    kernel.use((client) => {
      if (found.debugged || debugging.isAttached()) void attachAndGive(execution, count, client)
      else give(execution, count, client)
    })
  }

  const give = (execution: number, count: number, client: KernelClient): void => {
    const cell = executions.get(execution)?.cell
    if (!cell) return
    client.execute({ execution, count, code: cell.document.getText(), file: debugging.fileOf(cell) })
  }

  /** Gives the kernel a cell once the debugger is attached and its breakpoints are set. */
  const attachAndGive = async (execution: number, count: number, client: KernelClient): Promise<void> => {
    const cell = executions.get(execution)?.cell
    if (!cell) return
    const mine = (preparing = new AbortController())
    const ended = (outcome: Outcome): void => happen({ type: 'done', execution, outcome })
    try {
      await debugging.attach(cell, client)
      if (mine.signal.aborted) ended({ kind: 'interrupted' })
      else give(execution, count, client)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      log.error('The debugger was not attached.', message)
      ended({ kind: 'error', name: 'DebuggerFailed', message, stack: '' })
    } finally {
      if (preparing === mine) preparing = undefined
    }
  }

  const end = ({ execution, success, error }: Extract<SessionEffect, { do: 'end' }>): void => {
    const found = executions.get(execution)
    if (!found?.task) return
    // A cell that waited for a kernel in vain has no clock yet, and VS Code shows outputs of started cells only.
    if (error) {
      if (found.task.executionOrder === undefined) found.task.start()
      found.outputs.showError(error)
    }
    found.ended = { success, time: Date.now() }
    found.task.end(success, found.ended.time)
    if (!found.started) executions.delete(execution)
    const isDebugging = [...executions.values()].some((other) => other.debugged && !other.ended)
    if (found.debugged && !isDebugging) debugging.detach()
  }

  /**
   * VS Code shows outputs of executions only, so that a cell which has ended gets a new one, for as long as it takes to
   * show this: it takes nothing away, and the cell's number, duration and end are those it had.
   */
  const showLate = (execution: number, output: Output): void => {
    const found = executions.get(execution)
    if (!found?.started) return // Its cell is gone.
    const { cell, outputs, started, ended } = found
    const waiting = [...executions.values()].find((other) => other.cell === cell && !other.started)
    if (waiting) {
      waiting.early.push(output)
    } else if (!ended) {
      outputs.show(output)
    } else {
      const task = executionOf(cell)
      if (!task) return
      task.executionOrder = started.count
      task.start(started.time)
      outputs.goOn(task)
      outputs.show(output)
      task.end(ended.success, ended.time)
    }
  }

  /** `undefined` where another kernel has been chosen meanwhile, of which VS Code takes the outputs now. */
  const executionOf = (cell: NotebookCell): NotebookCellExecution | undefined => {
    try {
      return controller.createNotebookCellExecution(cell)
    } catch (error) {
      log.warn('An output was not shown.', String(error))
      return undefined
    }
  }

  const clearCounts = (): void => {
    for (const cell of notebook.getCells()) {
      if (cell.executionSummary?.executionOrder === undefined) continue
      // Beginning an execution is the only way to take the number away.
      controller.createNotebookCellExecution(cell).end(undefined)
    }
  }

  const createOutputs = (task: NotebookCellExecution | undefined, earlier?: EarlierOutputs): CellOutputs =>
    createCellOutputs(task, (error) => log.error('An output was not shown.', String(error)), earlier)

  /** Goes on with an execution in the cell of another notebook that has taken the place of its own. */
  const continueIn = (cell: NotebookCell, execution: Execution): Execution => {
    const { outputs, started, ended } = execution
    const shown = outputs.shown()
    if (ended) {
      return { ...execution, cell, outputs: createOutputs(undefined, { shown, outputs: cell.outputs }) }
    }
    const task = controller.createNotebookCellExecution(cell)
    if (!started) return { ...execution, cell, task, outputs: createOutputs(task) }
    task.executionOrder = started.count
    task.start(started.time)
    const earlier = { shown, outputs: showAsBefore(task, execution.cell) }
    return { ...execution, cell, task, outputs: createOutputs(task, earlier) }
  }

  const moveTo = (successor: NotebookDocument, selected: boolean): void => {
    const before = notebook.getCells()
    notebook = successor
    for (const [index, cell] of before.entries()) {
      const next = successor.getCells()[index]
      if (next) debugging.move(cell, next)
    }
    const moved = new Map<Execution, Execution>()
    for (const [number, execution] of executions) {
      // Somebody may have been quicker, and have run a cell in the successor.
      if (execution.cell.notebook === successor) continue
      const cell = successor.getCells()[before.indexOf(execution.cell)]
      if (!moved.has(execution)) leave(execution)
      if (!cell || !selected) {
        drop(number)
        continue
      }
      const next = moved.get(execution) ?? continueIn(cell, execution)
      moved.set(execution, next)
      executions.set(number, next)
    }
    news.tell(name, { type: 'runs' })
  }

  /** Runs that end with the kernel. */
  const ownRuns = (): readonly RunActivity[] => [...open.values()].filter(({ where }) => where === undefined)

  const letHappen = (): void => {
    const events = held ?? []
    held = undefined
    events.forEach(happen)
  }

  return {
    notebook: () => notebook,
    runs: () => runs,
    workOf(cell) {
      const numbers = [...executions].filter((one) => one[1].cell === cell && one[1].started)
      const execution = numbers.at(-1)?.[0]
      if (execution === undefined) return undefined
      return {
        running: runs.filter((run) => run.execution === execution),
        ended: ended.get(execution) ?? [],
      }
    },
    execute(cells, { debugged } = { debugged: false }) {
      const added = cells.map((cell) => {
        const task = controller.createNotebookCellExecution(cell)
        executions.set(++lastExecution, { cell, task, outputs: createOutputs(task), debugged, early: [] })
        return lastExecution
      })
      happen({ type: 'run', executions: added })
    },
    expect: () => happen({ type: 'expected' }),
    watch(cell, watched) {
      if (!isUnused(session) || [...executions.values()].some((one) => one.cell === cell)) return
      const shown = shownBefore(cell.outputs.map(({ items }) => items.map(({ mime }) => mime)))
      const outputs = createOutputs(undefined, { shown, outputs: cell.outputs })
      const { executionOrder: count } = cell.executionSummary ?? {}
      // No file says when that was.
      const past = { started: { count, time: undefined }, ended: { success: undefined, time: undefined } }
      const execution = ++lastExecution
      executions.set(execution, {
        cell,
        task: undefined,
        watched,
        outputs,
        early: [],
        debugged: false,
        ...past,
      })
      // Without a kernel, the next one is told when it has started.
      if (kernel.isThere()) beginWatching(execution)
      else happen({ type: 'expected' })
    },
    variables: () =>
      kernel.isThere()
        ? new Promise((resolve) =>
            kernel.use(
              (client) => resolve(client.variables()),
              () => resolve([]),
            ),
          )
        : Promise.resolve([]),
    isUnused: () => isUnused(session),
    noticeSettings: () => happen({ type: 'settingsChanged' }),
    interrupt: () => happen({ type: 'interrupt' }),
    restart: () => happen({ type: 'restart' }),
    async settle() {
      const isBusy = (): boolean => lostByRestart(session, ownRuns().length > 0) === 'work'
      if (session.kernel !== 'ready' || !isBusy()) return
      happen({ type: 'interrupt', leaving: true })
      for (const { run } of ownRuns()) kernel.use((client) => client.cancel(run))
      const end = Date.now() + patience
      while (isBusy() && Date.now() < end) await sleep(50)
      await sleep(takingIn)
    },
    lostByRestart: () => lostByRestart(session, ownRuns().length > 0),
    cancel: (run) => kernel.use((client) => client.cancel(run)),
    toBackground: (run) => kernel.use((client) => client.toBackground(run)),
    noticeRemoved(cells) {
      for (const [execution, { cell, ended }] of executions) {
        if (!cells.includes(cell)) continue
        if (ended) drop(execution)
        else happen({ type: 'cellRemoved', execution })
      }
    },
    noticeOutputs(cell) {
      for (const execution of new Set(executions.values())) {
        if (execution.cell === cell) execution.outputs.noticeCount(cell.outputs.length)
      }
    },
    noticeHidden: () => debugging.detach(),
    hold() {
      held ??= []
      return {
        tell: (successor) => kernel.use((client) => client.move(placeOf(successor))),
        to: (successor, selected) => {
          if (successor !== notebook) moveTo(successor, selected)
          letHappen()
        },
      }
    },
    async close() {
      happen({ type: 'closed' })
      await kernel.gone()
    },
  }
}
