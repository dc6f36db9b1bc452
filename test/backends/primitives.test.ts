import { describe, expect, it } from 'vitest'
import { differentiate } from '../../src/backends/differentiate'
import { updateRule } from '../../src/backends/optimizers'
import type { Primitive, Shape } from '../../src/backends/primitives'
import type { Optimizer, StepProgram } from '../../src/backends/program'
import { interpret } from './interpreter'
import type { Value } from './interpreter'
import { backends, random, randomData } from './fixture'

const batchSize = 6
const classes = 5
const image = [2, 3]
const optimizer: Optimizer = { kind: 'momentum', learningRate: 0, momentum: 0 }
const data = randomData(image, classes, [batchSize, 1, batchSize], { mean: [0.5], deviation: [0.5] })

/** Every primitive, in ways that no layer uses yet: products transposed either way, values used twice. */
const forward: readonly Primitive[] = [
  { op: 'reshape', input: 'images', shape: [6], output: 'flat' },
  { op: 'matmul', left: 'flat', right: 'a', transposeRight: true, output: 'x' },
  { op: 'addBias', input: 'x', bias: 'bias', output: 'y' },
  { op: 'relu', input: 'y', output: 'active' },
  { op: 'matmul', left: 'a', right: 'a', transposeLeft: true, output: 'square' },
  { op: 'matmul', left: 'flat', right: 'square', output: 'z' },
  { op: 'matmul', left: 'z', right: 'a', transposeRight: true, output: 'again' },
  { op: 'addBias', input: 'again', bias: 'bias', output: 'more' },
  { op: 'matmul', left: 'b', right: 'b', transposeLeft: true, transposeRight: true, output: 'twice' },
  { op: 'matmul', left: 'active', right: 'twice', output: 'logits1' },
  { op: 'matmul', left: 'more', right: 'twice', transposeRight: true, output: 'logits2' },
  { op: 'add', left: 'logits1', right: 'logits2', output: 'sum' },
  { op: 'relu', input: 'sum', output: 'half' },
  { op: 'matmul', left: 'half', right: 'b', output: 'logits' },
  { op: 'softmaxCrossEntropy', logits: 'logits', labels: 'labels', losses: 'losses', residual: 'residual' },
  { op: 'mean', input: 'losses', output: 'loss' },
]
const parameters: Readonly<Record<string, readonly number[]>> = { a: [5, 6], b: [5, 5], bias: [5] }
const given: Record<string, Shape> = { images: ['batch', ...image], labels: ['batch'], ...parameters }

describe.each(backends)('on %s,', (_, open) => {
  it('runs every primitive and every derivative as they are described', () => {
    const names = Object.keys(parameters)
    const { primitives: backward, gradients, shapes } = differentiate(forward, given, 'loss', names)
    const evaluation: Primitive[] = [
      ...forward.slice(0, -1),
      { op: 'correct', logits: 'logits', labels: 'labels', output: 'correct' },
    ]
    const program: StepProgram = {
      example: image,
      classes,
      batchSize,
      parameters: names.map((name) => ({ name, shape: parameters[name]!, masked: false })),
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
      evaluation: { primitives: evaluation, losses: 'losses', correct: 'correct' },
      shapes,
    }
    const next = random(3)
    const start = Object.fromEntries(
      names.map((name) => {
        const shape = parameters[name]!
        const size = shape.reduce((product, extent) => product * extent, 1)
        return [name, { shape, data: Float32Array.from({ length: size }, () => next() - 0.5) }]
      }),
    )
    const { images, labels } = data.splits.train
    const values: Record<string, Value> = {
      images: { shape: [batchSize, ...image], data: Array.from(images, (byte) => (byte / 255 - 0.5) / 0.5) },
      labels: { shape: [batchSize], data: [...labels] },
      ...Object.fromEntries(
        names.map((name) => [name, { shape: parameters[name]!, data: [...start[name]!.data] }]),
      ),
    }
    const expected = interpret([...forward, ...backward], values)
    const evaluated = interpret(evaluation, values)

    const session = open().open(program, data)
    try {
      session.load({ step: 0, parameters: start, slots: {} }, {})
      const [loss] = session.train(Int32Array.of(0, 1, 2, 3, 4, 5), Float32Array.of(0))
      expect(loss).toBeCloseTo(expected['loss']!.data[0]!, 5)
      const { slots } = session.state()
      for (const name of names) {
        const gradient = expected[gradients[name]!]!.data
        expect(Math.max(...gradient.map(Math.abs)), `${name} matters`).toBeGreaterThan(0.01)
        for (const [index, value] of slots[`${name}/velocity`]!.data.entries()) {
          expect(value, `${name} ${index}`).toBeCloseTo(gradient[index]!, 5)
        }
      }
      const sums = session.evaluate('train', 0, batchSize)
      expect(sums.correct).toBe(evaluated['correct']!.data.reduce((total, hit) => total + hit, 0))
      expect(sums.loss).toBeCloseTo(
        evaluated['losses']!.data.reduce((total, x) => total + x, 0),
        4,
      )
    } finally {
      session.dispose()
    }
  })
})
