import { beforeAll, describe, expect, it } from 'vitest'
import { afew, classes, dense } from './cases'
import type { Case } from './cases'
import { imageBackends, randomData } from './fixture'
import { needTensorflow } from '../support/tensorflow'
import { askTfjs } from '../support/tfjs'
import { batchSize, expectNear, programOf, startOf, valuesOf } from './programs'

/** Every backend's gradients beside those of tfjs autograd, which shares no code with them. */
const cases = [dense, ...afew]
const examples = Int32Array.from({ length: batchSize }, (_, index) => index)

interface Answer {
  readonly loss: number
  readonly gradients: Readonly<Record<string, number[]>>
}

const answers = new Map<Case, Answer>()

beforeAll(async () => {
  const program = new URL('oracle-primitives.cjs', import.meta.url)
  const found = await askTfjs<readonly Answer[]>(program, cases.map(jobOf))
  for (const [index, answer] of found.entries()) answers.set(cases[index]!, answer)
})

function dataOf({ image }: Case) {
  return randomData(image, classes, [batchSize, 1, 1], { mean: [0.5], deviation: [0.5] })
}

function jobOf(given: Case): object {
  const program = programOf(given)
  const { images, labels, ...values } = valuesOf(dataOf(given), startOf(program, given.start))
  const trained = program.parameters.map(({ name }) => [name, values[name]!] as const)
  return { images, labels, parameters: Object.fromEntries(trained), forward: program.forward }
}

describe.each(imageBackends)('on %s, each gradient is what autograd computes:', (_backend, open) => {
  it.each(cases.map((given) => [given.name, given] as const))('%s', (_, given) => {
    // The JavaScript of tfjs, which stands in for TensorFlow, counts padding in the derivative of a mean.
    if (JSON.stringify(given).includes('averagePool')) needTensorflow()
    const program = programOf(given)
    const expected = answers.get(given)!
    const session = open().open(program, dataOf(given))
    try {
      session.load({ step: 0, parameters: startOf(program, given.start), slots: {} }, {})
      const losses = session.train(examples, Float32Array.of(0))
      expectNear(losses, { shape: [1], data: [expected.loss] }, 'loss')
      const { slots } = session.state()
      expect(Object.keys(expected.gradients)).toHaveLength(program.parameters.length)
      for (const [name, data] of Object.entries(expected.gradients)) {
        expectNear(slots[`${name}/velocity`]!.data, { shape: [data.length], data }, name)
      }
    } finally {
      session.dispose()
    }
  })
})
