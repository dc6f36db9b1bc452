import { join } from 'node:path'
import {
  estimate,
  meanOf,
  parallelism,
  timingsOf,
  type Estimate,
  type LevelCost,
  type TaskCount,
  type Timed,
} from './estimate'
import type { Experiment } from '../../experiments/experiment'
import { nameOf } from '../../experiments/experiment'
import { seriesOf } from '../../experiments/progress'
import { checkFormat } from '../../runtime/store/open'
import { openStoreView, type StoreView } from '../../runtime/store/store'
import { startTrainer } from '../../runtime/trainer-process'
import type { Measurement, MeasureRequest } from '../../runtime/trainer/measure'
import { fromFailure, TicketLabError } from '../../support/errors'
import { bundleFolder } from '../../support/paths'
import type { Digest } from '../../training/tasks'
import { display, type Displayable, type LabHost, type MimeBundle } from '../host'
import { InstabilityResults } from '../instability-results'
import type { Lab } from '../api'
import { lookUp } from '../options'
import { percentLabel } from '../plots/captions'
import { alignedTable } from '../plots/table'
import { bytesText, durationText } from '../../support/quantities'
import { Results } from '../results'
import type { Runner } from '../runner'

/** The methods of `lab` whose cost can be told before they are called. */
export type Costed = 'imp' | 'oneShot' | 'control' | 'instability'

/** The arguments of such a method; the cost of what would make results stands for the results. */
export type CostArguments<Method extends Costed> = Planned<Parameters<Lab[Method]>>

type Planned<Given> = { [K in keyof Given]: Results extends Given[K] ? Given[K] | Cost : Given[K] }

/** The methods, as what is called with arguments that they check themselves. */
type Planning = Readonly<
  Record<Costed, (...given: readonly unknown[]) => Promise<Results | InstabilityResults>>
>

/** What an experiment will take, told before it is run. Shown in a notebook as a table. */
export class Cost implements Displayable, Estimate {
  readonly tasks: readonly TaskCount[]
  readonly steps: Estimate['steps']
  readonly seconds: number
  readonly bytes: number
  readonly levels: readonly LevelCost[]

  constructor(
    /** What would be run, with results that are empty. */
    readonly planned: Results | InstabilityResults,
    { tasks, steps, seconds, bytes, levels }: Estimate,
    /** How many networks train at once. */
    readonly trainers: number,
  ) {
    this.tasks = tasks
    this.steps = steps
    this.seconds = seconds
    this.bytes = bytes
    this.levels = levels
  }

  /** The tables as text. */
  text(): string {
    const { experiment } = this.planned
    const { replicates, backend, sparse } = experiment.setup
    const backends = sparse ? `${backend.id} and, where sparse, ${sparse.backend.id}` : backend.id
    const whole = (value: number) => value.toLocaleString('en')
    const of = `${replicates} ${replicates === 1 ? 'replicate' : 'replicates'}`
    const tasks = this.tasks.map(({ kind, total, cached, todo }) => [
      kind,
      ...[total, cached, todo].map(whole),
    ])
    const timed = this.levels.some(({ secondsPerStep }) => secondsPerStep !== undefined)
    const levels = this.levels.map(({ level, density, bytes, multiplyAdds, secondsPerStep }) => [
      String(level),
      ...[percentLabel(100 * density), bytesText(bytes), whole(multiplyAdds)],
      ...(secondsPerStep === undefined ? [] : [(1000 * secondsPerStep).toPrecision(3)]),
    ])
    const head = ['level', 'remaining', 'bytes at rest', 'multiply-adds per example']
    return [
      `cost of ${nameOf(experiment)}: ${of}, on ${backends}, ${this.trainers} at once`,
      alignedTable(['tasks', 'in all', 'in the store', 'to do'], tasks),
      `training steps: ${whole(this.steps.todo)} to do of ${whole(this.steps.total)}`,
      timed
        ? `time: about ${durationText(this.seconds)}, from steps and evaluations timed on this machine just now`
        : 'time: nothing is to be computed, all of it is in the store',
      `disk: about ${bytesText(this.bytes)} more`,
      alignedTable([...head, ...(timed ? ['ms per step'] : [])], levels),
    ].join('\n')
  }

  [display](): MimeBundle {
    return { 'text/plain': this.text() }
  }
}

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
): Promise<Cost> {
  const methods: Record<Costed, Costed> = {
    imp: 'imp',
    oneShot: 'oneShot',
    control: 'control',
    instability: 'instability',
  }
  const store = openStoreView(host.store)
  const lab = labOver(planner(store)) as unknown as Planning
  const name = lookUp(methods, method, 'method of lab with a cost')
  const inPlace = given.map((one) => (one instanceof Cost ? one.planned : one))
  const planned = await lab[name](...inPlace)
  const { experiment } = planned
  const cached = await cachedOf(experiment, store)
  const together = parallelism(experiment, cached, host.trainers)
  const timed: Timed[] = []
  for (const timing of timingsOf(experiment, cached)) {
    timed.push({ ...timing, measurement: await measure({ ...experiment.setup, ...timing }, together, host) })
  }
  return new Cost(planned, estimate(experiment, cached, timed, host.trainers), host.trainers)
}

/** A runner that runs nothing: its results say only what would be run. */
function planner(store: StoreView): Runner {
  const nothing = new Map()
  const run = (experiment: Experiment) => new Results(experiment, seriesOf(experiment, nothing), store)
  const analysed = { lines: [], trained: { full: [], subnetworks: [] } }
  return {
    run: (experiment) => Promise.resolve(run(experiment)),
    runAll: (experiments) => Promise.resolve(experiments.map(run)),
    runInstability: (experiment, thresholds) =>
      Promise.resolve(new InstabilityResults(experiment, analysed, thresholds)),
    compute: () => Promise.reject(new Error('Nothing is computed while costs are estimated.')),
    cancel: () => undefined,
    close: () => Promise.resolve(),
  }
}

/** @throws TicketLabError `store-newer`, `store-corrupt` */
async function cachedOf({ tasks }: Experiment, store: StoreView): Promise<Set<Digest>> {
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
  const { network, dataset, recipe, backend, counts } = request
  const { store, backends } = host
  const log: LabHost['log'] = (level, message) => host.log(level, message)
  const file = join(bundleFolder(), 'trainer.cjs')
  const trainers = Array.from({ length: together }, () =>
    startTrainer({ file, store, backends, checkpointPeriod: 2000, log }),
  )
  try {
    const found = await Promise.all(
      trainers.map((trainer) =>
        trainer.measure({ network, dataset, recipe, backend, counts }, host.signal()),
      ),
    )
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
