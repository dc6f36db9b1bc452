import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import { networkOf } from '../../src/networks/describe'
import { parametersOf, trainable } from '../../src/networks/parameters'
import { lenet } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0)

describe('LeNet-300-100', () => {
  const parameters = parametersOf(lenet)

  it('has 266,610 parameters, 266,200 of them weights', () => {
    expect(total(parameters.map(({ shape }) => sizeOf(shape)))).toBe(266_610)
    const weights = parameters.filter(({ role }) => role === 'weights')
    expect(total(weights.map(({ shape }) => sizeOf(shape)))).toBe(266_200)
  })

  it('has weights and bias per layer, the last weights in a prune group of their own', () => {
    expect(parameters.map(({ name, shape, group }) => [name, shape, group])).toEqual([
      ['dense1/weights', [784, 300], 'dense'],
      ['dense1/bias', [300], undefined],
      ['dense2/weights', [300, 100], 'dense'],
      ['dense2/bias', [100], undefined],
      ['output/weights', [100, 10], 'output'],
      ['output/bias', [10], undefined],
    ])
  })
})

describe('a residual network', () => {
  const network = networkOf({
    input: [8, 8, 3],
    layers: [
      {
        kind: 'residual',
        layers: [{ kind: 'convolution', filters: 4, stride: 2, batchNorm: true }],
        shortcut: { kind: 'convolution', filters: 4, window: [1, 2], stride: 2 },
      },
      { kind: 'dense', units: 6 },
      { kind: 'dense', units: 2 },
    ],
  })

  it('has batch norm in place of a bias where it asks for it, and the shortcut in a group of its own', () => {
    expect(parametersOf(network).map(({ name, shape, group }) => [name, shape, group])).toEqual([
      ['conv1/weights', [3, 3, 3, 4], 'convolution'],
      ['conv1/scale', [4], undefined],
      ['conv1/offset', [4], undefined],
      ['conv1/mean', [4], undefined],
      ['conv1/variance', [4], undefined],
      ['block1-shortcut/weights', [1, 2, 3, 4], 'shortcut'],
      ['block1-shortcut/bias', [4], undefined],
      ['dense1/weights', [64, 6], 'dense'],
      ['dense1/bias', [6], undefined],
      ['output/weights', [6, 2], 'output'],
      ['output/bias', [2], undefined],
    ])
  })

  it('trains all but running statistics, which are kept beside', () => {
    const program = buildStepProgram(network, {
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      weightDecay: 0.5,
      batchSize: 3,
      augmentation: { flip: true, crop: 2 },
    })
    const trained = parametersOf(network).filter(trainable)
    expect(program.parameters.map(({ name }) => name)).toEqual(trained.map(({ name }) => name))
    expect(program.statistics.map(({ name }) => name)).toEqual(['conv1/mean', 'conv1/variance'])
    expect(program.augmentation).toEqual({ flip: true, crop: 2 })
    expect(
      program.updates.filter(({ weightDecay }) => weightDecay > 0).map(({ parameter }) => parameter),
    ).toEqual(trained.filter(({ role }) => role === 'weights').map(({ name }) => name))
    for (const { parameter, gradient } of program.updates) {
      expect(program.shapes[gradient]).toEqual(program.shapes[parameter])
    }
  })

  it('has weight decay on all that is trained where that is asked for', () => {
    const { updates } = buildStepProgram(network, {
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      ...{ weightDecay: 0.5, weightDecayOn: 'all', batchSize: 3 },
    })
    expect(updates.map(({ weightDecay }) => weightDecay)).toEqual(updates.map(() => 0.5))
  })
})

describe('a step program', () => {
  const program = buildStepProgram(lenet, {
    optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 0.9 },
    weightDecay: 1e-4,
    batchSize: 60,
  })

  it('flattens images once and ends in the mean loss', () => {
    expect(program.forward.map(({ op }) => op)).toEqual([
      'reshape',
      ...['matmul', 'addBias', 'relu'],
      ...['matmul', 'addBias', 'relu'],
      ...['matmul', 'addBias'],
      ...['softmaxCrossEntropy', 'mean'],
    ])
    expect(program.shapes[program.loss]).toEqual([])
  })

  it('has a gradient of the right shape for every parameter', () => {
    expect(program.updates.map(({ parameter }) => parameter)).toEqual(
      program.parameters.map(({ name }) => name),
    )
    for (const [index, { gradient }] of program.updates.entries()) {
      expect(program.shapes[gradient]).toEqual(program.parameters[index]!.shape)
    }
  })

  it('decays and masks weights, not biases', () => {
    expect(program.updates.map(({ weightDecay }) => weightDecay)).toEqual([1e-4, 0, 1e-4, 0, 1e-4, 0])
    expect(program.parameters.map(({ masked }) => masked)).toEqual([true, false, true, false, true, false])
  })

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(program))).toEqual(program)
  })
})
