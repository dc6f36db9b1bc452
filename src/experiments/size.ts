import type { Layer, Network, Parameter } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { sizeOf } from '../support/tensor'
import { bytesAtRest } from '../support/tensor-file'
import type { Counts } from './density'

/** What a ticket costs beside the full network, wherever it is stored and used. */
export interface NetworkSize {
  /** Bytes of all parameters as the store keeps them: survivors only, where few are left. */
  readonly bytes: number
  /** Multiplications of an example's values with weights in one forward pass; biases and activations are not counted. */
  readonly multiplyAdds: number
}

/** Size of a network of which `counts` weights are left; parameters that are not named are whole. */
export function networkSize(network: Network, counts: Counts = {}): NetworkSize {
  return { bytes: bytesOf(network, counts), multiplyAdds: multiplyAddsOf(network, counts) }
}

/** Bytes of all parameters at rest, sparse ones as bits and survivors. */
export function bytesOf(network: Network, counts: Counts): number {
  return parametersOf(network).reduce((sum, { name, shape }) => {
    const length = sizeOf(shape)
    return sum + bytesAtRest(length, counts[name] ?? length)
  }, 0)
}

/** Multiply-adds of surviving weights for one example. */
export function multiplyAddsOf(network: Network, counts: Counts): number {
  return parametersOf(network)
    .filter(({ role }) => role === 'weights')
    .reduce(
      (sum, parameter) =>
        sum + (counts[parameter.name] ?? sizeOf(parameter.shape)) * positionsOf(network, parameter),
      0,
    )
}

/** At how many places of an example each weight of a parameter is used: once in a dense layer. */
export function positionsOf(network: Network, parameter: Parameter): number {
  const layer = network.layers.find(({ name }) => name === parameter.layer)!
  return positions[layer.kind](network, parameter)
}

const positions: Readonly<Record<Layer['kind'], (network: Network, parameter: Parameter) => number>> = {
  dense: () => 1,
}
