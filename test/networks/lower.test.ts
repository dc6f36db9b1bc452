import { describe, expect, it } from 'vitest'
import type { Primitive } from '../../src/backends/primitives'
import { networkOf } from '../../src/networks/describe'
import { lowerLayers } from '../../src/networks/lower'
import { parametersOf } from '../../src/networks/parameters'
import { Tape } from '../../src/backends/tape'
import type { ProgramStatistic } from '../../src/backends/program'

const network = networkOf({
  input: [6, 8, 3],
  layers: [
    { kind: 'convolution', filters: 4, batchNorm: true },
    { kind: 'residual', layers: [{ kind: 'convolution', filters: 4 }] },
    {
      kind: 'branches',
      branches: [[{ kind: 'average-pool', window: 3, stride: 2, padding: 'same' }], [{ kind: 'max-pool' }]],
    },
    { kind: 'dropout', rate: 0.25 },
    { kind: 'global-average-pool' },
    { kind: 'dropout', rate: 0.5 },
    { kind: 'dense', units: 5 },
  ],
})

function lower(batchSize?: number) {
  const tape = new Tape({
    images: ['batch', ...network.input],
    ...Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, shape])),
  })
  const statistics: ProgramStatistic[] = []
  const logits = lowerLayers(network.layers, 'images', {
    tape,
    ...(batchSize === undefined ? {} : { training: { batchSize, statistics } }),
  })
  return { primitives: tape.primitives, logits: tape.shapeOf(logits), statistics }
}

describe('the layers of a network', () => {
  it('become primitives, in training', () => {
    const { primitives, logits } = lower(10)
    expect(primitives.map(({ op }) => op)).toEqual([
      ...['convolution', 'batchNorm', 'relu'],
      ...['convolution', 'addBias', 'add', 'relu'],
      ...['averagePool', 'maxPool', 'concatenate'],
      ...['dropout', 'globalAveragePool', 'dropout'],
      ...['matmul', 'addBias'],
    ])
    expect(logits).toEqual(['batch', 5])
  })

  it('take running statistics and drop nothing, in evaluation', () => {
    const { primitives } = lower()
    const norm = primitives.find(({ op }) => op === 'batchNormInference')
    expect(norm).toMatchObject({ mean: 'conv1/mean', variance: 'conv1/variance', epsilon: 1e-5 })
    expect(primitives.map(({ op }) => op)).not.toContain('dropout')
    expect(primitives.map(({ op }) => op)).not.toContain('batchNorm')
  })

  it('keep running statistics, the variance of the population', () => {
    const count = 10 * 6 * 8
    expect(lower(10).statistics).toEqual([
      { name: 'conv1/mean', shape: [4], value: 'conv1/batch-mean', decay: 0.9, factor: 1 },
      {
        name: 'conv1/variance',
        shape: [4],
        value: 'conv1/batch-variance',
        decay: 0.9,
        factor: count / (count - 1),
      },
    ])
  })

  it('drop by streams of their own', () => {
    const dropouts = lower(10).primitives.filter(
      (one): one is Extract<Primitive, { op: 'dropout' }> => one.op === 'dropout',
    )
    expect(dropouts.map(({ rate, stream }) => [rate, stream])).toEqual([
      [0.25, 0],
      [0.5, 1],
    ])
  })
})
