import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import { parametersOf } from '../../src/networks/parameters'
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
