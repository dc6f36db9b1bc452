import { expect, it } from 'vitest'
import { initialize } from '../../src/training/initialize'
import type { Network } from '../../src/networks/network'

const network: Network = {
  name: 'wide',
  input: [28, 28, 1],
  classes: 10,
  layers: [
    { kind: 'dense', name: 'first', units: 300, activation: 'relu' },
    { kind: 'dense', name: 'last', units: 10, activation: 'none' },
  ],
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
    layers: [network.layers[0]!, { ...network.layers[1]!, units: 12 }],
  }
  expect(initialize({ network: wider, seed: 1 })['first/weights']).toEqual(
    initialize({ network, seed: 1 })['first/weights'],
  )
  expect(initialize({ network, seed: 2 })['first/weights']).not.toEqual(
    initialize({ network, seed: 1 })['first/weights'],
  )
})
