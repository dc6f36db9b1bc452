import { join } from 'node:path'
import { densityOf } from '../experiments/density'
import { nameOf, type Experiment } from '../experiments/experiment'
import type { Series } from '../experiments/series'
import type { ExperimentView } from '../experiments/view'
import type { TaskEvent } from '../runtime/events'
import type { RunOutcome } from '../runtime/run'
import { createScheduler, type Scheduler } from '../runtime/scheduler'
import { openStore, type Store } from '../runtime/store/store'
import type { Json } from '../support/canonical'
import { fromFailure, TicketLabError } from '../support/errors'
import { bundleFolder } from '../support/paths'
import type { InterpolateFacts } from '../runtime/store/result'
import type { Digest, Task } from '../training/tasks'
import { display, type LabHost } from './host'
import { InstabilityResults } from './instability-results'
import { liveInstabilityPlot } from './plots/instability'
import { livePlot, type Plot } from './plots/plot'
import { throttledDisplay } from './plots/throttle'
import { durationText } from '../support/quantities'
import { Results } from './results'
import { Run } from './run'

/** Runs experiments for a `lab`: one store, one scheduler, any number of runs at once. */
export interface Runner {
  /**
   * Runs an experiment while a plot of it grows below the cell.
   * @param beside series drawn with it for comparison
   * @throws TicketLabError `cancelled`, or `task-failed` with every failure; what was computed is kept
   */
  run(experiment: Experiment, beside: readonly Series[]): Promise<Results>
  /**
   * Runs an instability analysis while a plot of it grows below the cell.
   * @param threshold barrier height, in percentage points, below which a network is stable
   * @throws as {@link Runner.run}
   */
  runInstability(experiment: Experiment, threshold: number): Promise<InstabilityResults>
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
    const { store, scheduler } = await open()
    const earlier = await store.experiment<ExperimentView>(experiment.digest)
    const current = new Run(++runs, experiment, earlier?.view.createdAt)
    const cancel = new AbortController()
    active.set(current.number, { run: current, cancel })
    const plot = throttledDisplay(host, () =>
      draw(current, active.has(current.number) ? progressLine(current) : undefined)[display](),
    )
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
      const kind = experiment.tasks.get(event.task)?.kind
      const training = kind === 'train'
      if (training && event.kind === 'cached') {
        work.push(store.readMetrics(event.task).then((rows) => current.fill(event.task, rows)))
      }
      if (kind === 'interpolate' && (event.kind === 'cached' || event.kind === 'finished')) {
        work.push(readLine(store, event.task).then((facts) => tellLine(event.task, facts)))
      }
      if (training && ends(event)) keep()
      tellActivity()
      host.experiment(current.view())
      plot.changed()
    }

    function tellLine(task: Digest, facts: InterpolateFacts): void {
      current.fillLine(task, facts)
      keep()
      host.experiment(current.view())
      plot.changed()
    }

    try {
      keep()
      const signal = AbortSignal.any([host.signal(), cancel.signal])
      const outcome = await scheduler.run([...experiment.tasks.values()], { onEvent, signal })
      await Promise.all(work)
      throwUnlessDone(outcome, nameOf(experiment))
      return finish(current, store)
    } finally {
      active.delete(current.number)
      tellActivity()
      host.experiment(current.view())
      keep()
      await kept
      await plot.finish()
    }
  }

  return {
    run: (experiment, beside) =>
      execute(
        experiment,
        (current, progress) => trainingPlot(current, beside, progress),
        (current, store) => new Results(experiment, current.series(), store),
      ),
    runInstability: (experiment, threshold) =>
      execute(
        experiment,
        (current, progress) =>
          liveInstabilityPlot(new InstabilityResults(experiment, current.lines(), threshold), progress),
        (current) => new InstabilityResults(experiment, current.lines(), threshold),
      ),
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

function trainingPlot(run: Run, beside: readonly Series[], progress: string | undefined): Plot {
  const { experiment } = run
  const { network } = experiment.setup
  const densities = experiment.counts.map((counts) => densityOf(network, counts))
  return livePlot([...beside, run.series()], { title: nameOf(experiment), progress, densities })
}

/** Such as `level 3 of 8, 18 of 36 tasks, 1,234 steps/s, 40 s left`. */
function progressLine(run: Run): string {
  const { levels, done, total, stepsPerSecond, secondsLeft } = run.activity()
  const last = run.experiment.levels
  const analysis = run.experiment.instability !== undefined
  const where =
    levels && !analysis ? [`level ${levels[0] === levels[1] ? levels[0] : levels.join('-')} of ${last}`] : []
  const speed = stepsPerSecond > 0 ? [`${Math.round(stepsPerSecond).toLocaleString('en')} steps/s`] : []
  const left = secondsLeft === undefined ? [] : [`${durationText(secondsLeft)} left`]
  return [...where, `${done} of ${total} tasks`, ...speed, ...left].join(', ')
}

function throwUnlessDone(outcome: RunOutcome, name: string): void {
  switch (outcome.kind) {
    case 'finished':
      return
    case 'cancelled':
      throw new TicketLabError(
        'cancelled',
        `${name} was cancelled. What was computed is kept: run the cell again to go on.`,
      )
    case 'failed': {
      const own = outcome.failures.filter(({ cause }) => cause === undefined)
      const [only] = own
      if (only && own.length === 1) throw fromFailure(only.failure)
      const list = own.map(({ failure }) => `- ${failure.message}`).join('\n')
      throw new TicketLabError('task-failed', `${own.length} tasks of ${name} failed:\n${list}`)
    }
  }
}
