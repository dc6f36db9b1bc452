import type { Layer, Network } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { sizeOf, type Tensors } from '../support/tensor'
import type { Scores } from './prune'

/*
 * Scores of criteria for pruning before training, from derivatives that a backend has taken. Derivatives are added up
 * in double precision.
 */

/** SNIP: |g w|, the effect of removing a weight on the loss, to first order (Lee, Ajanthan & Torr 2019, eq. 4). */
export function snipScores(weights: Tensors, gradient: Scores): Scores {
  const scores = timesWeights(gradient, weights)
  for (const data of Object.values(scores)) for (let i = 0; i < data.length; i++) data[i] = Math.abs(data[i]!)
  return scores
}

/**
 * GraSP keeps the weights of largest w H g: removing one changes the squared length of the gradient g by about -w H g,
 * and what would make it shorter stays (Wang, Zhang & Grosse 2020, eq. 8 and algorithm 1).
 */
export function graspScores(weights: Tensors, curvature: Scores): Scores {
  return timesWeights(curvature, weights)
}

/** Euclidean length of all numbers together. */
export function lengthOf(vector: Scores): number {
  let sum = 0
  for (const data of Object.values(vector)) for (const value of data) sum += value * value
  return Math.sqrt(sum)
}

/** Names of the tensors that GraSP's direction is in: weights, not biases nor batch norm, as in its authors' code. */
export function weightNames(network: Network): readonly string[] {
  return parametersOf(network)
    .filter(({ role }) => role === 'weights')
    .map(({ name }) => name)
}

/** Derivatives are those of the network without chance in it: dropout layers are left out. */
export function withoutDropout(network: Network): Network {
  return mapLayers(network, (layer) => (layer.kind === 'dropout' ? undefined : layer))
}

/** A last layer that adds up the outputs of a network. */
const sumLayer = 'sum-of-outputs'

/**
 * The network that SynFlow's derivatives are taken of: without dropout, without batch norm, whose scale
 * {@link flowWeights} folds into the weights, and with one more layer, whose two logits are 0 and R, the sum of the
 * outputs. The cross-entropy of class 0 is then log(1 + e^R), and its derivatives are those of R times one number, which
 * changes no ranking.
 */
export function flowNetwork(network: Network): Network {
  const plain = mapLayers(withoutDropout(network), (layer) =>
    layer.kind === 'dense' || layer.kind === 'convolution' ? { ...layer, batchNorm: false } : layer,
  )
  const sum: Layer = { kind: 'dense', name: sumLayer, units: 2, activation: 'none' }
  return { ...plain, layers: [...plain.layers, sum], classes: 2 }
}

/**
 * The absolute weights of a SynFlow network: |w| of every weight, times |scale| of its filter where there is batch norm,
 * which is otherwise the identity (mean 0, variance 1); biases and offsets are 0. R is then positive and linear in the
 * weights of every path (Tanaka et al. 2020, section 6).
 */
export function flowWeights(network: Network, weights: Tensors): Tensors {
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
 * SynFlow: |w| dR/d|w| (Tanaka et al. 2020, eq. 3); with |w| as {@link flowWeights} gives it, scale included.
 * @param into where the scores are written, lists as long as the gradient's
 * @returns the sum of all scores: 0 when no signal passes the network, not finite when a derivative is not
 */
export function synflowScores(
  flow: Tensors,
  gradient: Scores,
  into: Readonly<Record<string, Float64Array>>,
): number {
  let sum = 0
  for (const [name, data] of Object.entries(gradient)) sum += multiply(data, flow[name]!.data, into[name]!)
  return sum
}

/** The product of derivative and weight, for every weight that has a derivative. */
function timesWeights(gradient: Scores, weights: Tensors): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(
    Object.entries(gradient).map(([name, data]) => {
      const scores = new Float64Array(data.length)
      multiply(data, weights[name]!.data, scores)
      return [name, scores]
    }),
  )
}

/** Writes products. @returns their sum */
function multiply(one: Float32Array | Float64Array, other: Float32Array, into: Float64Array): number {
  let sum = 0
  for (let i = 0; i < into.length; i++) {
    const product = one[i]! * other[i]!
    into[i] = product
    sum += product
  }
  return sum
}

/** The same network with every layer changed or, where `change` gives none, left out. */
function mapLayers(network: Network, change: (layer: Layer) => Layer | undefined): Network {
  const all = (layers: readonly Layer[]): readonly Layer[] => layers.flatMap((layer) => one(layer) ?? [])
  const one = (layer: Layer): Layer | undefined => {
    switch (layer.kind) {
      case 'residual': {
        const shortcut = layer.shortcut && one(layer.shortcut)
        return change({
          ...layer,
          layers: all(layer.layers),
          ...(shortcut?.kind === 'convolution' ? { shortcut } : {}),
        })
      }
      case 'branches':
        return change({ ...layer, branches: layer.branches.map(all) })
      default:
        return change(layer)
    }
  }
  return { ...network, layers: all(network.layers) }
}
