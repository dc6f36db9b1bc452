import { flattenedShapes } from './flattened'
import type { Parameter } from './layers/kind'
import type { Network } from './network'
import { parametersOf } from './parameters'

/** A layer that has weights. */
export interface WeightedLayer {
  readonly name: string
  readonly weights: Parameter
  /** Its bias, or scale, offset, mean and variance of its batch norm. */
  readonly others: readonly Parameter[]
  /** The shape that it flattens, channels innermost, where it is dense and gets images. */
  readonly flattened?: readonly number[]
}

/**
 * The layers of a network that have weights, in the order of its parameters.
 * @throws TicketLabError `bad-input` naming the layer, where the network is not one
 */
export function weightedLayers(network: Network): readonly WeightedLayer[] {
  const parameters = parametersOf(network)
  const shapes = flattenedShapes(network)
  return parameters
    .filter(({ role }) => role === 'weights')
    .map((weights) => {
      const flattened = shapes.get(weights.name)
      return {
        name: weights.layer,
        weights,
        others: parameters.filter(({ layer, role }) => layer === weights.layer && role !== 'weights'),
        ...(flattened ? { flattened } : {}),
      }
    })
}
