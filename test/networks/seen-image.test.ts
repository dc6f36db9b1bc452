import { expect, test } from 'vitest'
import { seenImage } from '../../src/networks/seen-image'
import type { Network } from '../../src/networks/network'
import { networkByName } from '../../src/networks/zoo'

const dense = (name: string, units: number) => ({ kind: 'dense', name, units, activation: 'relu' }) as const

test("the network's own input decides what a layer sees of images", () => {
  const lenet = networkByName('lenet')
  expect(seenImage(lenet, 'dense1/weights')).toEqual({ height: 28, width: 28, channels: 1 })
  expect(seenImage(lenet, 'dense2/weights')).toBeUndefined()
  expect(seenImage(networkByName('lenet', { input: [32, 32, 3] }), 'dense1/weights')).toEqual({
    ...{ height: 32, width: 32, channels: 3 },
  })
  // As many inputs as MNIST has pixels, which are no image.
  const flat: Network = { ...lenet, input: [784] }
  expect(seenImage(flat, 'dense1/weights')).toBeUndefined()
})

test('a first convolution sees them through its window, a later layer does not', () => {
  const conv2 = networkByName('conv2')
  const windows = { window: [3, 3], stride: 1, padding: 'same' }
  expect(seenImage(conv2, 'conv1/weights')).toEqual({ height: 32, width: 32, channels: 3, windows })
  expect(seenImage(conv2, 'conv2/weights')).toBeUndefined()
  expect(seenImage(networkByName('resnet50'), 'conv1/weights')?.windows).toMatchObject({
    window: [7, 7],
    stride: 2,
  })
})

test('layers that only flatten or drop may lie in between, pools may not', () => {
  const network = (first: Network['layers'][number]): Network => ({
    ...{ name: 'small', input: [6, 8, 3], classes: 10 },
    layers: [first, dense('one', 5), { ...dense('output', 10), activation: 'none' }],
  })
  const seen = { height: 6, width: 8, channels: 3 }
  expect(seenImage(network({ kind: 'dropout', name: 'drop', rate: 0.5 }), 'one/weights')).toEqual(seen)
  expect(seenImage(network({ kind: 'max-pool', name: 'pool' }), 'one/weights')).toBeUndefined()
})
