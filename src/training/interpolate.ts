import type { Network } from '../networks/network'
import { parametersOf, trainable } from '../networks/parameters'
import type { Masks, Tensor, Tensors } from '../support/tensor'
import type { Distances } from '../tasks/facts'

/** `points` evenly spaced numbers from 0 to 1, both ends among them. */
export function alphasOf(points: number): number[] {
  return Array.from({ length: points }, (_, i) => i / (points - 1))
}

/**
 * The point `(1 - alpha) * one + alpha * other` of the line between two weight vectors: computed in double
 * precision and rounded to float32 once, so that the ends are the ends, and between a vector and itself there is
 * nothing else, to the bit.
 */
export function interpolated(one: Tensors, other: Tensors, alpha: number): Tensors {
  return mapTensors(one, ({ shape, data }, name) => {
    const to = other[name]!.data
    return { shape, data: data.map((value, i) => (1 - alpha) * value + alpha * to[i]!) }
  })
}

/**
 * Weights with zeros where the mask prunes, as training starts from them.
 * @param into lists of the same lengths to write to in place of new ones
 */
export function masked(weights: Tensors, masks: Masks, into: Tensors = {}): Tensors {
  return mapTensors(weights, (tensor, name) => {
    const mask = masks[name]?.data
    if (!mask) return tensor
    const { shape, data } = tensor
    const result = into[name]?.data ?? new Float32Array(data.length)
    // As bits: a product with 0 would be -0 for half of the weights, and a branch takes four times as long.
    const [from, to] = [bitsOf(data), bitsOf(result)]
    for (let i = 0; i < from.length; i++) to[i] = from[i]! & -mask[i]!
    return { shape, data: result }
  })
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length)
}

/**
 * The parameters that training changes by their gradients, which is what distances are measured over: weights, biases,
 * and batch norm's scale and offset. Its running statistics are of another scale, and follow from the others.
 */
export function trainedOnly(network: Network, tensors: Tensors): Tensors {
  const names = new Set(
    parametersOf(network)
      .filter(trainable)
      .map(({ name }) => name),
  )
  // In the order of the tensors, in which distances have always been summed.
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => names.has(name)))
}

/** Whether a network has running statistics, which are not interpolated as weights are unless asked for. */
export function hasStatistics(network: Network): boolean {
  return !parametersOf(network).every(trainable)
}

/**
 * @param origin where both started from, masked as they are; without it, nothing is said of what they travelled
 * @param initial what origin itself was trained from, masked likewise; by default origin is no trained network
 */
export function distancesOf(one: Tensors, other: Tensors, origin?: Tensors, initial = origin): Distances {
  const l2 = distance(one, other)
  const cosine = dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other))
  if (!origin || !initial) return { l2, cosine }
  const travelled = (distance(one, origin) + distance(other, origin)) / 2
  return {
    l2,
    cosine,
    travelled,
    relative: travelled > 0 ? l2 / travelled : 0,
    travelledInAll: (distance(one, initial) + distance(other, initial)) / 2,
  }
}

function distance(one: Tensors, other: Tensors): number {
  return Math.sqrt(sum(one, other, (a, b) => (a - b) ** 2))
}

function dot(one: Tensors, other: Tensors): number {
  return sum(one, other, (a, b) => a * b)
}

function sum(one: Tensors, other: Tensors, term: (a: number, b: number) => number): number {
  let total = 0
  for (const [name, { data }] of Object.entries(one)) {
    const { data: others } = other[name]!
    for (let i = 0; i < data.length; i++) total += term(data[i]!, others[i]!)
  }
  return total
}

function mapTensors(tensors: Tensors, change: (tensor: Tensor, name: string) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]))
}
