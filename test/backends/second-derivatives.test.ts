import { describe, expect, it } from 'vitest'
import { differentiate } from '../../src/backends/differentiate'
import { updateRule } from '../../src/backends/optimizers/all'
import type { StepProgram } from '../../src/backends/program'
import { appendTangents } from '../../src/backends/tangents'
import { Tape } from '../../src/backends/tape'
import type { Tensors } from '../../src/support/tensor'
import { afew, classes, dense } from './cases'
import type { Case } from './cases'
import { imageBackends, random, randomData } from './fixture'
import { interpret } from './interpreter'
import type { Value, Values } from './interpreter'
import { batchSize, expectNear, largest, programOf, startOf, valuesOf } from './programs'

const examples = Int32Array.from({ length: batchSize }, (_, index) => index)

/** Those of the weights; biases, scales and offsets stay. */
function directionsOf({ parameters }: Case): Record<string, string> {
  const moved = Object.keys(parameters).filter((name) => parameters[name]!.length > 1)
  return Object.fromEntries(moved.map((name) => [name, `${name}/direction`]))
}

/** The derivatives of the slope of a case's loss along directions, by its parameters and by the directions. */
function secondOf(given: Case): StepProgram {
  const first = programOf(given)
  const directions = directionsOf(given)
  const moving = Object.entries(directions).map(([name, direction]) => ({
    name: direction,
    shape: given.parameters[name]!,
    masked: false,
  }))
  const parameters = [...first.parameters, ...moving]
  const known = {
    images: ['batch' as const, ...given.image],
    labels: ['batch' as const],
    ...Object.fromEntries(parameters.map(({ name, shape }) => [name, shape])),
  }
  const tape = new Tape(known)
  for (const primitive of first.forward) tape.append(primitive)
  const slope = appendTangents(tape, first.forward, directions)('loss')!
  const names = parameters.map(({ name }) => name)
  const { primitives: backward, gradients, shapes } = differentiate(tape.primitives, known, slope, names)
  const updates = names.map((parameter) => ({
    parameter,
    gradient: gradients[parameter]!,
    weightDecay: 0,
    rule: updateRule({ kind: 'sgd', learningRate: 0 }, parameter),
  }))
  return {
    ...first,
    ...{ parameters, statistics: [], forward: tape.primitives, backward, updates, shapes },
    optimizer: { kind: 'sgd', learningRate: 0 },
    evaluation: {
      ...first.evaluation,
      primitives: [...first.forward, ...first.evaluation.primitives.slice(-1)],
    },
  }
}

/** What becomes of the gradient of a case when its weights go a step along the directions, in double precision. */
function gradientAt(given: Case, values: Values, directions: Tensors, step: number): Values {
  const { forward, backward, updates } = programOf(given)
  const moved = Object.fromEntries(
    Object.entries(directionsOf(given)).map(([name, direction]): [string, Value] => {
      const along = directions[direction]!.data
      const { shape, data } = values[name]!
      return [name, { shape, data: data.map((x, index) => x + step * along[index]!) }]
    }),
  )
  const all = interpret([...forward, ...backward], { ...values, ...moved })
  return Object.fromEntries(updates.map(({ parameter, gradient }) => [parameter, all[gradient]!]))
}

describe.each(imageBackends)('on %s, second derivatives are those of the gradient:', (_backend, open) => {
  it.each([dense, ...afew].map((given) => [given.name, given] as const))('%s', (_, given) => {
    const program = secondOf(given)
    const data = randomData(given.image, classes, [batchSize, 1, 1], { mean: [0.5], deviation: [0.5] })
    const next = random(5)
    const start = {
      ...startOf(programOf(given), given.start),
      ...Object.fromEntries(
        Object.entries(directionsOf(given)).map(([name, direction]) => {
          const shape = given.parameters[name]!
          const size = shape.reduce((product, extent) => product * extent, 1)
          return [direction, { shape, data: Float32Array.from({ length: size }, () => next() - 0.5) }]
        }),
      ),
    }
    const values = valuesOf(data, start)
    const session = open().open(program, data)
    try {
      session.load({ step: 0, parameters: start, slots: {} }, {})
      const { gradients } = session.gradients(examples)
      // As primitives are described.
      const described = interpret([...program.forward, ...program.backward], values)
      for (const { parameter, gradient } of program.updates) {
        const { shape, data } = described[gradient]!
        expectNear(gradients[parameter]!.data, { shape, data }, parameter)
      }
      // As the gradient changes along the directions, and by a direction the gradient itself.
      const step = 1e-6
      const [ahead, behind] = [step, -step].map((by) => gradientAt(given, values, start, by))
      const still = gradientAt(given, values, start, 0)
      for (const [name, { shape, data }] of Object.entries(still)) {
        const change = data.map(
          (_, index) => (ahead![name]!.data[index]! - behind![name]!.data[index]!) / (2 * step),
        )
        expectNear(gradients[name]!.data, { shape, data: change }, `H d of ${name}`)
        const direction = directionsOf(given)[name]
        if (direction === undefined) continue
        expect(largest(change), `H d of ${name} matters`).toBeGreaterThan(0.005)
        expectNear(gradients[direction]!.data, { shape, data }, `gradient of ${name}`)
      }
    } finally {
      session.dispose()
    }
  })
})
