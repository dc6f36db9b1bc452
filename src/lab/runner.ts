import { join } from 'node:path'
import { nameOf, type Experiment } from '../experiments/experiment'
import type { Series } from '../experiments/series'
import type { ExperimentView } from '../experiments/view'
import type { TaskEvent } from '../runtime/events'
import { createScheduler, type Scheduler } from '../runtime/scheduler'
import { openStore, type Store } from '../runtime/store/store'
import type { Json } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import { bundleFolder } from '../support/paths'
import type { InterpolateFacts } from '../runtime/store/result'
import type { Digest, Task } from '../training/tasks'
import { display, type LabHost } from './host'
import { InstabilityResults, type Thresholds } from './instability-results'
import { liveInstabilityPlot } from './plots/instability'
import type { Plot } from './plots/plot'
import { throttledDisplay } from './plots/throttle'
import { throwIfAny, throwUnlessDone } from './failures'
import { Results } from './results'
import { Run } from './run'
import { progressLine, trainingPlot, variantsPlot } from './run-plots'

/** Runs experiments for a `lab`: one store, one scheduler, any number of runs at once. */
export interface Runner {
  /**
   * Runs an experiment while a plot of it grows below the cell.
   * @param beside series drawn with it for comparison
   * @throws TicketLabError `cancelled`, or `task-failed` with every failure; what was computed is kept
   */
  run(experiment: Experiment, beside: readonly Series[]): Promise<Results>
  /**
   * Runs several experiments at once while one plot of all grows below the cell. All go on to their end whatever happens
   * to one of them.
   * @throws as {@link Runner.run}, when all have ended
   */
  runAll(experiments: readonly Experiment[]): Promise<readonly Results[]>
  /**
   * Runs an instability analysis while a plot of it grows below the cell.
   * @param thresholds what its verdicts are about
   * @throws as {@link Runner.run}
   */
  runInstability(experiment: Experiment, thresholds: Thresholds): Promise<InstabilityResults>
  /** Runs tasks without showing anything, and gives the store to read their results from. */
  compute(tasks: readonly Task[]): Promise<Store>
  cancel(run: number): void
  close(): Promise<void>
}

interface Opened {
  readonly store: Store
  readonly scheduler: Scheduler
}

export function createRunner(host: LabHost): Runner {
  const active = new Map<number, { readonly run: Run; readonly cancel: AbortController }>()
  let runs = 0
  let opened: Promise<Opened> | undefined

  /** Opened by the first run, so that a notebook that only looks around makes no store. */
  function open(): Promise<Opened> {
    return (opened ??= openAll(host).catch((error: unknown) => {
      // What was wrong may be mended by the next time.
      opened = undefined
      throw error
    }))
  }

  function tellActivity(): void {
    host.activity({ runs: [...active.values()].map(({ run }) => run.activity()) })
  }

  /** @param draw what stands below the cell: with `progress` while it runs, without when it is done */
  async function execute<Result>(
    experiment: Experiment,
    draw: (run: Run, progress: string | undefined) => Plot,
    finish: (run: Run, store: Store) => Result,
  ): Promise<Result> {
    const [result] = await executeAll([experiment], ([run], progress) => draw(run!, progress), finish)
    return result!
  }

  /** Several at once, with one plot. @throws what one of them failed for, when all have ended */
  async function executeAll<Result>(
    experiments: readonly Experiment[],
    draw: (runs: readonly Run[], progress: string | undefined) => Plot,
    finish: (run: Run, store: Store) => Result,
  ): Promise<readonly Result[]> {
    const { store } = await open()
    const all = await Promise.all(
      experiments.map(async (experiment) => {
        const earlier = await store.experiment<ExperimentView>(experiment.digest)
        return new Run(++runs, experiment, earlier?.view.createdAt)
      }),
    )
    const plot = throttledDisplay(host, () => {
      const progress = all.filter(({ number }) => active.has(number)).map(progressLine)
      return draw(all, progress.length > 0 ? progress.join('; ') : undefined)[display]()
    })
    const ended = await Promise.allSettled(all.map((run) => follow(run, () => plot.changed())))
    await plot.finish()
    throwIfAny(
      ended,
      all.map(({ experiment }) => nameOf(experiment)),
    )
    return all.map((run) => finish(run, store))
  }

  /** Runs one experiment to its end. @param changed called when there is something new to draw */
  async function follow(current: Run, changed: () => void): Promise<void> {
    const { store, scheduler } = await open()
    const { experiment } = current
    const cancel = new AbortController()
    active.set(current.number, { run: current, cancel })
    const work: Promise<unknown>[] = []
    /** Writes of the same file come one after the other, the last state last. */
    let kept = Promise.resolve()
    const keep = (): void => {
      const description = experiment.setup as unknown as Json
      kept = kept.then(() => store.writeExperiment(current.view(), description))
      work.push(kept)
    }

    function onEvent(event: TaskEvent): void {
      current.hear(event)
      const task = experiment.tasks.get(event.task)
      const kind = task?.kind
      const training = kind === 'train'
      if (training && event.kind === 'cached') {
        work.push(store.readMetrics(event.task).then((rows) => current.fill(event.task, rows)))
      }
      if (kind === 'interpolate' && (event.kind === 'cached' || event.kind === 'finished')) {
        work.push(readLine(store, event.task).then((facts) => tellLine(event.task, facts)))
      }
      if (
        task?.kind === 'prune' &&
        task.keepTotal &&
        (event.kind === 'cached' || event.kind === 'finished')
      ) {
        work.push(readKept(store, event.task).then((kept) => tellKept(event.task, kept)))
      }
      if (training && ends(event)) keep()
      tellActivity()
      host.experiment(current.view())
      changed()
    }

    function tellKept(task: Digest, kept: Readonly<Record<string, number>>): void {
      current.fillKept(task, kept)
      host.experiment(current.view())
    }

    function tellLine(task: Digest, facts: InterpolateFacts): void {
      current.fillLine(task, facts)
      keep()
      host.experiment(current.view())
      changed()
    }

    try {
      keep()
      const signal = AbortSignal.any([host.signal(), cancel.signal])
      const outcome = await scheduler.run([...experiment.tasks.values()], { onEvent, signal })
      await Promise.all(work)
      throwUnlessDone(outcome, nameOf(experiment), experiment)
    } finally {
      active.delete(current.number)
      tellActivity()
      host.experiment(current.view())
      keep()
      await kept
    }
  }

  return {
    run: (experiment, beside) =>
      execute(
        experiment,
        (current, progress) => trainingPlot(current, beside, progress),
        (current, store) => new Results(experiment, current.series(), store),
      ),
    runAll: (experiments) =>
      executeAll(experiments, variantsPlot, (current, store) => {
        return new Results(current.experiment, current.series(), store)
      }),
    runInstability(experiment, thresholds) {
      const soFar = (current: Run) =>
        new InstabilityResults(experiment, { lines: current.lines(), trained: current.trained() }, thresholds)
      return execute(
        experiment,
        (current, progress) => liveInstabilityPlot(soFar(current), progress),
        (current) => soFar(current),
      )
    },
    async compute(tasks) {
      const { store, scheduler } = await open()
      const outcome = await scheduler.run(tasks, { onEvent: () => undefined, signal: host.signal() })
      throwUnlessDone(outcome, 'the evaluation')
      return store
    },
    cancel: (number) => active.get(number)?.cancel.abort(),
    async close() {
      const all = await opened
      await all?.scheduler.close()
    },
  }
}

async function openAll(host: LabHost): Promise<Opened> {
  const store = await openStore(host.store)
  const { backends, trainers } = host
  const log: LabHost['log'] = (level, message) => host.log(level, message)
  const trainerPath = join(bundleFolder(), 'trainer.cjs')
  return { store, scheduler: createScheduler({ store, backends, trainers, trainerPath, log }) }
}

/** Whether something new is worth keeping; what comes from the store is kept once, when the run ends. */
function ends({ kind }: TaskEvent): boolean {
  return kind === 'finished' || kind === 'failed' || kind === 'cancelled'
}

/** @throws TicketLabError `store-corrupt` when a finished interpolation is not there */
async function readLine(store: Store, task: Digest): Promise<InterpolateFacts> {
  const facts = (await store.result(task))?.facts
  if (facts?.kind === 'interpolate') return facts
  throw new TicketLabError(
    'store-corrupt',
    `Expected an interpolation under ${task} in ${store.folder}, found none. Run the cell again.`,
  )
}

/** @throws TicketLabError `store-corrupt` when a finished mask is not there */
async function readKept(store: Store, task: Digest): Promise<Readonly<Record<string, number>>> {
  const facts = (await store.result(task))?.facts
  if (facts?.kind === 'prune') return facts.kept
  throw new TicketLabError(
    'store-corrupt',
    `Expected a mask under ${task} in ${store.folder}, found none. Run the cell again.`,
  )
}
