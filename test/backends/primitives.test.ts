import { describe, expect, it } from 'vitest'
import type { Backend, TrainingSession } from '../../src/backends/backend'
import type { StepProgram } from '../../src/backends/program'
import type { Tensors } from '../../src/support/tensor'
import { classes, dense, ofImages, ties } from './cases'
import type { Case } from './cases'
import { imageBackends, randomData } from './fixture'
import { interpret } from './interpreter'
import type { Values } from './interpreter'
import { batchSize, expectNear, largest, programOf, startOf, sum, valuesOf } from './programs'

const indices = Int32Array.of(0, 1, 2, 3, 4, 5)
const still = Float32Array.of(0)

describe.each(imageBackends)('on %s, every primitive and derivative is as described:', (_, open) => {
  it.each([dense, ...ofImages, ...ties].map(named))('%s', (_, given) => expectAsDescribed(open(), given))
})

function named(given: Case): [string, Case] {
  return [given.name, given]
}

function expectAsDescribed(backend: Backend, given: Case): void {
  const program = programOf(given)
  const data = randomData(given.image, classes, [batchSize, 1, 1], { mean: [0.5], deviation: [0.5] })
  const start = startOf(program, given.start)
  const values = valuesOf(data, start)
  const trained = interpret([...program.forward, ...program.backward], values)
  const evaluated = interpret(program.evaluation.primitives, values)

  const session = backend.open(program, data)
  try {
    session.load({ step: 0, parameters: start, slots: {} }, {})
    expectNear(session.train(indices, still), trained['loss']!, 'loss')
    expectGradients(session, program, trained)
    expectStatistics(session, program, start, trained)
    // As they were before the step.
    session.load({ step: 0, parameters: start, slots: {} }, {})
    const { loss, correct } = session.evaluate('train', 0, batchSize)
    expect(correct).toBe(sum(evaluated['correct']!.data))
    expect(loss).toBeCloseTo(sum(evaluated['losses']!.data), 4)
  } finally {
    session.dispose()
  }
}

function expectGradients(session: TrainingSession, { updates }: StepProgram, expected: Values): void {
  const { slots } = session.state()
  for (const { parameter, gradient } of updates) {
    expect(largest(expected[gradient]!.data), `${parameter} matters`).toBeGreaterThan(0.005)
    expectNear(slots[`${parameter}/velocity`]!.data, expected[gradient]!, parameter)
  }
}

function expectStatistics(
  session: TrainingSession,
  { statistics }: StepProgram,
  start: Tensors,
  trained: Values,
): void {
  const { parameters } = session.state()
  for (const { name, value, decay, factor } of statistics) {
    const { shape, data } = trained[value]!
    const expected = data.map((x, index) => decay * start[name]!.data[index]! + (1 - decay) * factor * x)
    expectNear(parameters[name]!.data, { shape, data: expected }, name)
  }
}
