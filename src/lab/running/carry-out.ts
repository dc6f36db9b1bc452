import { nameOf } from '../../experiments/experiment'
import { notesOf } from '../../experiments/stored'
import type { ExperimentView } from '../../experiments/view'
import { keepGiven } from '../../runtime/given'
import type { Scheduler } from '../../runtime/scheduler'
import type { Origin } from '../../store/experiments'
import type { Store } from '../../store/store'
import type { Json } from '../../support/canonical'
import { TicketLabError } from '../../support/errors'
import { oneAtATime } from '../../support/one-at-a-time'
import type { TaskEvent } from '../../tasks/events'
import type { FactsOf } from '../../tasks/kinds/all'
import type { Digest } from '../../tasks/tasks'
import type { Growing } from '../steps/own-ladder'
import { throwUnlessDone } from './failures'
import type { Run } from './run-state'

/** What an experiment is carried out with. */
export interface CarryOut {
  readonly store: Store
  readonly scheduler: Scheduler
  readonly signal: AbortSignal
  /** Others compute it, and it is only told about. */
  readonly follow?: boolean
  readonly log: (level: 'info' | 'warning' | 'error', message: string) => void
  /** Called when the run has something new to say. */
  tell(view: () => ExperimentView): void
  /** Called when the first task of it is really computed here. */
  begins?(): Promise<void>
  /** The cell that made it. */
  readonly origin?: Origin | undefined
  /** What there is to do when all that is known has been done. */
  readonly next?: Growing['next'] | undefined
  /** Told what keeps the experiment from being kept. */
  warnOfReadOnly(error: unknown): void
}

/**
 * Computes one experiment to its end, or follows who does, and keeps it in the store.
 * @throws TicketLabError `cancelled`, or `task-failed` with every failure; what was computed is kept
 */
export async function carryOut(
  current: Run,
  { store, scheduler, signal, follow = false, log, next, origin, ...told }: CarryOut,
): Promise<void> {
  const { setup } = current.experiment
  const name = nameOf(current.experiment)
  const keep = oneAtATime(() => {
    const notes = { ...notesOf(current.experiment), ...(origin ? { origin } : {}) }
    return store.writeExperiment(current.view(), setup as unknown as Json, notes)
  })
  /** It is kept once more when the run ends, which then fails with what is still wrong. */
  const keepMeanwhile = (): void => {
    if (follow) return
    keep().catch((error: unknown) => log('warning', `${name} could not be kept: ${String(error)}`))
  }
  const tell = (): void => told.tell(() => current.view())
  const reading: Promise<void>[] = []
  const failures: unknown[] = []
  /** Reads of a result what its event does not say. */
  const read = <Found>(found: Promise<Found>, use: (found: Found) => void): void => {
    const used = found.then((read) => {
      use(read)
      tell()
    })
    reading.push(used.catch((error: unknown) => void failures.push(error)))
  }
  let begun = false
  const begin = (): void => {
    if (begun) return
    begun = true
    const beginning = told.begins?.()
    if (beginning) reading.push(beginning.catch((error: unknown) => void failures.push(error)))
  }

  function onEvent(event: TaskEvent): void {
    current.hear(event)
    const task = current.experiment.tasks.get(event.task)
    const hasResult = event.kind === 'cached' || event.kind === 'finished'
    if (event.kind === 'started' && event.where === undefined) begin()
    if (task?.kind === 'train' && event.kind === 'cached') {
      read(store.readMetrics(event.task), (rows) => current.fill(event.task, rows))
    }
    if (task?.kind === 'interpolate' && hasResult) {
      read(readFacts(store, event.task, 'interpolate'), (facts) => {
        current.fillLine(event.task, facts)
        keepMeanwhile()
      })
    }
    if (task?.kind === 'plane' && hasResult) {
      read(readFacts(store, event.task, 'plane'), (facts) => {
        current.fillPlane(event.task, facts)
        keepMeanwhile()
      })
    }
    // A mask in other places has as much of each layer as the one before, which its description does not say either.
    const keepsUnsaid = task?.kind === 'prune' && (task.keepTotal || task.criterion === 'shuffle')
    if ((keepsUnsaid || task?.kind === 'align') && hasResult) {
      read(readKept(store, event.task), (kept) => current.fillKept(event.task, kept))
    }
    if (task?.kind === 'train' && ends(event)) keepMeanwhile()
    tell()
  }

  try {
    keepMeanwhile()
    for (;;) {
      const tasks = [...current.experiment.tasks.values()]
      const outcome = await scheduler.run(tasks, { onEvent, signal, follow })
      await Promise.all(reading)
      throwUnlessDone(outcome, name, current.experiment)
      if (failures.length > 0) throw failures[0]
      const more = await next?.(() => Promise.resolve(store))
      if (!more) break
      signal.throwIfAborted()
      for (const one of more.given) await keepGiven(store, one, log)
      current.experiment = more.experiment
      begun = false
    }
  } finally {
    tell()
    // Who only followed it leaves that to those who compute it.
    if (!follow) await keep().catch((error: unknown) => told.warnOfReadOnly(error))
  }
}

/** Whether something new is worth keeping; what comes from the store is kept once, when the run ends. */
function ends({ kind }: TaskEvent): boolean {
  return kind === 'finished' || kind === 'failed' || kind === 'cancelled'
}

/** @throws TicketLabError `store-corrupt` when what a finished task has found is not there */
async function readFacts<Kind extends 'interpolate' | 'plane'>(
  store: Store,
  task: Digest,
  kind: Kind,
): Promise<FactsOf<Kind>> {
  const facts = (await store.result(task))?.facts
  if (facts?.kind === kind) return facts as FactsOf<Kind>
  throw new TicketLabError(
    'store-corrupt',
    `Expected the result of a task of kind ${kind} under ${task} in ${store.folder}, found none. Run the cell again.`,
  )
}

/** @throws TicketLabError `store-corrupt` when a finished mask is not there */
async function readKept(store: Store, task: Digest): Promise<Readonly<Record<string, number>>> {
  const facts = (await store.result(task))?.facts
  if (facts?.kind === 'prune' || facts?.kind === 'align') return facts.kept
  throw new TicketLabError(
    'store-corrupt',
    `Expected a mask under ${task} in ${store.folder}, found none. Run the cell again.`,
  )
}
