import { it } from 'vitest'
import { afew, classes } from '../cases'
import { randomData, tileBackends } from '../fixture'
import { interpret } from '../interpreter'
import { expectNear, programOf, startOf, valuesOf } from '../programs'

const batchSize = 37

// Kernels take 32 examples at a time: here, one tile is full, and one has 27 that are none.
const cases = afew.filter(({ name }) => !name.includes('1x1'))
const all = tileBackends.flatMap(([id, open]) => cases.map((given) => [id, given.name, open, given] as const))
it.each(all)('examples that only fill a tile change nothing: %s, %s', (_, __, open, given) => {
  const program = { ...programOf(given), batchSize }
  const data = randomData(given.image, classes, [batchSize, 1, 1], { mean: [0.5], deviation: [0.5] })
  const start = startOf(program, given.start)
  const values = valuesOf(data, start)
  const expected = interpret([...program.forward, ...program.backward], {
    ...values,
    images: { shape: [batchSize, ...given.image], data: values['images']!.data },
    labels: { shape: [batchSize], data: values['labels']!.data },
  })
  const session = open().open(program, data)
  try {
    session.load({ step: 0, parameters: start, slots: {} }, {})
    const { loss, gradients } = session.gradients(Int32Array.from({ length: batchSize }, (_, i) => i))
    expectNear([loss], expected['loss']!, 'loss')
    for (const { parameter, gradient } of program.updates) {
      expectNear(gradients[parameter]!.data, expected[gradient]!, parameter)
    }
    session.observe(
      Int32Array.from({ length: batchSize }, (_, i) => i),
      Float32Array.of(0),
    )
    const { parameters } = session.state()
    for (const { name, value, factor } of program.statistics) {
      const { shape, data: numbers } = expected[value]!
      expectNear(parameters[name]!.data, { shape, data: numbers.map((x) => factor * x) }, name)
    }
  } finally {
    session.dispose()
  }
})
