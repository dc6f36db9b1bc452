import { describe, expect, it } from 'vitest'
import { differentiate } from '../../src/backends/differentiate'
import type { Primitive, Shape } from '../../src/backends/primitives'
import { afew, lossOf as crossEntropy } from './cases'
import { interpret } from './interpreter'
import type { Value, Values } from './interpreter'

const examples = 3
const classes = 4

/** Mean cross-entropy of logits that `primitives` compute from the images. */
function lossOf(primitives: readonly Primitive[], logits: string): Primitive[] {
  return [
    ...primitives,
    { op: 'softmaxCrossEntropy', logits, labels: 'labels', losses: 'losses', residual: 'residual' },
    { op: 'mean', input: 'losses', output: 'loss' },
  ]
}

function pseudoRandom(shape: readonly number[], seed: number): Value {
  const size = shape.reduce((product, extent) => product * extent, 1)
  return {
    shape,
    data: Array.from({ length: size }, (_, index) => Math.sin(seed * 37.3 + index * 12.9898) * 0.9),
  }
}

/** Compares derived gradients with central differences of the interpreted loss. */
function expectTrueGradients(
  forward: readonly Primitive[],
  image: readonly number[],
  parameters: Readonly<Record<string, readonly number[]>>,
  more: Values = {},
): void {
  const names = Object.keys(parameters)
  const given: Record<string, Shape> = { images: ['batch', ...image], labels: ['batch'], ...parameters }
  const { primitives, gradients } = differentiate(forward, given, 'loss', names)
  const start: Record<string, Value> = {
    images: pseudoRandom([examples, ...image], 1),
    labels: { shape: [examples], data: [2, 0, 3] },
    ...more,
    ...Object.fromEntries(names.map((name, index) => [name, pseudoRandom(parameters[name]!, index + 2)])),
  }
  const lossAt = (values: Values): number => interpret(forward, values)['loss']!.data[0]!
  const derived = interpret([...forward, ...primitives], start)
  for (const name of names) {
    const { shape, data } = start[name]!
    const step = 1e-5
    const numeric = data.map((value, index) => {
      const moved = (by: number): number =>
        lossAt({ ...start, [name]: { shape, data: data.with(index, value + by) } })
      return (moved(step) - moved(-step)) / (2 * step)
    })
    const analytic = derived[gradients[name]!]!
    expect(analytic.shape, name).toEqual(shape)
    for (const [index, value] of analytic.data.entries()) expect(value, name).toBeCloseTo(numeric[index]!, 8)
    expect(Math.max(...numeric.map(Math.abs)), `${name} matters`).toBeGreaterThan(1e-3)
  }
}

describe('the derivative of', () => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('a matrix product (transposed: left %s, right %s)', (transposeLeft, transposeRight) => {
    // images [3, 5] times a product of two parameters, so that both operands have gradients.
    const left = transposeLeft ? [6, 5] : [5, 6]
    const right = transposeRight ? [classes, 6] : [6, classes]
    const forward = lossOf(
      [
        { op: 'matmul', left: 'a', right: 'b', transposeLeft, transposeRight, output: 'ab' },
        { op: 'matmul', left: 'images', right: 'ab', output: 'logits' },
      ],
      'logits',
    )
    expectTrueGradients(forward, [5], { a: left, b: right })
  })

  it('bias, relu and reshape', () => {
    const forward = lossOf(
      [
        { op: 'reshape', input: 'images', shape: [6], output: 'flat' },
        { op: 'matmul', left: 'flat', right: 'a', output: 'x' },
        { op: 'addBias', input: 'x', bias: 'bias', output: 'y' },
        { op: 'relu', input: 'y', output: 'z' },
        { op: 'reshape', input: 'z', shape: [2, 4], output: 'square' },
        { op: 'reshape', input: 'square', shape: [8], output: 'again' },
        { op: 'matmul', left: 'again', right: 'b', output: 'logits' },
      ],
      'logits',
    )
    expectTrueGradients(forward, [2, 3], { a: [6, 8], bias: [8], b: [8, classes] })
  })

  it('a value that is used twice is the sum over its uses', () => {
    const forward = lossOf(
      [
        { op: 'matmul', left: 'images', right: 'a', output: 'x' },
        { op: 'relu', input: 'x', output: 'active' },
        { op: 'matmul', left: 'active', right: 'b', output: 'y' },
        { op: 'addBias', input: 'y', bias: 'bias', output: 'z' },
        { op: 'matmul', left: 'z', right: 'b', output: 'again' },
        { op: 'addBias', input: 'again', bias: 'bias', output: 'logits' },
      ],
      'logits',
    )
    expectTrueGradients(forward, [5], { a: [5, classes], b: [classes, classes], bias: [classes] })
  })

  it('a sum, also of a value and itself', () => {
    const forward = lossOf(
      [
        { op: 'matmul', left: 'images', right: 'a', output: 'x' },
        { op: 'relu', input: 'x', output: 'active' },
        { op: 'add', left: 'active', right: 'x', output: 'y' },
        { op: 'add', left: 'y', right: 'y', output: 'z' },
        // Both ends of the next sum are used again.
        { op: 'matmul', left: 'z', right: 'b', output: 'w' },
        { op: 'relu', input: 'w', output: 'v' },
        { op: 'add', left: 'w', right: 'z', output: 'u' },
        { op: 'add', left: 'u', right: 'v', output: 'logits' },
      ],
      'logits',
    )
    expectTrueGradients(forward, [5], { a: [5, classes], b: [classes, classes] })
  })
})

describe('the derivative of a network of images:', () => {
  it.each(afew.map((given) => [given.name, given] as const))('%s', (_, given) => {
    expectTrueGradients([...given.forward, ...crossEntropy], given.image, given.parameters)
  })

  it('dropout, with what it keeps', () => {
    const forward = lossOf(
      [
        { op: 'matmul', left: 'images', right: 'a', output: 'x' },
        { op: 'dropout', input: 'x', rate: 0.5, stream: 1, output: 'y', kept: 'kept' },
        { op: 'matmul', left: 'y', right: 'b', output: 'logits' },
      ],
      'logits',
    )
    const kept = { shape: [examples, 4], data: [0, 2, 2, 0, 2, 0, 2, 2, 0, 0, 2, 2] }
    expectTrueGradients(forward, [5], { a: [5, 4], b: [4, classes] }, { kept })
  })
})

describe('differentiation', () => {
  const forward = lossOf([{ op: 'matmul', left: 'images', right: 'a', output: 'logits' }], 'logits')
  const given: Record<string, Shape> = { images: ['batch', 5], labels: ['batch'], a: [5, classes], b: [2] }

  it('computes nothing for the images', () => {
    const { primitives } = differentiate(forward, given, 'loss', ['a'])
    expect(primitives.filter(({ op }) => op === 'matmul')).toHaveLength(1)
  })

  it('refuses a parameter that the loss does not depend on', () => {
    expect(() => differentiate(forward, given, 'loss', ['b'])).toThrow('The loss does not depend on b.')
  })

  it('refuses shapes that do not fit', () => {
    const wrong = { ...given, a: [6, classes] }
    expect(() => differentiate(forward, wrong, 'loss', ['a'])).toThrow(
      'Primitive matmul cannot take images [batch, 5] and a [6, 4].',
    )
  })
})
