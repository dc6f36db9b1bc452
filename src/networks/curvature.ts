import { differentiate } from '../backends/differentiate'
import { inputs, type ProgramStatistic, type StepProgram } from '../backends/program'
import type { Primitive, Shape } from '../backends/primitives'
import { appendTangents } from '../backends/tangents'
import { Tape } from '../backends/tape'
import { crossEntropy, lower } from './lower'
import type { Network } from './network'
import { parametersOf, trainable } from './parameters'

/** The name of the parameter that holds the direction of a layer's weights. */
export function directionOf(weights: string): string {
  return `${weights}/direction`
}

/**
 * A program whose derivatives are first and second ones of a network's loss L. It has one more parameter d for each
 * layer's weights, its {@link directionOf}, and differentiates the slope s of L along d, which is bilinear in d and the
 * gradient g of L: the derivative of s by d is g, and that by the weights is H d, H being the second derivatives of L.
 * Both are exact, batch norm's dependence on the batch included.
 *
 * @param options.temperature what logits are divided by before the softmax
 */
export function buildCurvatureProgram(
  network: Network,
  { batchSize, temperature }: { readonly batchSize: number; readonly temperature: number },
): StepProgram {
  const state = parametersOf(network)
  const parameters = state.filter(trainable).map(({ name, shape }) => ({ name, shape, masked: false }))
  const weights = state.filter(({ role }) => role === 'weights')
  const directions = Object.fromEntries(weights.map(({ name }) => [name, directionOf(name)]))
  const moving = weights.map(({ name, shape }) => ({ name: directions[name]!, shape, masked: false }))
  const all = [...parameters, ...moving]
  const given: Record<string, Shape> = {
    [inputs.images]: ['batch', ...network.input],
    [inputs.labels]: ['batch'],
    ...Object.fromEntries([...state, ...moving].map(({ name, shape }) => [name, shape])),
  }
  const statistics: ProgramStatistic[] = []
  const training = lower(network, given, { batchSize, statistics })
  const evaluation = lower(network, given)
  const loss: Primitive[] = [
    ...training.primitives,
    // Each row times 1 / temperature: a scalar is spread in as many parts as there are examples.
    { op: 'constant', value: batchSize / temperature, output: 'coldness' },
    { op: 'spread', input: 'coldness', output: 'coldness of rows' },
    { op: 'scaleRows', input: training.logits, factors: 'coldness of rows', output: 'cooled' },
    crossEntropy('cooled'),
    { op: 'mean', input: 'losses', output: 'loss' },
  ]
  const tape = new Tape(given)
  for (const primitive of loss) tape.append(primitive)
  const slope = appendTangents(tape, loss, directions)('loss')!
  const forward = tape.primitives
  const names = all.map(({ name }) => name)
  const { primitives: backward, gradients, shapes } = differentiate(forward, given, slope, names)
  return {
    example: network.input,
    classes: network.classes,
    batchSize,
    parameters: all,
    statistics,
    forward,
    backward,
    updates: names.map((parameter) => ({
      parameter,
      gradient: gradients[parameter]!,
      weightDecay: 0,
      rule: { kind: 'sgd' },
    })),
    optimizer: { kind: 'sgd', learningRate: 0 },
    loss: 'loss',
    evaluation: {
      primitives: [
        ...evaluation.primitives,
        crossEntropy(evaluation.logits),
        { op: 'correct', logits: evaluation.logits, labels: inputs.labels, output: 'correct' },
      ],
      losses: 'losses',
      correct: 'correct',
    },
    shapes,
  }
}
