import type { Network } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import type { Tensors } from '../../support/tensor'
import type { Scores } from './criterion'

/*
 * What criteria share that make scores of the derivatives that a backend has taken. Derivatives are added up in double
 * precision.
 */

/** Names of a network's weights: neither of biases nor of batch norm. */
export function weightNames(network: Network): readonly string[] {
  return parametersOf(network)
    .filter(({ role }) => role === 'weights')
    .map(({ name }) => name)
}

/** Those of some names only. */
export function pick<T>(
  by: Readonly<Record<string, T>>,
  names: readonly string[],
): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map((name) => [name, by[name]!]))
}

/** The product of derivative and weight, for every weight that has a derivative. */
export function timesWeights(gradient: Scores, weights: Tensors): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(
    Object.entries(gradient).map(([name, data]) => {
      const scores = new Float64Array(data.length)
      multiply(data, weights[name]!.data, scores)
      return [name, scores]
    }),
  )
}

/** Writes products. @returns their sum */
export function multiply(one: Float32Array | Float64Array, other: Float32Array, into: Float64Array): number {
  let sum = 0
  for (let i = 0; i < into.length; i++) {
    const product = one[i]! * other[i]!
    into[i] = product
    sum += product
  }
  return sum
}
