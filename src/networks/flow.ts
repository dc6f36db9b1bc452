import { differentiate } from '../backends/differentiate'
import { updateRule } from '../backends/optimizers'
import type { Primitive, Shape } from '../backends/primitives'
import { inputs, type Optimizer, type StepProgram } from '../backends/program'
import { Tape } from '../backends/tape'
import { lowerLayers } from './layers'
import type { Network } from './network'
import { parametersOf } from './parameters'

/** The column of ones that adds up the logits; a parameter of the program, shape `[classes, 1]`. */
export const flowOnes = 'flow/ones'

/** Never used: the program is for derivatives. */
const optimizer: Optimizer = { kind: 'sgd', learningRate: 0 }

/**
 * A program whose loss is the sum of a network's outputs, the mean over the batch: the R of SynFlow (Tanaka et al.
 * 2020, section 6) where the batch is one input of ones.
 * @param network without batch norm and dropout
 */
export function buildFlowProgram(network: Network): StepProgram {
  const parameters = [
    ...parametersOf(network).map(({ name, shape, group }) => ({ name, shape, masked: group !== undefined })),
    { name: flowOnes, shape: [network.classes, 1], masked: false },
  ]
  const given: Record<string, Shape> = {
    [inputs.images]: ['batch', ...network.input],
    [inputs.labels]: ['batch'],
    ...Object.fromEntries(parameters.map(({ name, shape }) => [name, shape])),
  }
  const tape = new Tape(given)
  const logits = lowerLayers(network.layers, inputs.images, { tape })
  const evaluation: Primitive[] = [
    ...tape.primitives,
    { op: 'softmaxCrossEntropy', logits, labels: inputs.labels, losses: 'losses', residual: 'residual' },
    { op: 'correct', logits, labels: inputs.labels, output: 'correct' },
  ]
  const forward: Primitive[] = [
    ...tape.primitives,
    { op: 'matmul', left: logits, right: flowOnes, output: 'flow/column' },
    { op: 'reshape', input: 'flow/column', shape: [], output: 'flow/sums' },
    { op: 'mean', input: 'flow/sums', output: 'loss' },
  ]
  const { primitives, gradients, shapes } = differentiate(
    forward,
    given,
    'loss',
    parameters.map(({ name }) => name),
  )
  return {
    example: network.input,
    classes: network.classes,
    batchSize: 1,
    parameters,
    statistics: [],
    forward,
    backward: primitives,
    updates: parameters.map(({ name }) => ({
      parameter: name,
      gradient: gradients[name]!,
      weightDecay: 0,
      rule: updateRule(optimizer, name),
    })),
    optimizer,
    loss: 'loss',
    evaluation: { primitives: evaluation, losses: 'losses', correct: 'correct' },
    shapes,
  }
}
