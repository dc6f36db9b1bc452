import { constants, setPriority } from 'node:os'
import type { Backend, BackendKey } from '../backends/backend'
import { TicketLabError, toFailure } from '../support/errors'
import type { Digest, Task } from '../tasks/tasks'
import { createReader } from '../store/reader'
import { openWork } from '../store/work'
import type { TaskContext } from './context'
import { type MeasureRequest, type Ending, type FromTrainer, type Measured, type ToTrainer } from './protocol'
import { measure } from './measure'
import { createSessions } from './sessions'
import { compute } from './compute'

/**
 * Makes this process a trainer: it computes the tasks that its parent sends, one at a time, and ends when the
 * parent does.
 * @param openBackend opens a backend, which may be installed in the folder; called before the first task that needs it
 */
export function serveTrainer(
  openBackend: (key: BackendKey, backends: string) => Backend | Promise<Backend>,
): void {
  let configuration: (Pick<TaskContext, 'open' | 'checkpointPeriod'> & { store: string }) | undefined
  let running: AbortController | undefined
  let leaving = false

  function configured(): NonNullable<typeof configuration> {
    if (configuration) return configuration
    throw new Error('A trainer was given a task before its configuration.')
  }

  async function run(digest: Digest, task: Task, signal: AbortSignal): Promise<Ending> {
    try {
      const { store, ...rest } = configured()
      const work = await openWork(store, task, digest)
      const product = await compute(task, { store: createReader(store), work, signal, send, ...rest })
      return { kind: 'finished', product }
    } catch (error) {
      return failed(error)
    }
  }

  async function runMeasure(request: MeasureRequest, signal: AbortSignal): Promise<Measured> {
    try {
      return { kind: 'finished', measurement: await measure(request, { open: configured().open, signal }) }
    } catch (error) {
      return failed(error)
    }
  }

  /** Works on one thing, which a later message may cancel, and tells how it ended. */
  function begin(work: (signal: AbortSignal) => Promise<FromTrainer>): void {
    const controller = new AbortController()
    running = controller
    void work(controller.signal).then((answer) => {
      running = undefined
      send(answer)
      if (leaving) process.exit()
    })
  }

  process.on('message', (message: ToTrainer) => {
    switch (message.type) {
      case 'configure': {
        const { store, backends, checkpointPeriod } = message
        configuration = {
          ...{ store, checkpointPeriod },
          open: createSessions(
            (key) => openBackend(key, backends),
            (phase) => send({ type: 'phase', phase }),
          ),
        }
        return
      }
      case 'run':
        begin(async (signal) => ({ type: 'ended', ending: await run(message.digest, message.task, signal) }))
        return
      case 'measure':
        begin(async (signal) => ({ type: 'measured', found: await runMeasure(message.request, signal) }))
        return
      case 'cancel':
        running?.abort()
        return
      case 'shutdown':
        leaving = true
        if (!running) process.exit()
    }
  })
  // Control-C in a terminal reaches all processes; the parent decides what it means.
  process.on('SIGINT', () => undefined)
  // Without its parent nobody would read the results.
  process.on('disconnect', () => process.exit())
  stepBack()
}

function failed(error: unknown): Exclude<Ending, { kind: 'finished' }> {
  if (error instanceof TicketLabError && error.code === 'cancelled') return { kind: 'cancelled' }
  return { kind: 'failed', failure: toFailure(error) }
}

function send(message: FromTrainer): void {
  // The channel closes when the parent ends; so does this process then.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

/** Lets editor and kernel go first: they need little, but at once. */
function stepBack(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Some containers forbid it; then everything is a little less prompt.
  }
}
