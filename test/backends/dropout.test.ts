import { describe, expect, it } from 'vitest'
import type { Backend, SessionData } from '../../src/backends/backend'
import { classes } from './cases'
import type { Case } from './cases'
import { imageBackends } from './fixture'
import { interpret } from './interpreter'
import { batchSize, expectNear, programOf, startOf, sum, valuesOf } from './programs'

const units = 60
const rate = 0.25

/** The first of two layers has one weight for each number that is dropped or kept, so that its gradient tells which. */
function dropping(stream: number): Case {
  return {
    name: 'dropout',
    image: [batchSize],
    parameters: { first: [batchSize, units], last: [units, classes] },
    forward: [
      { op: 'matmul', left: 'images', right: 'first', output: 'x' },
      { op: 'dropout', input: 'x', rate, stream, output: 'y', kept: 'kept' },
      { op: 'matmul', left: 'y', right: 'last', output: 'logits' },
    ],
    evaluation: [
      { op: 'matmul', left: 'images', right: 'first', output: 'x' },
      { op: 'matmul', left: 'x', right: 'last', output: 'logits' },
    ],
  }
}

/** Example i is 1 at i and 0 elsewhere. */
function unitExamples(): SessionData {
  const images = new Uint8Array(batchSize * batchSize)
  for (let example = 0; example < batchSize; example++) images[example * (batchSize + 1)] = 255
  const split = { images, labels: Uint8Array.of(0, 1, 2, 3, 4, 0), count: batchSize }
  return {
    shape: [batchSize],
    normalize: { mean: [0], deviation: [1] },
    splits: { train: split, validation: split, test: split },
  }
}

/** One step: what was kept, checked against what follows from it. */
function keptOf(backend: Backend, seed: number, stream = 1): number[] {
  const program = programOf(dropping(stream))
  const data = unitExamples()
  const start = startOf(program)
  const session = backend.open(program, data)
  try {
    session.load({ step: 0, parameters: start, slots: {} }, {})
    const losses = session.train(Int32Array.of(0, 1, 2, 3, 4, 5), Float32Array.of(0), {
      seeds: Int32Array.of(seed),
    })
    const { slots } = session.state()
    const kept = Array.from(slots['first/velocity']!.data, (x) => (x === 0 ? 0 : 1 / (1 - rate)))
    const values = { ...valuesOf(data, start), kept: { shape: [batchSize, units], data: kept } }
    const expected = interpret([...program.forward, ...program.backward], values)
    expectNear(losses, expected['loss']!, 'loss')
    for (const { parameter, gradient } of program.updates) {
      expectNear(slots[`${parameter}/velocity`]!.data, expected[gradient]!, parameter)
    }
    const evaluated = interpret(program.evaluation.primitives, values)
    expect(session.evaluate('train', 0, batchSize).loss).toBeCloseTo(sum(evaluated['losses']!.data), 4)
    return kept
  } finally {
    session.dispose()
  }
}

describe.each(imageBackends)('dropout on %s', (_, open) => {
  it('drops about its rate, and divides the rest by what is left', () => {
    const kept = keptOf(open(), 1)
    const share = kept.filter((factor) => factor > 0).length / kept.length
    expect(share).toBeGreaterThan(1 - rate - 0.1)
    expect(share).toBeLessThan(1 - rate + 0.1)
  })

  it('follows from the seed of the step and the stream of the layer', () => {
    const kept = keptOf(open(), 1)
    expect(keptOf(open(), 1)).toEqual(kept)
    expect(keptOf(open(), 2)).not.toEqual(kept)
    expect(keptOf(open(), 1, 2)).not.toEqual(kept)
  })

  it('differs from step to step', () => {
    const program = programOf(dropping(1))
    const session = open().open(program, unitExamples())
    try {
      session.load({ step: 0, parameters: startOf(program), slots: {} }, {})
      const twice = Int32Array.of(0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5)
      const losses = session.train(twice, Float32Array.of(0, 0), { seeds: Int32Array.of(1, 2) })
      expect(losses[0]).not.toBe(losses[1])
    } finally {
      session.dispose()
    }
  })
})
