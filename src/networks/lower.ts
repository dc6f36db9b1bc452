import { differentiate } from '../backends/differentiate'
import { updateRule } from '../backends/optimizers'
import { Tape } from '../backends/tape'
import { inputs } from '../backends/program'
import type { Primitive, Shape } from '../backends/primitives'
import type { Optimizer, ProgramParameter, StepProgram } from '../backends/program'
import { sizeOf } from '../support/tensor'
import type { Layer, Network } from './network'
import { parametersOf } from './parameters'

/** What a training step computes besides the network. */
export interface StepOptions {
  readonly optimizer: Optimizer
  /** Coefficient of the L2 penalty, added to the gradient of weights, not of biases. */
  readonly weightDecay?: number
  /** Examples per step. */
  readonly batchSize: number
}

/**
 * The step program that trains `network` on mean softmax cross-entropy.
 * @throws TicketLabError `bad-input` where the network is not one
 */
export function buildStepProgram(network: Network, options: StepOptions): StepProgram {
  const parameters = parametersOf(network)
  const given: Record<string, Shape> = {
    [inputs.images]: ['batch', ...network.input],
    [inputs.labels]: ['batch'],
    ...Object.fromEntries(parameters.map(({ name, shape }) => [name, shape])),
  }
  const { logits, primitives } = lower(network, given)
  const crossEntropy: Primitive = {
    op: 'softmaxCrossEntropy',
    logits,
    labels: inputs.labels,
    losses: 'losses',
    residual: 'residual',
  }
  const forward: Primitive[] = [
    ...primitives,
    crossEntropy,
    { op: 'mean', input: crossEntropy.losses, output: 'loss' },
  ]
  const names = parameters.map(({ name }) => name)
  const { primitives: backward, gradients, shapes } = differentiate(forward, given, 'loss', names)
  return {
    example: network.input,
    classes: network.classes,
    batchSize: options.batchSize,
    parameters: parameters.map(({ name, shape, group }): ProgramParameter => ({
      name,
      shape,
      masked: group !== undefined,
    })),
    forward,
    backward,
    updates: parameters.map(({ name, role }) => ({
      parameter: name,
      gradient: gradients[name]!,
      weightDecay: role === 'weights' ? (options.weightDecay ?? 0) : 0,
      rule: updateRule(options.optimizer, name),
    })),
    optimizer: options.optimizer,
    loss: 'loss',
    evaluation: {
      primitives: [
        ...primitives,
        crossEntropy,
        { op: 'correct', logits, labels: inputs.labels, output: 'correct' },
      ],
      losses: crossEntropy.losses,
      correct: 'correct',
    },
    shapes,
  }
}

/** Forward primitives from the images to the logits. */
function lower(network: Network, given: Record<string, Shape>): { logits: string; primitives: Primitive[] } {
  const tape = new Tape(given)
  let value: string = inputs.images
  for (const layer of network.layers) value = lowerLayer(layer, value, tape)
  return { logits: value, primitives: tape.primitives }
}

/** Appends one layer and returns the value that it writes. */
function lowerLayer(layer: Layer, input: string, tape: Tape): string {
  const { name, activation } = layer
  const shape = tape.shapeOf(input).slice(1) as number[]
  let value = input
  if (shape.length !== 1) {
    const output = `${name}/flat`
    tape.append({ op: 'reshape', input: value, shape: [sizeOf(shape)], output })
    value = output
  }
  const product = `${name}/product`
  tape.append({ op: 'matmul', left: value, right: `${name}/weights`, output: product })
  const sum = `${name}/sum`
  tape.append({ op: 'addBias', input: product, bias: `${name}/bias`, output: sum })
  if (activation === 'none') return sum
  const active = `${name}/${activation}`
  tape.append({ op: activation, input: sum, output: active })
  return active
}
