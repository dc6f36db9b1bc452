import { expect, it } from 'vitest'
import { withoutBatchNorm, withoutChance } from '../../src/networks/change'
import { networkOf } from '../../src/networks/describe'
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
