import { differentiate } from '../backends/differentiate'
import { updateRule, type Optimizer } from '../backends/optimizers/all'
import { Tape } from '../backends/tape'
import { inputs } from '../backends/program'
import type { Primitive, Shape } from '../backends/primitives'
import type { Augmentation, ProgramParameter, ProgramStatistic, StepProgram } from '../backends/program'
import { rowOf, type Layer } from './layers/all'
import type { Lowering } from './layers/kind'
import type { Network } from './network'
import { parametersOf, trainable } from './parameters'

/** What a training step computes besides the network. */
export interface StepOptions {
  readonly optimizer: Optimizer
  /** Coefficient of the L2 penalty. */
  readonly weightDecay?: number
  /** What it is on: weights, the default, or biases and batch norm's scales and offsets as well. */
  readonly weightDecayOn?: 'weights' | 'all'
  /** Examples per step. */
  readonly batchSize: number
  /** How examples are changed before the network sees them in training. */
  readonly augmentation?: Augmentation
  /** That masks stop weights from being changed, and do not set them to zero. */
  readonly frozen?: true
}

/**
 * The step program that trains `network` on mean softmax cross-entropy.
 * @throws TicketLabError `bad-input` where the network is not one
 */
export function buildStepProgram(network: Network, options: StepOptions): StepProgram {
  const state = parametersOf(network)
  const parameters = state.filter(trainable)
  const given: Record<string, Shape> = {
    [inputs.images]: ['batch', ...network.input],
    [inputs.labels]: ['batch'],
    ...Object.fromEntries(state.map(({ name, shape }) => [name, shape])),
  }
  const statistics: ProgramStatistic[] = []
  const { batchSize, augmentation, frozen, weightDecay = 0, weightDecayOn = 'weights' } = options
  const training = lower(network, given, { batchSize, statistics })
  const evaluation = lower(network, given)
  const forward: Primitive[] = [
    ...training.primitives,
    crossEntropy(training.logits),
    { op: 'mean', input: 'losses', output: 'loss' },
  ]
  const names = parameters.map(({ name }) => name)
  const { primitives: backward, gradients, shapes } = differentiate(forward, given, 'loss', names)
  return {
    example: network.input,
    classes: network.classes,
    batchSize,
    ...(augmentation ? { augmentation } : {}),
    ...(frozen ? { frozen } : {}),
    parameters: parameters.map(({ name, shape, group }): ProgramParameter => ({
      name,
      shape,
      masked: group !== undefined,
    })),
    statistics,
    forward,
    backward,
    updates: parameters.map(({ name, role }) => ({
      parameter: name,
      gradient: gradients[name]!,
      weightDecay: role === 'weights' || weightDecayOn === 'all' ? weightDecay : 0,
      rule: updateRule(options.optimizer, name),
    })),
    optimizer: options.optimizer,
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

export function crossEntropy(logits: string): Extract<Primitive, { op: 'softmaxCrossEntropy' }> {
  return { op: 'softmaxCrossEntropy', logits, labels: inputs.labels, losses: 'losses', residual: 'residual' }
}

/** Forward primitives from the images to the logits, for training or, without `training`, for evaluation. */
export function lower(
  network: Network,
  given: Record<string, Shape>,
  training?: Lowering['training'],
): { readonly logits: string; readonly primitives: readonly Primitive[] } {
  const tape = new Tape(given)
  const logits = lowerLayers(network.layers, inputs.images, { tape, ...(training ? { training } : {}) })
  return { logits, primitives: tape.primitives }
}

/** Appends layers, one after the other, and returns the value that the last one writes. */
export function lowerLayers(layers: readonly Layer[], input: string, lowering: Lowering): string {
  const all = (inside: readonly Layer[], value: string): string => lowerLayers(inside, value, lowering)
  return layers.reduce((value, layer) => rowOf(layer.kind).lower(layer, value, { ...lowering, all }), input)
}
