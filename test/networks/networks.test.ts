import { describe, expect, it } from 'vitest'
import { buildStepProgram } from '../../src/networks/lower'
import type { Layer, Network } from '../../src/networks/network'
import { checkNetwork, parametersOf } from '../../src/networks/parameters'
import { lenet, networkByName } from '../../src/networks/zoo'
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

  it('is found by its name; a misspelled name is answered with the nearest', () => {
    expect(networkByName('lenet')).toBe(lenet)
    expect(() => networkByName('lenett')).toThrow('There is no network "lenett". Did you mean "lenet"?')
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

describe('a network that is none', () => {
  const dense = (name: string, units: number, activation: 'relu' | 'none' = 'relu'): Layer => ({
    kind: 'dense',
    name,
    units,
    activation,
  })
  const network = (change: Partial<Network>): Network => ({
    name: 'mine',
    input: [4],
    layers: [dense('first', 3), dense('last', 2, 'none')],
    classes: 2,
    ...change,
  })

  it.each<[string, Partial<Network>, string]>([
    ['without layers', { layers: [] }, 'it has no layers'],
    ['of one class', { classes: 1 }, '2 classes or more, found 1'],
    ['with an empty input', { input: [] }, 'positive integers, found []'],
    ['with an odd input', { input: [28, 0] }, 'positive integers, found [28, 0]'],
    [
      'with a layer of no units',
      { layers: [dense('first', 0)] },
      'layer "first" must have a positive number',
    ],
    [
      'with an activation that there is not',
      { layers: [dense('a', 3, 'tanh' as 'relu'), dense('b', 2, 'none')] },
      'layer "a" has the activation "tanh"; there are: relu, none.',
    ],
    [
      'with a layer of another kind',
      { layers: [{ ...dense('a', 3), kind: 'convolution' as 'dense' }, dense('b', 2, 'none')] },
      'layer "a" is of the kind "convolution"; there is: dense.',
    ],
    ['with half a unit', { layers: [dense('first', 2.5)] }, 'found 2.5'],
    [
      'with two layers of one name',
      { layers: [dense('a', 3), dense('a', 2, 'none')] },
      'two layers are called "a"',
    ],
    ['with a slash in a name', { layers: [dense('a/b', 2, 'none')] }, '"a/b" is no name for a layer'],
    ['that ends in relu', { layers: [dense('a', 2)] }, 'last layer "a" gives the logits'],
    ['with units for other classes', { layers: [dense('a', 5, 'none')] }, 'needs 2 units'],
  ])('is refused: %s', (_, change, message) => {
    expect(() => checkNetwork(network(change))).toThrow(message)
    expect(() => parametersOf(network(change))).toThrow('Network "mine"')
  })

  it('is refused before anything is lowered', () => {
    const options = { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize: 1 } as const
    expect(() => buildStepProgram(network({ layers: [] }), options)).toThrow('it has no layers')
    expect(() => checkNetwork(network({}))).not.toThrow()
  })
})
