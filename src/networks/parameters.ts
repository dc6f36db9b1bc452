import { checkNetwork } from './check'
import { rowOf, type Layer } from './layers/all'
import type { ExampleShape, Fail, Parameter } from './layers/kind'
import type { Network } from './network'
import { shapeAfter } from './shapes'
import { badInput } from '../support/errors'
import { sizeOf } from '../support/tensor'

/**
 * The tensors of a network's state, in the order of its layers, a block's own layers before its shortcut. A layer has
 * weights `[inputs, units]` or `[height, width, channels, filters]` and then a bias, or with batch norm scale,
 * offset, mean and variance, one number per unit or filter. Only weights are in a prune group: those of the last
 * layer in `output`, those of a residual block's shortcut in `shortcut`.
 * @throws TicketLabError `bad-input` naming the layer, where the network is not one
 */
export function parametersOf(network: Network): readonly Parameter[] {
  const known = remembered.get(network)
  if (known) return known
  checkNetwork(network)
  const parameters = ofLayers(network.layers, network.input, network.layers.at(-1))
  const large = parameters.find(({ shape }) => sizeOf(shape) > mostWeights)
  if (large) {
    throw badInput(
      `at most ${mostWeights} weights in each layer of "${network.name}"`,
      `${sizeOf(large.shape)} in "${large.layer}"`,
      'Make the layer, or what it gets, smaller.',
    )
  }
  remembered.set(network, parameters)
  return parameters
}

/** Numbers of 4 bytes in the largest file that Node reads at once, less than 2 GiB. */
const mostWeights = 2 ** 29 - 2 ** 10

/** A network never changes, and its parameters are asked for with every point of a plot; deep ones take milliseconds. */
const remembered = new WeakMap<Network, readonly Parameter[]>()

/** Whether a parameter is changed by the optimizer: all but the running statistics of batch norm. */
export function trainable({ role }: Parameter): boolean {
  return role !== 'mean' && role !== 'variance'
}

/** Whether a network has convolutions, which backends may compute with other kernels than products. */
export function hasConvolutions(network: Network): boolean {
  return parametersOf(network).some(({ role, shape }) => role === 'weights' && shape.length === 4)
}

/** The tensors of layers; `last` is in a prune group of its own, those inside of blocks are not the last. */
function ofLayers(layers: readonly Layer[], input: ExampleShape, last?: Layer): readonly Parameter[] {
  let shape = input
  return layers.flatMap((layer) => {
    const parameters = rowOf(layer.kind).parameters(layer, shape, {
      all: ofLayers,
      ...(layer === last ? { group: 'output' } : {}),
    })
    shape = shapeAfter(layer, shape, unchecked)
    return parameters
  })
}

/** For networks that have passed their check. */
export const unchecked: Fail = (problem) => {
  throw new RangeError(`A network passed its check although ${problem}`)
}
