import { rowOf, type Layer } from './layers/all'
import type { ExampleShape, Parameter } from './layers/kind'
import type { Network } from './network'
import { parametersOf, unchecked } from './parameters'
import { shapeAfter } from './shapes'

/** A layer that has weights. */
export interface WeightedLayer {
  readonly name: string
  /** The shape of what it gets; a dense layer flattens it, channels innermost. */
  readonly input: ExampleShape
  readonly weights: Parameter
  /** Its bias, or scale, offset, mean and variance of its batch norm. */
  readonly others: readonly Parameter[]
}

/**
 * The layers of a network that have weights, in the order of its parameters.
 * @throws TicketLabError `bad-input` naming the layer, where the network is not one
 */
export function weightedLayers(network: Network): readonly WeightedLayer[] {
  const parameters = parametersOf(network)
  const inputs = new Map<string, ExampleShape>()
  noteInputs(network.layers, network.input, inputs)
  return parameters
    .filter(({ role }) => role === 'weights')
    .map((weights) => ({
      name: weights.layer,
      input: inputs.get(weights.layer)!,
      weights,
      others: parameters.filter(({ layer, role }) => layer === weights.layer && role !== 'weights'),
    }))
}

function noteInputs(layers: readonly Layer[], input: ExampleShape, noted: Map<string, ExampleShape>): void {
  let shape = input
  for (const layer of layers) {
    noted.set(layer.name, shape)
    for (const { layers: inner } of rowOf(layer.kind).inside?.lists(layer) ?? [])
      noteInputs(inner, shape, noted)
    shape = shapeAfter(layer, shape, unchecked)
  }
}
