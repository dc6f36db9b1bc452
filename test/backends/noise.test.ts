import { describe, expect, it } from 'vitest'
import type { TrainingSession } from '../../src/backends/backend'
import type { Augmentation, StepProgram } from '../../src/backends/program'
import { classes } from './cases'
import type { Case } from './cases'
import { imageBackends, random, randomData } from './fixture'
import { interpret } from './interpreter'
import type { Value } from './interpreter'
import { batchSize, expectNear, programOf, startOf, valuesOf } from './programs'

const shape = [4, 5, 2] as const
const augmentation: Augmentation = { flip: true, crop: 1 }

/** Batch norm, whose statistics are observed, after a convolution. */
const convolutional: Case = {
  name: 'statistics',
  image: shape,
  parameters: { first: [3, 3, 2, 3], scale: [3], offset: [3], last: [60, classes] },
  statistics: [
    { name: 'mean', shape: [3], value: 'y/mean', decay: 0.75, factor: 1 },
    { name: 'variance', shape: [3], value: 'y/variance', decay: 0.75, factor: 1.25 },
  ],
  forward: [
    { op: 'convolution', input: 'images', filter: 'first', stride: 1, padding: 'same', output: 'x' },
    {
      op: 'batchNorm',
      input: 'x',
      scale: 'scale',
      offset: 'offset',
      epsilon: 1e-3,
      output: 'y',
      mean: 'y/mean',
      variance: 'y/variance',
    },
    { op: 'dropout', input: 'y', rate: 0.5, stream: 1, output: 'z', kept: 'kept' },
    { op: 'reshape', input: 'z', shape: [60], output: 'flat' },
    { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
  ],
  evaluation: [
    { op: 'convolution', input: 'images', filter: 'first', stride: 1, padding: 'same', output: 'x' },
    {
      op: 'batchNormInference',
      input: 'x',
      scale: 'scale',
      offset: 'offset',
      epsilon: 1e-3,
      output: 'y',
      mean: 'mean',
      variance: 'variance',
    },
    { op: 'reshape', input: 'y', shape: [60], output: 'flat' },
    { op: 'matmul', left: 'flat', right: 'last', output: 'logits' },
  ],
}

/** So little that a gradient tells which pixels the network saw. */
const linear: Case = {
  name: 'pixels',
  image: shape,
  parameters: { weights: [40, classes] },
  forward: [
    { op: 'reshape', input: 'images', shape: [40], output: 'flat' },
    { op: 'matmul', left: 'flat', right: 'weights', output: 'logits' },
  ],
}

const count = 3 * batchSize
const data = randomData(shape, classes, [count, 4, 4], { mean: [0.3, 0.6], deviation: [0.5, 0.25] })
const everyExample = Int32Array.from({ length: count }, (_, index) => index)
const seeds = Int32Array.of(7, 8, 9)
const still = new Float32Array(3)

/** Everything is given, so that a test asks for it in its own order. */
function withSession<T>(
  program: StepProgram,
  open: (typeof imageBackends)[number][1],
  use: (session: TrainingSession) => T,
): T {
  const session = open().open(program, data)
  try {
    session.load({ step: 0, parameters: startOf(program), slots: {} }, {})
    return use(session)
  } finally {
    session.dispose()
  }
}

/** The examples of a batch as the interpreter sees them. */
function batchOf(program: StepProgram, examples: Int32Array, images: Uint8Array = data.splits.train.images) {
  const { labels } = data.splits.train
  const { mean, deviation } = data.normalize
  const values = valuesOf(data, startOf(program))
  const pixels = [...examples].flatMap((example) =>
    Array.from(
      images.subarray(example * 40, (example + 1) * 40),
      (byte, index) => (byte / 255 - mean[index % 2]!) / deviation[index % 2]!,
    ),
  )
  return {
    ...values,
    images: { shape: [batchSize, ...shape], data: pixels },
    labels: { shape: [batchSize], data: [...examples].map((example) => labels[example]!) },
  }
}

/** Images changed as `Augmentation` says. */
function changed(images: Uint8Array, variants: Int32Array): Uint8Array {
  const [height, width, channels] = shape
  const side = 2 * augmentation.crop + 1
  return Uint8Array.from(images, (_, index) => {
    const example = Math.floor(index / (height * width * channels))
    const channel = index % channels
    const [y, x] = [Math.floor(index / (width * channels)) % height, Math.floor(index / channels) % width]
    const variant = variants[example]!
    const [flip, down, across] = [
      Math.floor(variant / side ** 2),
      Math.floor(variant / side) % side,
      variant % side,
    ]
    const fromY = y + down - augmentation.crop
    const fromX = (flip === 1 ? width - 1 - x : x) + across - augmentation.crop
    if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) return 0
    return images[((example * height + fromY) * width + fromX) * channels + channel]!
  })
}

describe.each(imageBackends)('on %s,', (_, open) => {
  it('images are changed by the variant that is given, for each example and step', () => {
    const program = { ...programOf(linear), augmentation }
    // Each of the 18 variants once.
    const next = random(4)
    const variants = Int32Array.from(everyExample).sort(() => next() - 0.5)
    const images = changed(data.splits.train.images, variants)
    withSession(program, open, (session) => {
      const losses = session.train(everyExample, still, { variants })
      for (const [step, loss] of losses.entries()) {
        const examples = everyExample.subarray(step * batchSize, (step + 1) * batchSize)
        const values = interpret(
          [...program.forward, ...program.backward],
          batchOf(program, examples, images),
        )
        expectNear([loss], values['loss']!, `loss of step ${step}`)
        if (step < 2) continue
        const { slots } = session.state()
        expectNear(slots['weights/velocity']!.data, values[program.updates[0]!.gradient]!, 'gradient')
      }
    })
  })

  it('a variant or a seed that is missing or impossible is refused before anything is trained', () => {
    const program = { ...programOf(linear), augmentation }
    withSession(program, open, (session) => {
      expect(() => session.train(everyExample, still)).toThrow('Expected a variant below 18')
      const variants = new Int32Array(count).fill(18)
      expect(() => session.train(everyExample, still, { variants })).toThrow('Expected a variant below 18')
    })
    withSession(programOf(convolutional), open, (session) => {
      expect(() => session.train(everyExample, still)).toThrow('Expected a seed of dropout')
      expect(session.state().step).toBe(0)
    })
  })

  it('gradients are those of one batch, unchanged and with nothing dropped; pruned weights have none', () => {
    const plain = programOf(convolutional)
    const program: StepProgram = {
      ...plain,
      augmentation,
      parameters: plain.parameters.map((parameter) => ({ ...parameter, masked: parameter.name === 'last' })),
      // Not part of the loss.
      updates: plain.updates.map((update) => ({ ...update, weightDecay: 0.1 })),
    }
    const next = random(5)
    const mask = Uint8Array.from({ length: 60 * classes }, () => (next() < 0.5 ? 1 : 0))
    const examples = Int32Array.of(17, 3, 8, 8, 0, 11)
    withSession(program, open, (session) => {
      const parameters = startOf(program)
      session.load({ step: 0, parameters, slots: {} }, { last: { shape: [60, classes], data: mask } })
      const before = session.state()
      const { loss, gradients } = session.gradients(examples)
      expect(session.state()).toEqual(before)
      const pruned = [...parameters['last']!.data].map((x, index) => x * mask[index]!)
      const values = interpret([...program.forward, ...program.backward], {
        ...batchOf(program, examples),
        last: { shape: [60, classes], data: pruned },
        kept: { shape: [batchSize, 4, 5, 3], data: Array<number>(batchSize * 60).fill(1) },
      })
      expectNear([loss], values['loss']!, 'loss')
      expect(Object.keys(gradients)).toEqual(['first', 'scale', 'offset', 'last'])
      for (const { parameter, gradient } of program.updates) {
        const { shape: extents, data: numbers } = values[gradient]!
        const expected: Value = {
          shape: extents,
          data: parameter === 'last' ? numbers.map((x, index) => x * mask[index]!) : numbers,
        }
        expect(gradients[parameter]!.shape).toEqual(extents)
        expectNear(gradients[parameter]!.data, expected, parameter)
      }
    })
  })

  it('observing with decays 0, 1/2, 2/3 leaves the mean statistics of three batches, and nothing else', () => {
    const program = { ...programOf(convolutional), augmentation }
    withSession(program, open, (session) => {
      const before = session.state()
      session.observe(everyExample, Float32Array.of(0, 1 / 2, 2 / 3))
      const { parameters, ...rest } = session.state()
      const { mean, variance, ...others } = parameters
      expect({ ...rest, parameters: others }).toEqual({ ...before, parameters: withoutStatistics(before) })
      const batches = [0, 1, 2].map((index) =>
        interpret(
          program.forward.slice(0, 2),
          batchOf(program, everyExample.subarray(index * 6, index * 6 + 6)),
        ),
      )
      const average = (value: string, factor: number): Value => ({
        shape: [3],
        data: [0, 1, 2].map(
          (channel) => (factor * batches.reduce((sum, values) => sum + values[value]!.data[channel]!, 0)) / 3,
        ),
      })
      expectNear(mean!.data, average('y/mean', 1), 'mean')
      expectNear(variance!.data, average('y/variance', 1.25), 'variance')
    })
  })

  it('has the same bits again, in one chunk or three, and goes on from a state', () => {
    const program = { ...programOf(convolutional), augmentation }
    const rates = Float32Array.of(0.1, 0.1, 0.1)
    const variants = Int32Array.from(everyExample)
    const trained = (cuts: readonly number[]) =>
      withSession(program, open, (session) => {
        for (const [index, from] of cuts.entries()) {
          const to = cuts[index + 1] ?? 3
          const rows = (numbers: Int32Array) => numbers.slice(from * batchSize, to * batchSize)
          const noise = { variants: rows(variants), seeds: seeds.slice(from, to) }
          session.train(rows(everyExample), rates.subarray(from, to), noise)
          // As if another process went on.
          const state = session.state()
          session.load({ step: 0, parameters: startOf(program), slots: {} }, {})
          session.load(state, {})
        }
        return session.state()
      })
    const once = trained([0])
    expect(trained([0])).toEqual(once)
    expect(trained([0, 1, 2])).toEqual(once)
  })
})

function withoutStatistics({ parameters }: { parameters: SessionParameters }): SessionParameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => name !== 'mean' && name !== 'variance'),
  )
}

type SessionParameters = ReturnType<TrainingSession['state']>['parameters']
