import { expect, it } from 'vitest'
import { paddedAsInPyTorch, withoutBatchNorm, withoutChance } from '../../src/networks/change'
import { networkOf } from '../../src/networks/describe'
import type { NetworkDescription } from '../../src/networks/description'
import { lopsidedLayers } from '../../src/networks/lopsided'
import { parametersOf } from '../../src/networks/parameters'

const networkWith = (dropout: readonly { kind: 'dropout'; rate: number }[], batchNorm: boolean) =>
  networkOf({
    input: [4, 4, 2],
    layers: [
      ...dropout,
      {
        kind: 'residual',
        layers: [...dropout, { kind: 'convolution', filters: 3, batchNorm }],
        shortcut: { kind: 'convolution', filters: 3, window: 1, batchNorm },
      },
      { kind: 'branches', branches: [[...dropout, { kind: 'max-pool' }], [{ kind: 'average-pool' }]] },
      { kind: 'dense', units: 5, batchNorm },
      ...dropout,
      { kind: 'dense', units: 2 },
    ],
  })

const dropout = { kind: 'dropout', rate: 0.5 } as const

it('takes dropout out of a network, wherever it is', () => {
  expect(withoutChance(networkWith([dropout], true))).toEqual(networkWith([], true))
})

it('puts biases in the place of batch norm, shortcuts and blocks included', () => {
  const network = networkWith([dropout], true)
  expect(parametersOf(network).map(({ role }) => role)).toContain('scale')
  const plain = withoutBatchNorm(network)
  expect(parametersOf(plain)).toEqual(parametersOf(networkWith([dropout], false)))
  expect(plain.layers.map(({ kind }) => kind)).toEqual(network.layers.map(({ kind }) => kind))
})

it("pads strided windows as PyTorch does, where 'same' is not on both sides the same", () => {
  const layers = (
    padding: { padding?: 1 },
    ofPool: { padding: 'same' | 1 },
  ): NetworkDescription['layers'] => [
    { kind: 'convolution', name: 'plain', filters: 3 },
    {
      kind: 'residual',
      layers: [{ kind: 'convolution', name: 'strided', filters: 4, stride: 2, ...padding }],
      shortcut: { kind: 'convolution', name: 'one', filters: 4, window: 1, stride: 2 },
    },
    { kind: 'max-pool', name: 'pool', window: 3, stride: 2, ...ofPool },
    { kind: 'average-pool', name: 'even', window: 2, padding: 'same' },
    { kind: 'dense', units: 2 },
  ]
  const network = networkOf({ input: [32, 32, 3], layers: layers({}, { padding: 'same' }) })
  const padded = paddedAsInPyTorch(network)
  expect(padded).toEqual(networkOf({ input: [32, 32, 3], layers: layers({ padding: 1 }, { padding: 1 }) }))
  expect(parametersOf(padded)).toEqual(parametersOf(network))
  // A window of 2 at stride 2 begins at the first of 8 pixels; half a pixel earlier there is none.
  expect([lopsidedLayers(network), lopsidedLayers(padded)]).toEqual([['strided', 'pool'], []])
})
