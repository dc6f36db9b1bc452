import { sizeOf } from '../support/tensor'
import type { Network, Parameter } from './network'

/**
 * The trainable tensors of a network, in the order of its layers. Weights of the last layer are in the group
 * `output`, whose pruning rate differs (Frankle & Carbin 2019, fig. 2); biases are in none and never pruned.
 */
export function parametersOf(network: Network): readonly Parameter[] {
  let inputs = sizeOf(network.input)
  return network.layers.flatMap((layer, i): Parameter[] => {
    const shape = [inputs, layer.units]
    inputs = layer.units
    const group = i === network.layers.length - 1 ? 'output' : 'dense'
    return [
      { name: `${layer.name}/weights`, layer: layer.name, role: 'weights', shape, group },
      { name: `${layer.name}/bias`, layer: layer.name, role: 'bias', shape: [layer.units] },
    ]
  })
}
