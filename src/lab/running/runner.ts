import { join } from 'node:path'
import { nameOf, type Experiment } from '../../experiments/experiment'
import type { RunActivity } from '../../experiments/activity'
import { inputsFirst } from '../../experiments/resuming'
import type { Series } from '../../experiments/series'
import { isExperimentView, type ExperimentView } from '../../experiments/view'
import { keepGiven, type Given } from '../../runtime/given'
import { isFinished } from '../../runtime/run-task'
import { createScheduler, type Scheduler } from '../../runtime/scheduler'
import { openStore, type Store } from '../../store/store'
import { TicketLabError } from '../../support/errors'
import { isRefused } from '../../support/files'
import { bundleFolder } from '../../support/paths'
import type { TaskEvent } from '../../tasks/events'
import type { Digest, Task } from '../../tasks/tasks'
import { display, type MimeBundle } from '../../report/display'
import { type LabHost } from '../host'
import { InstabilityResults, type Analysed, type Thresholds } from '../results/instability-results'
import { barrierPlot, liveInstabilityPlot } from '../../report/figures/instability'
import type { Live } from '../../report/figures/live'
import { planePlot } from '../../report/figures/plane'
import type { Plot } from '../../report/figures/plot'
import { growingBundle } from '../../report/growing'
import type { Where } from '../asked/where-options'
import { isWhole } from './away'
import { computeAway, computeHere, watchAway } from './computing'
import { throttledDisplay } from './throttled-display'
import { throwIfAny, throwUnlessDone } from './failures'
import { Results } from '../results/results'
import type { Growing } from '../steps/own-ladder'
import { BarrierResults } from '../steps/barrier'
import { PlaneResults } from '../steps/plane'
import { createErrand } from './errand'
import { Run } from './run-state'
import { liveOf, trainingPlot, variantsPlot } from './run-plots'
import { watchedPlots } from './watching'

/** Runs experiments for a `lab`: one store, one scheduler, any number of runs at once. */
export interface Runner {
  /**
   * Runs an experiment while a plot of it grows below the cell.
   * @param beside series drawn with it for comparison
   * @param where it is computed; here by default
   * @throws TicketLabError `cancelled`, or `task-failed` with every failure; what was computed is kept
   */
  run(experiment: Experiment, beside: readonly Series[], where?: Where): Promise<Results>
  /**
   * Runs several experiments at once while one plot of all grows below the cell. All go on to their end whatever happens
   * to one of them.
   * @throws as {@link Runner.run}, when all have ended
   */
  runAll(experiments: readonly Experiment[], where?: Where): Promise<readonly Results[]>
  /**
   * Runs an instability analysis while a plot of it grows below the cell.
   * @param thresholds what its verdicts are about
   * @throws as {@link Runner.run}
   */
  runInstability(experiment: Experiment, thresholds: Thresholds, where?: Where): Promise<InstabilityResults>
  /**
   * Runs an experiment whose masks are made here, between its trainings, while a plot of it grows below the cell.
   * @param like an experiment of as many tasks, for who wants to know what it costs
   * @throws as {@link Runner.run}, and what making the masks throws
   */
  runGrowing(growing: Growing, like: Experiment): Promise<Results>
  /** The same of a line between two networks. */
  runBarrier(experiment: Experiment, thresholds: Thresholds): Promise<BarrierResults>
  /** The same of the plane through three networks. */
  runPlane(experiment: Experiment): Promise<PlaneResults>
  /** Writes into the store what a cell has brought along. @throws TicketLabError `disk-full` */
  give(given: readonly Given[]): Promise<void>
  /**
   * Gives the store to read results from, and computes before those that it does not have: in the status bar, not in plots or the
   * tree.
   * @param wanted the tasks whose results are read
   * @param tasks these, and what they need
   * @param what is computed, for errors
   */
  compute(wanted: readonly Digest[], tasks: ReadonlyMap<Digest, Task>, what: string): Promise<Store>
  cancel(run: number): void
  /** Lets a worker go on with a run, which then outlives this process. Masks that are made here cannot be made there. */
  toBackground(run: number): void
  close(): Promise<void>
}

/** A runner that shows what others run, too. */
export interface WatchingRunner extends Runner {
  /**
   * Shows below the cell that calls this how experiments go on that others compute, as the cell that began them would, and what the
   * store has of those that are over. Nothing is computed here. Resolves when all are over, whatever their end, and when `leave` is
   * aborted.
   * @param digests theirs; of those that the store does not know, nothing is shown
   * @throws TicketLabError `store-corrupt`
   */
  watch(digests: readonly Digest[], leave: AbortSignal): Promise<void>
}

/** How an experiment is run. */
interface How {
  readonly next?: Growing['next']
  readonly where?: Where | undefined
  /** Others compute it already, and it is only shown, until this is aborted. */
  readonly watch?: AbortSignal
}

/**
 * How often what is only watched is drawn, in milliseconds: VS Code takes outputs of a cell that has ended from an execution of its
 * own each time, and a cell that is run just then is not run.
 */
const watchedInterval = 2000

interface Opened {
  readonly store: Store
  readonly scheduler: Scheduler
}

/** A run that goes on. */
interface Active {
  readonly run: Pick<Run, 'activity'>
  readonly cancel: AbortController
  readonly execution: number | undefined
  /** Aborted when others shall go on with it; absent where they cannot. */
  readonly leave?: AbortController
}

function activityOf({ run, execution }: Active): RunActivity {
  return { ...run.activity(), ...(execution === undefined ? {} : { execution }) }
}

export function createRunner(host: LabHost): WatchingRunner {
  const log: LabHost['log'] = (level, message) => host.log(level, message)
  const active = new Map<number, Active>()
  let runs = 0
  let warned = false
  let opened: Promise<Opened> | undefined

  /** Opened by the first run, so that a notebook that only looks around makes no store. */
  function open(): Promise<Opened> {
    return (opened ??= openAll(host).catch((error: unknown) => {
      // What was wrong may be mended by the next time.
      opened = undefined
      throw error
    }))
  }

  /** What is shown is right, though the store keeps nothing of it: said once, below the cell. */
  function warnOfReadOnly(error: unknown): void {
    if (!isRefused(error)) throw error
    if (warned) return
    warned = true
    host.display({
      'text/plain':
        `Nothing can be written to the store ${host.store}. What it has is shown; ` +
        'what it does not have cannot be computed, and the tree of experiments stays as it is.',
    })
  }

  function tellActivity(): void {
    host.activity(() => ({ runs: [...active.values()].map(activityOf) }))
  }

  /** @param draw what stands below the cell; what it is given of the run is empty when that is done */
  async function execute<Result>(
    experiment: Experiment,
    draw: (run: Run, live: Live) => Plot,
    finish: (run: Run, store: Store) => Result,
    how: How = {},
  ): Promise<Result> {
    const [result] = await executeAll([experiment], ([run], live) => draw(run!, live), finish, how)
    return result!
  }

  /** Several at once, with one plot. @throws what one of them failed for, when all have ended */
  async function executeAll<Result>(
    experiments: readonly Experiment[],
    draw: (runs: readonly Run[], live: Live) => Plot,
    finish: (run: Run, store: Store) => Result,
    how: How = {},
  ): Promise<readonly Result[]> {
    const { store } = await open()
    const all = await Promise.all(
      experiments.map(async (experiment) => {
        const earlier = await earlierView(store, experiment, host)
        return new Run(++runs, experiment, earlier?.createdAt)
      }),
    )
    const digests = experiments.map(({ digest }) => digest)
    const makeBundle = (isLast: boolean): MimeBundle | Promise<MimeBundle> => {
      const drawn = draw(all, liveOf(all.filter(({ number }) => active.has(number))))
      return isLast ? drawn[display]() : growingBundle(drawn, digests)
    }
    const plot = throttledDisplay(host, makeBundle, how.watch ? watchedInterval : undefined)
    const entries = all.map((run) => entryOf(run, how))
    const ended = await Promise.allSettled(
      all.map((run, index) => follow(run, entries[index]!, () => plot.changed(), how)),
    )
    try {
      if (how.watch?.aborted) plot.drop()
      else await plot.finish()
    } finally {
      // Not before: who waits for a run to end, such as before a restart, waits for its last plot, too.
      for (const entry of entries) host.ran?.(activityOf(entry))
    }
    throwIfAny(
      ended,
      all.map(({ experiment }) => nameOf(experiment)),
    )
    return all.map((run) => finish(run, store))
  }

  function entryOf(run: Run, { next, watch }: How): Active {
    const entry = { run, cancel: new AbortController(), execution: host.execution?.() }
    return next || watch ? entry : { ...entry, leave: new AbortController() }
  }

  /**
   * Runs one experiment to its end.
   * @param changed called when there is something new to draw
   * @param next what there is to do when all that is known has been done
   */
  async function follow(
    current: Run,
    entry: Active,
    changed: () => void,
    { next, where = { kind: 'here' }, watch }: How,
  ): Promise<void> {
    const { store, scheduler } = await open()
    const { experiment } = current
    const { cancel, leave } = entry
    active.set(current.number, entry)
    const tell = (view: () => ExperimentView): void => {
      tellActivity()
      host.experiment(experiment.digest, view)
      changed()
    }
    const signal = watch ? cancel.signal : AbortSignal.any([host.signal(), cancel.signal])
    const origin = host.origin?.()
    const common = { store, scheduler, signal, log, tell, warnOfReadOnly, origin }
    try {
      const isAway = where.kind !== 'here' && !(await isWhole(store, experiment))
      if (watch) await watchAway(current, watch, common)
      else if (isAway) await computeAway(current, where, host, common)
      else {
        const here = { ...common, signal: AbortSignal.any([signal, ...(leave ? [leave.signal] : [])]), next }
        await computeHere(current, here).catch(async (error: unknown) => {
          if (!leave?.signal.aborted || signal.aborted) throw error
          await computeAway(current, { kind: 'background' }, host, common)
        })
      }
    } finally {
      active.delete(current.number)
      tell(() => current.view())
    }
  }

  /** Runs an analysis, of which what has been found so far is drawn as the results will be. */
  async function analyse<Result extends InstabilityResults>(
    experiment: Experiment,
    draw: (soFar: Result, live: Live) => Plot,
    resultsOf: (found: Analysed, store: Store) => Result,
    where?: Where,
  ): Promise<Result> {
    const { store } = await open()
    const soFar = (run: Run): Result => resultsOf(run.analysed(), store)
    return execute(experiment, (run, live) => draw(soFar(run), live), soFar, where ? { where } : {})
  }

  return {
    run: (experiment, beside, where) =>
      execute(
        experiment,
        (current, live) => trainingPlot(current, beside, live),
        (current, store) => new Results(current.experiment, current.series(), store),
        { where },
      ),
    runAll: (experiments, where) =>
      executeAll(
        experiments,
        variantsPlot,
        (current, store) => new Results(current.experiment, current.series(), store),
        { where },
      ),
    runInstability: (experiment, thresholds, where) =>
      analyse(
        experiment,
        liveInstabilityPlot,
        (found, store) => new InstabilityResults(experiment, found, thresholds, store),
        where,
      ),
    runGrowing: (growing) =>
      execute(
        growing.first,
        (current, live) => trainingPlot(current, [], live),
        (current, store) => new Results(current.experiment, current.series(), store),
        { next: (compute) => growing.next(compute) },
      ),
    runBarrier: (experiment, thresholds) =>
      analyse(experiment, barrierPlot, (found, store) => {
        return new BarrierResults(experiment, found, thresholds, store)
      }),
    runPlane(experiment) {
      const found = (run: Run): PlaneResults => new PlaneResults(experiment, run.planeRows())
      return execute(experiment, (run, live) => planePlot([found(run)], {}, live), found)
    },
    async give(given) {
      const { store } = await open()
      for (const one of given) await keepGiven(store, one, log)
    },
    async compute(wanted, tasks, what) {
      const { store, scheduler } = await open()
      const there = await Promise.all(wanted.map((digest) => isFinished(store, digest)))
      const missing = wanted.filter((_, index) => !there[index])
      if (missing.length === 0) return store
      const needed = inputsFirst(tasks, missing)
      const number = ++runs
      const errand = createErrand(number, what, needed)
      const cancel = new AbortController()
      const entry: Active = { run: errand, cancel, execution: host.execution?.() }
      active.set(number, entry)
      const signal = AbortSignal.any([host.signal(), cancel.signal])
      const onEvent = (event: TaskEvent): void => {
        errand.hear(event)
        tellActivity()
      }
      try {
        throwUnlessDone(await scheduler.run([...needed.values()], { signal, onEvent }), what)
      } finally {
        active.delete(number)
        host.ran?.(activityOf(entry))
        tellActivity()
      }
      return store
    },
    async watch(digests, leave) {
      const { store } = await open()
      const plots = await watchedPlots(store, digests, log)
      for (const { draw } of plots.filter(({ going }) => going.length === 0)) {
        const bundle = await draw([], {})[display]()
        if (leave.aborted) return
        host.display(bundle)
      }
      const shown = plots
        .filter(({ going }) => going.length > 0)
        .map(({ going, draw }) => executeAll(going, draw, () => undefined, { watch: leave }))
      for (const ended of await Promise.allSettled(shown)) {
        // How a run ends is the business of whoever computes it, and of its cell, run again.
        if (ended.status === 'rejected') log('info', `What was watched has ended: ${String(ended.reason)}`)
      }
    },
    cancel: (number) => active.get(number)?.cancel.abort(),
    toBackground(number) {
      const run = active.get(number)
      if (run?.leave) run.leave.abort()
      else if (run) log('warning', 'What makes its masks in this notebook cannot go on in the background.')
    },
    async close() {
      const all = await opened
      await all?.scheduler.close()
    },
  }
}

/** What the store shows of an experiment that was run before; a damaged file is moved aside. */
async function earlierView(
  store: Store,
  experiment: Experiment,
  host: LabHost,
): Promise<ExperimentView | undefined> {
  try {
    return (await store.experiment(experiment.digest, isExperimentView))?.view
  } catch (error) {
    if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
    host.log('warning', error.message)
    await store.setExperimentAside(experiment.digest).catch((refused: unknown) => {
      if (!isRefused(refused)) throw refused
    })
    return undefined
  }
}

async function openAll(host: LabHost): Promise<Opened> {
  const log: LabHost['log'] = (level, message) => host.log(level, message)
  const store = await openStore(host.store, log)
  const { backends, trainers } = host
  const trainerPath = join(bundleFolder(), 'trainer.cjs')
  return { store, scheduler: createScheduler({ store, backends, trainers, trainerPath, log }) }
}
