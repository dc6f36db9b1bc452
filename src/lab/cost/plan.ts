import { join } from 'node:path'
import { Cost, VariantsCost } from './cost'
import {
  estimate,
  estimateTotal,
  meanOf,
  parallelism,
  tasksOf,
  timingsOf,
  type Timed,
  type TimedExperiment,
  type Total,
} from './estimate'
import type { Experiment } from '../../experiments/experiment'
import { seriesOf } from '../../experiments/progress'
import { checkFormat } from '../../store/open'
import { openStoreView, type StoreView } from '../../store/store'
import { startTrainer } from '../../runtime/trainer-process'
import type { Measurement, MeasureRequest } from '../../trainer/protocol'
import { fromFailure, TicketLabError } from '../../support/errors'
import { canonicalJson, type Json } from '../../support/canonical'
import { bundleFolder } from '../../support/paths'
import type { Recipe } from '../../tasks/recipe'
import type { Digest, Task } from '../../tasks/tasks'
import type { LabHost } from '../host'
import { BarrierResults } from '../steps/barrier'
import { PlaneResults } from '../steps/plane'
import { InstabilityResults } from '../results/instability-results'
import type { Lab, Costed } from '../api'
import { lookUp } from '../../support/options'
import { Results } from '../results/results'
import type { Runner } from '../running/runner'

type PlannedResults = Results | InstabilityResults

/** The methods, as what is called with arguments that they check themselves. */
type Planning = Readonly<
  Record<
    Costed,
    (...given: readonly unknown[]) => Promise<PlannedResults | Readonly<Record<string, PlannedResults>>>
  >
>

/**
 * What a method of `lab` would take with these arguments: it is called on a lab that runs nothing, and of the tasks it
 * describes those that are in the store are taken off. Speed is timed in a trainer, beside whatever runs.
 * @param labOver makes a lab over a runner
 * @throws TicketLabError what the method itself throws for bad input; `backend-missing`, `cancelled`, `trainer-died`
 */
export async function costOf(
  host: LabHost,
  method: Costed,
  given: readonly unknown[],
  labOver: (runner: Runner) => Lab,
): Promise<Cost | VariantsCost> {
  const methods: Record<Costed, Costed> = {
    imp: 'imp',
    oneShot: 'oneShot',
    variants: 'variants',
    control: 'control',
    instability: 'instability',
  }
  const store = openStoreView(host.store)
  const lab = labOver(planner(store)) as unknown as Planning
  const name = lookUp(methods, method, 'method of lab with a cost')
  const inPlace = given.map((one) => (one instanceof Cost ? one.planned : one))
  const found = await lab[name](...inPlace)

  const isOne = found instanceof Results || found instanceof InstabilityResults
  const planned: Readonly<Record<string, PlannedResults>> = isOne ? { '': found } : found
  const tasks = tasksOf(Object.values(planned).map(({ experiment }) => experiment))
  const cached = await cachedOf(tasks, store)
  const { trainers } = host
  const measured = once(host, parallelism(tasks, cached, trainers))
  const parts: { readonly name: string; readonly cost: Cost; readonly timed: readonly Timed[] }[] = []
  for (const [name, results] of Object.entries(planned)) {
    const { experiment } = results
    const timed = await timedOf(experiment, cached, measured)
    const cost = new Cost(results, estimate({ experiment, timed }, cached, trainers), trainers)
    parts.push({ name, cost, timed })
  }
  if (isOne) return parts[0]!.cost
  const experiments = parts.map(({ cost, timed }) => ({ experiment: cost.planned.experiment, timed }))
  return new VariantsCost(
    Object.fromEntries(parts.map(({ name, cost }) => [name, cost])),
    estimateTotal(experiments, cached, trainers),
    trainers,
  )
}

/**
 * What experiments would take that are run at once.
 * @param isTimed whether steps are timed for it in trainers, which takes seconds; without, its seconds are 0
 * @throws TicketLabError as {@link costOf}
 */
export async function totalOf(
  host: LabHost,
  experiments: readonly Experiment[],
  isTimed: boolean,
): Promise<Total> {
  const tasks = tasksOf(experiments)
  const cached = await cachedOf(tasks, openStoreView(host.store))
  const measured = once(host, parallelism(tasks, cached, host.trainers))
  const timed: TimedExperiment[] = []
  for (const experiment of experiments) {
    timed.push({ experiment, timed: isTimed ? await timedOf(experiment, cached, measured) : [] })
  }
  return estimateTotal(timed, cached, host.trainers)
}

type Measure = (request: MeasureRequest) => Promise<Measurement>

async function timedOf(
  experiment: Experiment,
  cached: ReadonlySet<Digest>,
  measured: Measure,
): Promise<readonly Timed[]> {
  const { network, dataset, recipe } = experiment.setup
  const timed: Timed[] = []
  for (const timing of timingsOf(experiment, cached)) {
    const request = { network, dataset, recipe: timedPart(recipe), ...timing }
    timed.push({ ...timing, measurement: await measured(request) })
  }
  return timed
}

/** What of a recipe the time of a step depends on: neither on its length nor on its rates, in which variants differ. */
function timedPart({
  optimizer,
  weightDecay = 0,
  batchSize,
  augmentation,
}: Recipe): MeasureRequest['recipe'] {
  const ofImages = augmentation ? { augmentation } : {}
  return { optimizer: { ...optimizer, learningRate: 0 }, weightDecay, batchSize, ...ofImages }
}

/** Measures the same thing once, so that experiments that compute alike are told alike. */
function once(host: LabHost, together: number): Measure {
  const found = new Map<string, Promise<Measurement>>()
  return (request) => {
    const key = canonicalJson(request as unknown as Json)
    const measurement = found.get(key) ?? measure(request, together, host)
    found.set(key, measurement)
    return measurement
  }
}

/**
 * A runner that runs nothing: its results say only what would be run.
 * @param hear is told of every experiment that would be
 */
export function planner(store: StoreView, hear: (experiment: Experiment) => void = () => undefined): Runner {
  const nothing = new Map()
  const run = (experiment: Experiment): Results => {
    hear(experiment)
    return new Results(experiment, seriesOf(experiment, nothing), store)
  }
  const analysed = { lines: [], trained: { full: [], subnetworks: [] }, learningCurves: [] }
  return {
    run: (experiment) => Promise.resolve(run(experiment)),
    runAll: (experiments) => Promise.resolve(experiments.map(run)),
    runInstability(experiment, thresholds) {
      hear(experiment)
      return Promise.resolve(new InstabilityResults(experiment, analysed, thresholds, store))
    },
    runGrowing: (_, like) => Promise.resolve(run(like)),
    runBarrier(experiment, thresholds) {
      hear(experiment)
      return Promise.resolve(new BarrierResults(experiment, analysed, thresholds, store))
    },
    runPlane(experiment) {
      hear(experiment)
      return Promise.resolve(new PlaneResults(experiment, []))
    },
    give: () => Promise.resolve(),
    compute: () => Promise.reject(new Error('Nothing is computed while costs are estimated.')),
    cancel: () => undefined,
    toBackground: () => undefined,
    close: () => Promise.resolve(),
  }
}

/** @throws TicketLabError `store-newer`, `store-corrupt` */
async function cachedOf(tasks: ReadonlyMap<Digest, Task>, store: StoreView): Promise<Set<Digest>> {
  await checkFormat(store.folder)
  const found = await Promise.all(
    [...tasks.keys()].map(async (digest) => ((await store.has(digest)) ? [digest] : [])),
  )
  return new Set(found.flat())
}

/**
 * Times in as many trainers at once as will train at once. They take no slots: they are gone after seconds, and waiting
 * for a long experiment would be worse.
 */
async function measure(request: MeasureRequest, together: number, host: LabHost): Promise<Measurement> {
  const { store, backends } = host
  const log: LabHost['log'] = (level, message) => host.log(level, message)
  const file = join(bundleFolder(), 'trainer.cjs')
  const trainers = Array.from({ length: together }, () =>
    startTrainer({ file, store, backends, checkpointPeriod: 2000, log }),
  )
  try {
    const found = await Promise.all(trainers.map((trainer) => trainer.measure(request, host.signal())))
    return meanOf(
      found.map((one) => {
        if (one.kind === 'finished') return one.measurement
        if (one.kind !== 'cancelled') throw fromFailure(one.failure)
        throw new TicketLabError('cancelled', 'Timing was cancelled. Nothing was changed.')
      }),
    )
  } finally {
    await Promise.all(trainers.map((trainer) => trainer.end()))
  }
}
