import type { Outcome, Output } from '../../kernel/protocol'

/**
 * What happens to the cells of one notebook, as data: `advance` says what to do about an event, and
 * `notebook-session.ts` does it. Cells wait here and are given to the kernel one at a time, so that an error or
 * an interrupt drops those behind it.
 */
export interface Session {
  readonly kernel: 'none' | 'starting' | 'ready'
  /** Executions that wait for their turn, by the number that they are known under. */
  readonly waiting: readonly number[]
  readonly running?: number
  /** Whether the kernel was started before anybody ran a cell. */
  readonly early?: true
  /** Whether a restart waits for it to stop. */
  readonly leaving?: true
  /** The count that the next cell shows in its brackets. */
  readonly nextCount: number
}

export const newSession: Session = { kernel: 'none', waiting: [], nextCount: 1 }

export type SessionEvent =
  | { readonly type: 'run'; readonly executions: readonly number[] }
  /** The notebook is to be seen: a cell will be run soon. */
  | { readonly type: 'expected' }
  /** What kernels are started with has changed. */
  | { readonly type: 'settingsChanged' }
  | { readonly type: 'kernelReady' }
  /** The kernel could not be started, or ended without being told to. */
  | { readonly type: 'kernelEnded'; readonly message: string }
  | { readonly type: 'output'; readonly execution: number; readonly output: Output }
  | { readonly type: 'done'; readonly execution: number; readonly outcome: Outcome }
  /** @param leaving that a restart follows */
  | { readonly type: 'interrupt'; readonly leaving?: true }
  | { readonly type: 'restart' }
  /** The cell is no longer in the notebook. */
  | { readonly type: 'cellRemoved'; readonly execution: number }
  | { readonly type: 'closed' }

export type SessionEffect =
  | { readonly do: 'startKernel' }
  | { readonly do: 'stopKernel' }
  | { readonly do: 'interruptKernel' }
  /** The cell's turn: start its clock, clear its outputs, send its text. */
  | { readonly do: 'begin'; readonly execution: number; readonly count: number }
  | { readonly do: 'show'; readonly execution: number; readonly output: Output }
  /** Ends a cell; without `success`, as one that did not run. */
  | {
      readonly do: 'end'
      readonly execution: number
      readonly success?: boolean
      readonly error?: ShownError
    }
  /** Shows output of a cell that has ended, such as what a timer prints. */
  | { readonly do: 'showLate'; readonly execution: number; readonly output: Output }
  | { readonly do: 'clearCounts' }
  | { readonly do: 'warn'; readonly message: string }

export interface ShownError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

export type Step = readonly [Session, readonly SessionEffect[]]

/** What a restart would lose. */
export type Lost = 'nothing' | 'variables' | 'work'

/** What a restart would lose now. @param runs whether experiments run, also those that no cell waits for */
export function lostByRestart({ kernel, running, waiting, nextCount }: Session, runs: boolean): Lost {
  if (running !== undefined || waiting.length > 0 || runs) return 'work'
  return kernel === 'ready' && nextCount > 1 ? 'variables' : 'nothing'
}

/** Whether no cell has been run in the kernel, and none waits for it. */
export function isUnused({ running, waiting, nextCount }: Session): boolean {
  return running === undefined && waiting.length === 0 && nextCount === newSession.nextCount
}

/** The session after an event, and what is to be done, in order. */
export function advance(session: Session, event: SessionEvent): Step {
  switch (event.type) {
    case 'run':
      return run({ ...session, waiting: [...session.waiting, ...event.executions] })
    case 'expected':
      if (session.kernel !== 'none') return [session, []]
      return [{ ...session, kernel: 'starting', early: true }, [{ do: 'startKernel' }]]
    case 'settingsChanged':
      // A kernel that has run cells keeps its variables, and with them the settings that it was started with.
      if (session.kernel === 'none' || !isUnused(session)) return [session, []]
      return [{ ...session, kernel: 'starting' }, [{ do: 'stopKernel' }, { do: 'startKernel' }]]
    case 'kernelReady':
      return beginNext({ ...session, kernel: 'ready' })
    case 'kernelEnded':
      return kernelEnded(session, event.message)
    case 'output': {
      const { execution, output } = event
      return [session, [{ do: execution === session.running ? 'show' : 'showLate', execution, output }]]
    }
    case 'done':
      return event.execution === session.running
        ? done(session, event.execution, event.outcome)
        : [session, []]
    case 'interrupt': {
      const effects = dropWaiting(session)
      if (session.running !== undefined) effects.push({ do: 'interruptKernel' })
      return [{ ...session, waiting: [], ...(event.leaving ? { leaving: true } : {}) }, effects]
    }
    case 'restart':
      return [
        { ...newSession, kernel: 'starting' },
        [
          ...dropRunning(session),
          ...dropWaiting(session),
          { do: 'stopKernel' },
          { do: 'clearCounts' },
          { do: 'startKernel' },
        ],
      ]
    case 'cellRemoved':
      if (event.execution === session.running) return [session, [{ do: 'interruptKernel' }]]
      if (!session.waiting.includes(event.execution)) return [session, []]
      return [
        { ...session, waiting: session.waiting.filter((execution) => execution !== event.execution) },
        [{ do: 'end', execution: event.execution }],
      ]
    case 'closed':
      return [newSession, [...dropRunning(session), ...dropWaiting(session), { do: 'stopKernel' }]]
  }
}

function run(session: Session): Step {
  switch (session.kernel) {
    case 'none':
      return session.waiting.length > 0
        ? [{ ...session, kernel: 'starting' }, [{ do: 'startKernel' }]]
        : [session, []]
    case 'starting':
      return [session, []]
    case 'ready':
      return beginNext(session)
  }
}

function beginNext(session: Session): Step {
  const [execution, ...waiting] = session.waiting
  if (execution === undefined || session.running !== undefined || session.kernel !== 'ready') {
    return [session, []]
  }
  return [
    { ...session, waiting, running: execution, nextCount: session.nextCount + 1 },
    [{ do: 'begin', execution, count: session.nextCount }],
  ]
}

function done(session: Session, execution: number, outcome: Outcome): Step {
  const idle: Session = { kernel: session.kernel, waiting: session.waiting, nextCount: session.nextCount }
  switch (outcome.kind) {
    case 'success': {
      const [next, effects] = beginNext(idle)
      return [next, [{ do: 'end', execution, success: true }, ...effects]]
    }
    case 'error': {
      const { name, message, stack } = outcome
      const end: SessionEffect = { do: 'end', execution, success: false, error: { name, message, stack } }
      return [{ ...idle, waiting: [] }, [end, ...dropWaiting(session)]]
    }
    case 'interrupted': {
      const error = plainError(
        'Interrupted',
        session.leaving ? 'The kernel was restarted.' : 'The cell was interrupted. Its variables are kept.',
      )
      // Who interrupted dropped what waited then; what waits now was asked for since.
      const [next, effects] = beginNext(idle)
      return [next, [{ do: 'end', execution, success: false, error }, ...effects]]
    }
  }
}

/**
 * The cell that the kernel's end concerns says so; if there is none, a message does. Of a kernel that nobody has asked for,
 * nobody hears: the first cell starts another.
 */
function kernelEnded(session: Session, message: string): Step {
  if (session.early && isUnused(session)) return [newSession, []]
  const error = plainError('KernelEnded', message)
  const [concerned, ...dropped] =
    session.running === undefined ? session.waiting : [session.running, ...session.waiting]
  const effects: SessionEffect[] =
    concerned === undefined
      ? [{ do: 'warn', message }]
      : [{ do: 'end', execution: concerned, success: false, error }]
  for (const execution of dropped) effects.push({ do: 'end', execution })
  // A new kernel counts from 1 again, as after a restart.
  return [newSession, effects]
}

function dropRunning(session: Session): SessionEffect[] {
  return session.running === undefined ? [] : [{ do: 'end', execution: session.running }]
}

function dropWaiting(session: Session): SessionEffect[] {
  return session.waiting.map((execution) => ({ do: 'end', execution }))
}

function plainError(name: string, message: string): ShownError {
  return { name, message, stack: '' }
}
