import { computesSparsely } from '../../backends/backend'
import type { StepProgram } from '../../backends/program'
import { withoutBatchNorm, withoutChance } from '../../networks/change'
import { buildStepProgram } from '../../networks/lower'
import type { Layer, Network } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { TicketLabError } from '../../support/errors'
import { countKept, sizeOf, type Masks, type Tensors } from '../../support/tensor'
import type { BackendKey } from '../../tasks/tasks'
import { masked } from '../interpolate'
import {
  lossNotANumber,
  noTraining,
  type AtExample,
  type CriterionKind,
  type Derivatives,
  type Scored,
  type Scorer,
} from './criterion'
import { multiply, pick, weightNames } from './shared'

/** Rounds of scoring and pruning (Tanaka et al. 2020, section 7). */
const rounds = 100

/** |w| dR/d|w|, R being what a network of absolute weights makes of ones (Tanaka et al. 2020). */
export const synflow: CriterionKind = {
  networks: { imp: 'SynFlow', 'one-shot': 'SynFlow' },
  isControl: false,
  iterative: false,
  atOnce: 'before-training',
  ranksTogether: true,
  ranking: { by: 'derivatives', scoringOf: ({ backend }) => ({ rounds, backend }), open },
}

/** By how much the input of ones is made smaller when R is too large for float32; a power of two changes no digit. */
const shrink = 1 / 2 ** 60

/**
 * SynFlow's derivatives. R is proportional to the input, so an input of small numbers in place of ones gives the same
 * ranking where that of ones would be too large for float32, as in deep networks.
 */
function open({ task, scoring, weights }: Scored, { atExample }: Derivatives): Scorer {
  const { network, collapse } = task
  const { program, masks: maskedBySession } = flowProgram(network, scoring.backend)
  const names = weightNames(network)
  const flow = flowWeights(network, weights)
  // Written anew in every round: a hundred rounds of 20 million weights would leave 25 GB behind.
  const at = copyOf(pick(flow, names))
  const scores = Object.fromEntries(names.map((name) => [name, new Float64Array(flow[name]!.data.length)]))
  let input = 1
  let derivatives: AtExample | undefined
  return async (masks) => {
    const parameters = masked(flow, masks, at)
    for (;;) {
      derivatives ??= await atExample(program, constantInput(network, input))
      const { loss, gradients } = await derivatives(parameters, maskedBySession ? masks : {})
      const sum = synflowScores(parameters, pick(gradients, names), scores)
      if (Number.isFinite(loss) && Number.isFinite(sum)) {
        if (sum === 0 && collapse !== 'go on') throw noFlow(network, masks)
        return scores
      }
      if (input < shrink) throw lossNotANumber(loss, 0)
      input *= shrink
      derivatives = undefined
    }
  }
}

/**
 * The program of SynFlow's derivatives, and whether its session needs the masks. TensorFlow reckons with a pruned weight
 * as with any that is 0, and without masks loads faster; the others leave it out, so that sums have another order and
 * masks decide bits.
 */
function flowProgram(network: Network, { id }: BackendKey): { program: StepProgram; masks: boolean } {
  const program = buildStepProgram(flowNetwork(network), { optimizer: noTraining, batchSize: 1 })
  if (computesSparsely(id)) return { program, masks: true }
  const parameters = program.parameters.map((parameter) => ({ ...parameter, masked: false }))
  return { program: { ...program, parameters }, masks: false }
}

/** A last layer that adds up the outputs of a network. */
const sumLayer = 'sum-of-outputs'

/**
 * The network that SynFlow's derivatives are taken of: without dropout, without batch norm, whose scale
 * {@link flowWeights} folds into the weights, and with one more layer, whose two logits are 0 and R, the sum of the
 * outputs. The cross-entropy of class 0 is then log(1 + e^R), and its derivatives are those of R times one number, which
 * changes no ranking.
 */
function flowNetwork(network: Network): Network {
  const plain = withoutBatchNorm(withoutChance(network))
  const sum: Layer = { kind: 'dense', name: sumLayer, units: 2, activation: 'none' }
  return { ...plain, layers: [...plain.layers, sum], classes: 2 }
}

/**
 * The absolute weights of a SynFlow network: |w| of every weight, times |scale| of its filter where there is batch norm,
 * which is otherwise the identity (mean 0, variance 1); biases and offsets are 0. R is then positive and linear in the
 * weights of every path (Tanaka et al. 2020, section 6).
 */
function flowWeights(network: Network, weights: Tensors): Tensors {
  return Object.fromEntries(
    parametersOf(flowNetwork(network)).map(({ name, layer, role, shape }) => {
      const scale = weights[`${layer}/scale`]?.data
      const filters = shape.at(-1)!
      const zeros = new Float32Array(sizeOf(shape))
      if (role !== 'weights') return [name, { shape, data: zeros }]
      if (layer === sumLayer) return [name, { shape, data: zeros.map((_, i) => i % 2) }]
      const data = weights[name]!.data.map(
        (value, i) => Math.abs(value) * Math.abs(scale?.[i % filters] ?? 1),
      )
      return [name, { shape, data }]
    }),
  )
}

/**
 * |w| dR/d|w| (Tanaka et al. 2020, eq. 3); with |w| as {@link flowWeights} gives it, scale included.
 * @param into where the scores are written, lists as long as the gradient's
 * @returns the sum of all scores: 0 when no signal passes the network, not finite when a derivative is not
 */
function synflowScores(
  flow: Tensors,
  gradient: Tensors,
  into: Readonly<Record<string, Float64Array>>,
): number {
  let sum = 0
  for (const [name, { data }] of Object.entries(gradient))
    sum += multiply(data, flow[name]!.data, into[name]!)
  return sum
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

function noFlow(network: Network, masks: Masks): TicketLabError {
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  const left = weights.map(({ name }) => `${name} ${masks[name] ? countKept(masks[name]) : 'all'}`)
  return new TicketLabError(
    'layer-died',
    `Expected the outputs for an input of ones to be positive, found 0: no signal passes what pruning has left ` +
      `(${left.join(', ')}). Use fewer levels, another criterion, or go on with what is left (collapse: 'go on').`,
  )
}
