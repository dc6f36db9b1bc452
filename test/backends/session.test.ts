import { describe, expect, it } from 'vitest'
import type { TrainingSession } from '../../src/backends/backend'
import type { Optimizer } from '../../src/backends/optimizers/all'
import { buildStepProgram } from '../../src/networks/lower'
import type { DenseLayer, Network } from '../../src/networks/network'
import type { Tensors } from '../../src/support/tensor'
import {
  backends,
  batchSize,
  bits,
  data,
  network,
  randomBatches,
  randomData,
  randomMasks,
  randomWeights,
  withSession,
} from './fixture'

const start = randomWeights(network, 6)
const masks = randomMasks(network, 0.3, 7)
const adam: Optimizer = { kind: 'adam', learningRate: 0.01 }
const optimizers: readonly Optimizer[] = [
  { kind: 'sgd', learningRate: 0.1 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9 },
  { kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: true },
  adam,
]
const named = optimizers.map((optimizer) => [JSON.stringify(optimizer), optimizer] as const)
const batches = randomBatches(12, 8)
const rates = Float32Array.from({ length: 12 }, (_, step) => 0.02 / (step + 1))

/** Steps `from <= step < to` of the training above. */
function trainRange(session: TrainingSession, from: number, to: number): number[] {
  return [...session.train(batches.subarray(from * batchSize, to * batchSize), rates.subarray(from, to))]
}

describe.each(backends)('on %s,', (_, open) => {
  describe('pruned weights', () => {
    it.each(named)('stay exactly zero, and so do their slots: %s', (_, optimizer) => {
      withSession(open, { optimizer, weightDecay: 0.1 }, (session) => {
        session.load(start, masks)
        trainRange(session, 0, 12)
        const { parameters, slots } = session.state()
        for (const [name, mask] of Object.entries(masks)) {
          const own = Object.entries(slots).filter(([slot]) => slot.startsWith(`${name}/`))
          for (const { data: numbers } of [parameters[name]!, ...own.map(([, slot]) => slot)]) {
            const pruned = numbers.filter((_, index) => mask.data[index] === 0)
            expect(pruned.every((value) => Object.is(value, 0))).toBe(true)
            const kept = numbers.filter((_, index) => mask.data[index] === 1)
            expect(kept.some((value) => value !== 0)).toBe(true)
          }
        }
      })
    })

    it('are set to zero by loading; survivors keep every bit', () => {
      withSession(open, { optimizer: adam }, (session) => {
        session.load(start, masks)
        const { parameters } = session.state()
        for (const [name, { data: numbers }] of Object.entries(parameters)) {
          const expected = start.parameters[name]!.data.map((value, index) =>
            masks[name]?.data[index] === 0 ? 0 : value,
          )
          // Strict about the sign of zero.
          expect(numbers).toStrictEqual(expected)
        }
      })
    })

    it('give the same bits under a mask of ones as without a mask', () => {
      const ones = randomMasks(network, 1.1, 1)
      withSession(open, { optimizer: adam, weightDecay: 0.1 }, (session) => {
        session.load(start, {})
        const losses = trainRange(session, 0, 12)
        const unmasked = bits(session.state())
        session.load(start, ones)
        expect(trainRange(session, 0, 12)).toEqual(losses)
        expect(bits(session.state())).toEqual(unmasked)
      })
    })
  })

  describe('frozen weights', () => {
    const pruned = (of: Tensors, name: string): Float32Array =>
      of[name]!.data.filter((_, index) => masks[name]!.data[index] === 0)

    it.each(named)('stay what they were loaded as, and their slots zero: %s', (_, optimizer) => {
      withSession(open, { optimizer, weightDecay: 0.1, frozen: true }, (session) => {
        session.load(start, masks)
        expect(session.state().parameters).toStrictEqual(start.parameters)
        trainRange(session, 0, 12)
        const { parameters, slots } = session.state()
        for (const [name, mask] of Object.entries(masks)) {
          expect(pruned(parameters, name)).toStrictEqual(pruned(start.parameters, name))
          for (const [slot, { data: numbers }] of Object.entries(slots)) {
            if (!slot.startsWith(`${name}/`)) continue
            expect(numbers.every((value, index) => mask.data[index] === 1 || value === 0)).toBe(true)
          }
          const kept = parameters[name]!.data.filter((_, index) => mask.data[index] === 1)
          const before = start.parameters[name]!.data.filter((_, index) => mask.data[index] === 1)
          expect(kept).not.toEqual(before)
        }
      })
    })

    it('take part: each step is that of the whole network, with the frozen ones put back', () => {
      const options = { optimizer: { kind: 'sgd', learningRate: 0.1 }, weightDecay: 0.1 } as const
      const frozen = withSession(open, { ...options, frozen: true }, (session) => {
        session.load(start, masks)
        return { losses: trainRange(session, 0, 12), parameters: session.state().parameters }
      })
      withSession(open, options, (session) => {
        let { parameters } = start
        const losses = Array.from({ length: 12 }, (_, step) => {
          session.load({ step, parameters, slots: {} }, {})
          const [loss] = trainRange(session, step, step + 1)
          parameters = Object.fromEntries(
            Object.entries(session.state().parameters).map(([name, { shape, data: after }]) => {
              const before = start.parameters[name]!.data
              return [
                name,
                {
                  shape,
                  data: after.map((value, at) => (masks[name]?.data[at] === 0 ? before[at]! : value)),
                },
              ]
            }),
          )
          return loss
        })
        expect(losses).toEqual(frozen.losses)
        expect(parameters).toStrictEqual(frozen.parameters)
      })
    })
  })

  describe.each(named)('the bits of a training: %s', (_, optimizer) => {
    const options = { optimizer, weightDecay: 0.01 }
    const whole = () =>
      withSession(open, options, (session) => {
        session.load(start, masks)
        return { losses: trainRange(session, 0, 12), state: session.state() }
      })

    it('do not depend on how it is cut into chunks', () => {
      const expected = whole()
      for (const cuts of [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        [0, 5, 12],
        [0, 11, 12],
      ]) {
        withSession(open, options, (session) => {
          session.load(start, masks)
          const losses = cuts.slice(1).flatMap((to, index) => trainRange(session, cuts[index]!, to))
          expect(losses).toEqual(expected.losses)
          expect(bits(session.state())).toEqual(bits(expected.state))
        })
      }
    })

    it('do not depend on evaluations, on reading the state, or on what the session did before', () => {
      const expected = whole()
      withSession(open, options, (session) => {
        session.load(randomWeights(network, 99), {})
        trainRange(session, 0, 7)
        session.load(start, masks)
        trainRange(session, 0, 6)
        session.evaluate('validation', 0, 10)
        session.state()
        trainRange(session, 6, 12)
        expect(bits(session.state())).toEqual(bits(expected.state))
      })
    })

    it('are the same when it is resumed in another session', () => {
      const expected = whole()
      const checkpoint = withSession(open, options, (session) => {
        session.load(start, masks)
        trainRange(session, 0, 5)
        return session.state()
      })
      expect(checkpoint.step).toBe(5)
      withSession(open, options, (session) => {
        session.load(checkpoint, masks)
        expect(bits(session.state())).toEqual(bits(checkpoint))
        expect(trainRange(session, 5, 12)).toEqual(expected.losses.slice(5))
        const { step, ...end } = session.state()
        expect(step).toBe(12)
        expect(bits({ step, ...end })).toEqual(bits(expected.state))
      })
    })

    it('differ from those of another training', () => {
      withSession(open, options, (session) => {
        session.load(start, {})
        trainRange(session, 0, 12)
        expect(bits(session.state())).not.toEqual(bits(whole().state))
      })
    })
  })

  describe('what a session is given and gives', () => {
    it('belongs to the caller: later training changes neither', () => {
      const given = randomWeights(network, 6)
      const before = bits(given)
      withSession(open, { optimizer: adam }, (session) => {
        session.load(given, {})
        const first = session.state()
        const bitsOfFirst = bits(first)
        trainRange(session, 0, 12)
        expect(bits(given)).toEqual(before)
        expect(bits(first)).toEqual(bitsOfFirst)
      })
    })

    it('is the state with zeros for slots before the first step', () => {
      withSession(open, { optimizer: adam }, (session) => {
        session.load(start, {})
        const { step, slots } = session.state()
        expect(step).toBe(0)
        expect(Object.keys(slots)).toContain('dense1/weights/m')
        expect(Object.values(slots).every(({ data: numbers }) => numbers.every((value) => value === 0))).toBe(
          true,
        )
      })
    })

    it('is freed when the session is disposed', () => {
      const large = randomData([784], 10, [2000, 100, 100])
      const program = buildStepProgram(
        {
          name: 'large',
          input: [784],
          layers: [
            { kind: 'dense', name: 'hidden', units: 800, activation: 'relu' },
            { kind: 'dense', name: 'output', units: 10, activation: 'none' },
          ],
          classes: 10,
        },
        { optimizer: adam, batchSize },
      )
      const weights = {
        step: 0,
        slots: {},
        parameters: Object.fromEntries(
          program.parameters.map(({ name, shape }) => [
            name,
            { shape, data: new Float32Array(shape.reduce((size, extent) => size * extent, 1)) },
          ]),
        ),
      }
      const cycle = (): void => {
        const session = open().open(program, large)
        session.load(weights, {})
        session.train(randomBatches(3, 1, 2000), new Float32Array(3))
        session.evaluate('test', 0, 100)
        session.state()
        session.dispose()
      }
      for (let warmUp = 0; warmUp < 5; warmUp++) cycle()
      const before = process.memoryUsage().rss
      for (let count = 0; count < 20; count++) cycle()
      // Each session holds over 10 MB.
      expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
    })
  })

  describe('layers', () => {
    it('may have names that the backend uses itself, or that differ in punctuation only', () => {
      const names = ['mask', 'mask_a', 'mask-a', 'load', 'read', 'a', 'loss', 'variable', 'train', 'step']
      const odd: Network = {
        ...network,
        layers: names.map((name, index) => ({
          kind: 'dense',
          name,
          units: index === names.length - 1 ? network.classes : index + 3,
          activation: index === names.length - 1 ? 'none' : 'relu',
        })),
      }
      const session = open().open(buildStepProgram(odd, { optimizer: adam, batchSize }), data)
      try {
        const weights = randomWeights(odd, 5)
        session.load(weights, {})
        expect(bits(session.state())).toMatchObject(bits(weights))
        session.train(randomBatches(2, 1), new Float32Array(2).fill(0.01))
        expect(session.evaluate('test', 0, 10).count).toBe(10)
      } finally {
        session.dispose()
      }
    })
  })

  describe('evaluation', () => {
    it('adds up over ranges, whatever they are', () => {
      withSession(open, { optimizer: adam }, (session) => {
        session.load(start, masks)
        const { count } = data.splits.test
        const whole = session.evaluate('test', 0, count)
        const cuts = [0, 1, 499, 500, 501, 1000, 1100, count]
        const parts = cuts.slice(1).map((to, index) => session.evaluate('test', cuts[index]!, to))
        const sum = (of: 'loss' | 'correct' | 'count') => parts.reduce((total, part) => total + part[of], 0)
        expect(sum('correct')).toBe(whole.correct)
        expect(sum('count')).toBe(count)
        expect(sum('loss')).toBeCloseTo(whole.loss, 8)
        // The same example has the same loss, in whatever range it is asked for.
        const single = session.evaluate('test', 700, 701).loss
        const around = session.evaluate('test', 699, 701).loss - session.evaluate('test', 699, 700).loss
        expect(Math.fround(around)).toBeCloseTo(single, 6)
      })
    })

    it('of no examples is zero', () => {
      withSession(open, { optimizer: adam }, (session) => {
        session.load(start, masks)
        expect(session.evaluate('train', 3, 3)).toEqual({ loss: 0, correct: 0, count: 0 })
      })
    })

    it('sees what training changed', () => {
      withSession(open, { optimizer: adam }, (session) => {
        session.load(start, {})
        const before = session.evaluate('train', 0, 40).loss
        for (let pass = 0; pass < 20; pass++)
          session.train(randomBatches(5, pass), new Float32Array(5).fill(0.01))
        expect(session.evaluate('train', 0, 40).loss).toBeLessThan(before / 2)
      })
    })
  })

  describe('pixels', () => {
    it('are normalized per channel', () => {
      const colored = {
        ...network,
        input: [2, 2, 3],
      }
      const normalize = { mean: [0.2, 0.5, 0.7], deviation: [0.1, 0.2, 0.3] }
      const images = randomData(colored.input, 5, [20, 5, 5], normalize)
      const program = buildStepProgram(colored, { optimizer: adam, batchSize })
      const session = open().open(program, images)
      try {
        const weights = randomWeights(colored, 3)
        session.load(weights, {})
        const bytes = images.splits.test.images
        const pixels = Array.from(bytes.subarray(0, 12), (byte, index) => {
          const channel = index % 3
          return (byte / 255 - normalize.mean[channel]!) / normalize.deviation[channel]!
        })
        const expected = lossByHand(weights.parameters, pixels, images.splits.test.labels[0]!)
        expect(session.evaluate('test', 0, 1).loss).toBeCloseTo(expected, 5)
      } finally {
        session.dispose()
      }
    })

    /** The loss of one example through the three layers of {@link network}. */
    function lossByHand(
      parameters: Readonly<Record<string, { data: Float32Array }>>,
      pixels: readonly number[],
      label: number,
    ): number {
      let values = pixels
      for (const { name, activation } of network.layers as readonly DenseLayer[]) {
        const weights = parameters[`${name}/weights`]!.data
        const bias = Array.from(parameters[`${name}/bias`]!.data)
        values = bias.map((sum, unit) => {
          const total = values.reduce((so, x, input) => so + x * weights[input * bias.length + unit]!, sum)
          return activation === 'relu' ? Math.max(total, 0) : total
        })
      }
      const exponentials = values.map((x) => Math.exp(x))
      return -Math.log(exponentials[label]! / exponentials.reduce((total, x) => total + x, 0))
    }
  })
})
