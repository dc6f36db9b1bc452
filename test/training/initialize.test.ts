import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { initialize } from '../../src/training/initialize'
import type { DenseLayer, Network } from '../../src/networks/network'

const first: DenseLayer = { kind: 'dense', name: 'first', units: 300, activation: 'relu' }
const last: DenseLayer = { kind: 'dense', name: 'last', units: 10, activation: 'none' }
const network: Network = {
  name: 'wide',
  input: [28, 28, 1],
  classes: 10,
  layers: [first, last],
}

it('draws weights from the Gaussian Glorot distribution and sets biases to zero', () => {
  const weights = initialize({ network, seed: 1 })
  const { shape, data } = weights['first/weights']!
  expect(shape).toEqual([784, 300])
  const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length
  expect(Math.sqrt(variance)).toBeCloseTo(Math.sqrt(2 / (784 + 300)), 3)
  expect(weights['first/bias']!.data.every((value) => value === 0)).toBe(true)
})

it('gives every layer a stream of its own', () => {
  const wider: Network = {
    ...network,
    classes: 12,
    layers: [first, { ...last, units: 12 }],
  }
  expect(initialize({ network: wider, seed: 1 })['first/weights']).toEqual(
    initialize({ network, seed: 1 })['first/weights'],
  )
  expect(initialize({ network, seed: 2 })['first/weights']).not.toEqual(
    initialize({ network, seed: 1 })['first/weights'],
  )
})

it('counts the window of a convolution in both fans', () => {
  const layers: Network['layers'] = [
    { kind: 'convolution', name: 'conv', filters: 64, window: [3, 5], activation: 'relu' },
    { kind: 'convolution', name: 'next', filters: 32, activation: 'relu' },
    last,
  ]
  const weights = initialize({ network: { ...network, input: [4, 4, 32], layers }, seed: 1 })
  const deviation = (name: string) => {
    const { data } = weights[name]!
    return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
  }
  expect(deviation('conv/weights')).toBeCloseTo(Math.sqrt(2 / (15 * (32 + 64))), 3)
  expect(deviation('next/weights')).toBeCloseTo(Math.sqrt(2 / (9 * (64 + 32))), 3)
})

it('lets batch norm begin as no change', () => {
  const layers: Network['layers'] = [{ ...first, batchNorm: true }, last]
  const { 'first/bias': bias, ...drawn } = initialize({ network: { ...network, layers }, seed: 1 })
  const every = (name: string, number: number) => drawn[name]!.data.every((value) => value === number)
  expect(bias).toBeUndefined()
  expect([every('first/scale', 1), every('first/variance', 1)]).toEqual([true, true])
  expect([every('first/offset', 0), every('first/mean', 0)]).toEqual([true, true])
})

it('draws the same bits as ever', () => {
  const { data } = initialize({ network, seed: 1 })['first/weights']!
  expect(createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex').slice(0, 16)).toBe(
    '11df38b9fef7cc94',
  )
})
