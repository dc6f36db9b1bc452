import { describe, expect, it } from 'vitest'
import type { Padding } from '../../../src/backends/primitives'
import type { StepProgram } from '../../../src/backends/program'
import type { Masks, Tensors } from '../../../src/support/tensor'
import { sizeOf } from '../../../src/support/tensor'
import { classes, type Case } from '../cases'
import { random, randomData, tileBackends } from '../fixture'
import { interpret } from '../interpreter'
import { batchSize, expectNear, programOf, startOf, valuesOf } from '../programs'

/** More channels than are summed at once, a row long enough to be cut, strides, borders and an odd number of filters. */
const wideWith = (padding: Padding): Case => ({
  name: 'wide',
  image: [4, 24, 3],
  parameters: {
    first: [3, 3, 3, 66],
    second: [3, 3, 66, 5],
    third: [3, 3, 5, 6],
    shortcut: [1, 1, 5, 6],
    last: [144, classes],
  },
  forward: [
    { op: 'convolution', input: 'images', filter: 'first', stride: 1, padding: 'same', output: 'x' },
    { op: 'relu', input: 'x', output: 'y' },
    { op: 'convolution', input: 'y', filter: 'second', stride: 1, padding: 'same', output: 'z' },
    { op: 'convolution', input: 'z', filter: 'third', stride: 2, padding, output: 'u' },
    { op: 'convolution', input: 'z', filter: 'shortcut', stride: 2, padding: 'same', output: 'v' },
    { op: 'add', left: 'u', right: 'v', output: 'w' },
    { op: 'reshape', input: 'w', shape: [144], output: 'flat' },
    { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
  ],
})
const wide = wideWith('same')

function maskedProgramOf(given: Case): StepProgram {
  const plain = programOf(given)
  return { ...plain, parameters: plain.parameters.map((parameter) => ({ ...parameter, masked: true })) }
}

const program = maskedProgramOf(wide)
const filters = ['first', 'second', 'third', 'shortcut']
const indices = Int32Array.from({ length: batchSize }, (_, index) => index)
const data = randomData(wide.image, classes, [batchSize, 1, 1], { mean: [0.5], deviation: [0.5] })
const start = startOf(program)

function masksOf(share: number): Masks {
  const next = random(7)
  return Object.fromEntries(
    program.parameters.map(({ name, shape }) => [
      name,
      { shape, data: Uint8Array.from({ length: sizeOf(shape) }, () => Number(next() < share)) },
    ]),
  )
}

function pruned(tensors: Tensors, masks: Masks): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data: numbers }]) => [
      name,
      { shape, data: numbers.map((value, index) => (masks[name]!.data[index] ? value : 0)) },
    ]),
  )
}

describe.each(tileBackends)('on %s, convolutions under a mask', (_, open) => {
  // Half and more are computed densely; at 0.002, whole filters are empty; at 0, everything is.
  const shares = [1, 0.7, 0.4, 0.1, 0.02, 0.002, 0]
  const cases = [
    ...shares.map((share) => [share, 'same', program] as const),
    ...[0.4, 0.02].map((share) => [share, '[1, 1]', maskedProgramOf(wideWith([1, 1]))] as const),
  ]
  it.each(cases)('have the same gradients at density %s and padding %s', (share, __, program) => {
    const masks = masksOf(share)
    const masked = pruned(start, masks)
    const expected = interpret([...program.forward, ...program.backward], valuesOf(data, masked))
    const session = open().open(program, data)
    try {
      session.load({ step: 0, parameters: start, slots: {} }, masks)
      expect(session.sparse!().filter((name) => filters.includes(name))).toEqual(share < 0.5 ? filters : [])
      const { loss, gradients } = session.gradients(indices)
      expectNear([loss], expected['loss']!, 'loss')
      for (const { parameter, gradient } of program.updates) {
        const { shape, data: numbers } = expected[gradient]!
        const kept = numbers.map((value, index) => (masks[parameter]!.data[index] ? value : 0))
        expectNear(gradients[parameter]!.data, { shape, data: kept }, parameter)
      }
    } finally {
      session.dispose()
    }
  })

  it('stay exactly zero where they are pruned, and train like dense ones with a mask', () => {
    const masks = masksOf(0.3)
    const session = open().open(program, data)
    try {
      session.load({ step: 0, parameters: start, slots: {} }, masks)
      session.train(indices, Float32Array.of(0.01))
      const { parameters, slots } = session.state()
      for (const { name } of program.parameters) {
        for (const { data: numbers } of [parameters[name]!, slots[`${name}/velocity`]!]) {
          const gone = numbers.filter((_, index) => masks[name]!.data[index] === 0)
          expect(gone.every((value) => Object.is(value, 0))).toBe(true)
        }
        const before = start[name]!.data
        const moved = parameters[name]!.data.map((value, index) => (value - before[index]!) / -0.01)
        const velocity = slots[`${name}/velocity`]!
        const expected = velocity.data.map((value, index) => (masks[name]!.data[index] ? value : 0))
        const kept = moved.map((value, index) => (masks[name]!.data[index] ? value : 0))
        // Differences of weights have fewer digits.
        for (const [index, value] of kept.entries()) expect(value).toBeCloseTo(expected[index]!, 3)
      }
    } finally {
      session.dispose()
    }
  })
})
