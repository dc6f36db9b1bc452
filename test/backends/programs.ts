import { expect } from 'vitest'
import type { SessionData } from '../../src/backends/backend'
import { differentiate } from '../../src/backends/differentiate'
import { updateRule, type Optimizer } from '../../src/backends/optimizers/all'
import type { Primitive, Shape } from '../../src/backends/primitives'
import type { StepProgram } from '../../src/backends/program'
import type { Tensors } from '../../src/support/tensor'
import { sizeOf } from '../../src/support/tensor'
import { classes, lossOf } from './cases'
import type { Case } from './cases'
import { random } from './fixture'
import type { Value, Values } from './interpreter'

export const batchSize = 6

/** At rate 0, the velocity after one step is the gradient. */
const optimizer: Optimizer = { kind: 'momentum', learningRate: 0, momentum: 0 }

/** The step of a case, at learning rate 0. */
export function programOf({
  image,
  parameters,
  forward: toLogits,
  statistics = [],
  evaluation,
}: Case): StepProgram {
  const names = Object.keys(parameters)
  const given: Record<string, Shape> = {
    images: ['batch', ...image],
    labels: ['batch'],
    ...parameters,
    ...Object.fromEntries(statistics.map(({ name, shape }) => [name, shape])),
  }
  const forward = [...toLogits, ...lossOf]
  const { primitives: backward, gradients, shapes } = differentiate(forward, given, 'loss', names)
  const correct: Primitive = { op: 'correct', logits: 'logits', labels: 'labels', output: 'correct' }
  return {
    example: image,
    classes,
    batchSize,
    parameters: names.map((name) => ({ name, shape: parameters[name]!, masked: false })),
    statistics,
    forward,
    backward,
    optimizer,
    updates: names.map((name) => ({
      parameter: name,
      gradient: gradients[name]!,
      weightDecay: 0,
      rule: updateRule(optimizer, name),
    })),
    loss: 'loss',
    evaluation: {
      primitives: [...(evaluation ?? toLogits), lossOf[0]!, correct],
      losses: 'losses',
      correct: 'correct',
    },
    shapes,
  }
}

/** Weights to begin with, other than those that the case fixes. */
export function startOf({ parameters, statistics }: StepProgram, fixed: Tensors = {}): Tensors {
  const next = random(3)
  const draw = (shape: readonly number[], from: number) => ({
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, () => next() + from),
  })
  return Object.fromEntries([
    ...parameters.map(({ name, shape }) => [name, draw(shape, -0.5)] as const),
    ...statistics.map(({ name, shape }) => [name, draw(shape, 0.2)] as const),
    ...Object.entries(fixed),
  ])
}

/** What the interpreter begins with. */
export function valuesOf({ shape, normalize, splits: { train } }: SessionData, start: Tensors): Values {
  const [mean, deviation] = [normalize.mean[0]!, normalize.deviation[0]!]
  const tensors = Object.entries(start).map(([name, tensor]): [string, Value] => [
    name,
    { shape: tensor.shape, data: [...tensor.data] },
  ])
  return {
    images: {
      shape: [batchSize, ...shape],
      data: Array.from(train.images, (byte) => (byte / 255 - mean) / deviation),
    },
    labels: { shape: [batchSize], data: [...train.labels] },
    ...Object.fromEntries(tensors),
  }
}

/** Equal up to what single precision leaves, relative to the largest number. */
export function expectNear(found: ArrayLike<number>, { data }: Value, what: string): void {
  expect(found, what).toHaveLength(data.length)
  const differences = data.map((x, index) => Math.abs(found[index]! - x))
  expect(largest(differences), what).toBeLessThan(1e-5 * Math.max(1, largest(data)))
}

export function largest(numbers: readonly number[]): number {
  return Math.max(...numbers.map(Math.abs))
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0)
}
