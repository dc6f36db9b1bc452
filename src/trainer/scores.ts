import type { TrainingSession } from '../backends/backend'
import { buildCurvatureProgram, directionOf } from '../networks/curvature'
import type { StepProgram } from '../backends/program'
import { buildStepProgram } from '../networks/lower'
import type { Network } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { TicketLabError } from '../support/errors'
import { sizeOf, type Masks, type Tensors } from '../support/tensor'
import { batchIndices } from '../training/batches'
import { masked } from '../training/interpolate'
import { countKept, type Scores } from '../training/prune'
import {
  flowNetwork,
  flowWeights,
  graspScores,
  lengthOf,
  snipScores,
  synflowScores,
  weightNames,
  withoutDropout,
} from '../training/scores'
import {
  graspTemperature,
  type BackendKey,
  type PruneTask,
  type Scoring,
  type ScoringExamples,
} from '../tasks/tasks'
import type { TaskContext } from './context'
import { breathe } from './pace'
import { sessionData } from './sessions'

/** What scores a network's weights under masks. Scores hold until it is called again. */
export type Scorer = (masks: Masks) => Promise<Scores>

/** What scoring needs of a task's context. */
export type ScoringContext = Pick<TaskContext, 'open' | 'signal'>

/** For derivatives, any rule will do. */
const noTraining = { kind: 'sgd', learningRate: 0 } as const

/**
 * Opens what the criterion of a prune task needs.
 * @returns `undefined` for criteria that need no scores
 * @throws TicketLabError `bad-input` when the task does not say how to score, `not-a-number` when a loss is none,
 *   `layer-died` when no signal passes the network
 */
export async function openScorer(
  task: PruneTask,
  weights: Tensors | undefined,
  context: ScoringContext,
): Promise<Scorer | undefined> {
  const { criterion, network } = task
  if (criterion === 'magnitude' || criterion === 'random' || criterion === 'shuffle') return undefined
  const scoring = need(task, task.scoring, 'scoring')
  const start = need(task, weights, 'weights')
  if (criterion === 'synflow') return openFlow(task, start, scoring, context)
  const examples = need(task, scoring.examples, 'scoring.examples')
  if (criterion === 'grasp') return openGrasp(network, start, examples, scoring, context)
  const gradient = await openGradient(network, examples, scoring, context)
  return async (masks) => {
    const at = masked(start, masks)
    return snipScores(at, await gradient(at, masks))
  }
}

/** The derivative of the mean loss over the examples, by every trainable parameter, added up in double precision. */
async function openGradient(
  network: Network,
  examples: ScoringExamples,
  { backend }: Scoring,
  { open, signal }: ScoringContext,
): Promise<(weights: Tensors, masks: Masks) => Promise<Scores>> {
  const { dataset: spec, batchSize } = examples
  const { session, dataset } = await open({
    network: withoutDropout(network),
    dataset: spec,
    backend,
    recipe: { optimizer: noTraining, batchSize },
  })
  return (parameters, masks) => {
    session.load({ step: 0, parameters, slots: {} }, masks)
    return meanGradients(session, examples, dataset.train.count, signal)
  }
}

/** The means of a session's derivatives over the batches, added up in double precision. */
async function meanGradients(
  session: TrainingSession,
  { batchSize, batches, orderSeed }: ScoringExamples,
  count: number,
  signal: AbortSignal,
): Promise<Scores> {
  const sums: Record<string, Float64Array> = {}
  for (let batch = 0; batch < batches; batch++) {
    const indices = batchIndices(orderSeed, count, batchSize, batch, 1)
    const { loss, gradients } = session.gradients(indices)
    if (!Number.isFinite(loss)) throw notANumber(loss, batch)
    for (const [name, { data }] of Object.entries(gradients)) {
      const sum = (sums[name] ??= new Float64Array(data.length))
      for (let i = 0; i < data.length; i++) sum[i]! += data[i]! / batches
    }
    await breathe(signal)
  }
  return sums
}

/**
 * GraSP's scores: the gradient g first, then H along it. Biases and batch norm have no direction, as in its authors'
 * code. The direction has length 1, or a small gradient could lose digits to single precision.
 */
async function openGrasp(
  network: Network,
  weights: Tensors,
  examples: ScoringExamples,
  { backend, temperature = graspTemperature }: Scoring,
  { open, signal }: ScoringContext,
): Promise<Scorer> {
  const { batchSize } = examples
  const program = buildCurvatureProgram(withoutDropout(network), { batchSize, temperature })
  const dataset = await open.dataset(examples.dataset)
  const session = await open.program(backend, program, sessionData(dataset))
  const names = weightNames(network)
  const derivatives = async (at: Tensors, direction: Scores) => {
    const directions = names.map((name) => [
      directionOf(name),
      { shape: at[name]!.shape, data: Float32Array.from(direction[name]!) },
    ])
    const parameters = { ...at, ...(Object.fromEntries(directions) as Tensors) }
    session.load({ step: 0, parameters, slots: {} }, {})
    return meanGradients(session, examples, dataset.train.count, signal)
  }
  return async (masks) => {
    const at = masked(weights, masks)
    const still = Object.fromEntries(names.map((name) => [name, at[name]!.data.map(() => 0)]))
    const first = await derivatives(at, still)
    // A pruned weight is not moved.
    const gradient = Object.fromEntries(
      names.map((name) => {
        const mask = masks[name]?.data
        return [name, first[directionOf(name)]!.map((value, i) => (mask?.[i] === 0 ? 0 : value))]
      }),
    )
    const length = lengthOf(gradient)
    if (length === 0) return graspScores(at, gradient)
    const second = await derivatives(at, scaled(gradient, 1 / length))
    return graspScores(at, scaled(pick(second, names), length))
  }
}

/** By how much the input of ones is made smaller when R is too large for float32; a power of two changes no digit. */
const shrink = 1 / 2 ** 60

/**
 * SynFlow's derivatives. R is proportional to the input, so an input of small numbers in place of ones gives the same
 * ranking where that of ones would be too large for float32, as in deep networks.
 */
function openFlow(
  { network, collapse }: PruneTask,
  weights: Tensors,
  { backend }: Scoring,
  { open, signal }: ScoringContext,
): Scorer {
  const { program, masks: maskedBySession } = flowProgram(network, backend)
  const names = weightNames(network)
  const flow = flowWeights(network, weights)
  // Written anew in every round: a hundred rounds of 20 million weights would leave 25 GB behind.
  const at = copyOf(pick(flow, names))
  const scores = Object.fromEntries(names.map((name) => [name, new Float64Array(flow[name]!.data.length)]))
  let input = 1
  let session: TrainingSession | undefined
  return async (masks) => {
    const parameters = masked(flow, masks, at)
    for (;;) {
      session ??= await open.program(backend, program, constantInput(network, input))
      session.load({ step: 0, parameters, slots: {} }, maskedBySession ? masks : {})
      const { loss, gradients } = session.gradients(Int32Array.of(0))
      await breathe(signal)
      const sum = synflowScores(parameters, pick(dataOf(gradients), names), scores)
      if (Number.isFinite(loss) && Number.isFinite(sum)) {
        if (sum === 0 && collapse !== 'go on') throw noFlow(network, masks)
        return scores
      }
      if (input < shrink) throw notANumber(loss, 0)
      input *= shrink
      session = undefined
    }
  }
}

/**
 * The program of SynFlow's derivatives, and whether its session needs the masks. TensorFlow reckons with a pruned weight
 * as with any that is 0, and without masks loads faster; wasm leaves it out, so that sums have another order and masks
 * decide bits.
 */
function flowProgram(network: Network, { id }: BackendKey): { program: StepProgram; masks: boolean } {
  const program = buildStepProgram(flowNetwork(network), { optimizer: noTraining, batchSize: 1 })
  if (id === 'wasm') return { program, masks: true }
  const parameters = program.parameters.map((parameter) => ({ ...parameter, masked: false }))
  return { program: { ...program, parameters }, masks: false }
}

/** One example, all numbers of which are `value`. */
function constantInput({ input }: Network, value: number) {
  const split = { images: new Uint8Array(sizeOf(input)).fill(255), labels: Uint8Array.of(0), count: 1 }
  return {
    shape: input,
    normalize: { mean: [0], deviation: [1 / value] },
    splits: { train: split, validation: split, test: split },
  }
}

function copyOf(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  )
}

function dataOf(tensors: Tensors): Scores {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]))
}

function scaled(scores: Scores, factor: number): Scores {
  return Object.fromEntries(
    Object.entries(scores).map(([name, data]) => [name, Float64Array.from(data, (value) => value * factor)]),
  )
}

function pick<T>(by: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map((name) => [name, by[name]!]))
}

function need<T>({ criterion }: PruneTask, value: T | undefined, what: string): T {
  if (value !== undefined) return value
  throw new TicketLabError('bad-input', `Pruning by ${criterion} needs ${what}, but found none.`)
}

function notANumber(loss: number, batch: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Expected a finite loss to take derivatives of, found ${loss} at batch ${batch} of those that weights are ` +
      'scored by. The weights to be pruned are not those of a network that can be trained.',
  )
}

function noFlow(network: Network, masks: Masks): TicketLabError {
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  const left = weights.map(({ name }) => `${name} ${masks[name] ? countKept(masks[name]) : 'all'}`)
  return new TicketLabError(
    'layer-died',
    `Expected the outputs for an input of ones to be positive, found 0: no signal passes what pruning has left ` +
      `(${left.join(', ')}). Use fewer levels, another criterion, or go on with what is left (collapse: 'go on').`,
  )
}
