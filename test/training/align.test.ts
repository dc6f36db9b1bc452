import { describe, expect, it } from 'vitest'
import { networkOf } from '../../src/networks/describe'
import { buildStepProgram } from '../../src/networks/lower'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { symmetriesOf } from '../../src/networks/symmetries'
import { networkByName } from '../../src/networks/zoo'
import { permutation, randomStream } from '../../src/support/random'
import { sizeOf, type Masks, type Tensors } from '../../src/support/tensor'
import { innerProduct, weightMatching, type Alignment } from '../../src/training/align'
import { masked, trainedOnly } from '../../src/training/interpolate'
import { identities, permuted, type Permutations } from '../../src/training/permute'
import { imageBackends, randomData, randomMasks } from '../backends/fixture'

const images = { input: [8, 8, 3], classes: 10 }
const convolution = (filters: number) => ({ kind: 'convolution', filters, batchNorm: true }) as const
const vgg = networkOf({
  input: images.input,
  layers: [
    ...[convolution(16), convolution(16), { kind: 'max-pool' } as const],
    ...[convolution(32), convolution(32), { kind: 'max-pool' } as const],
    { kind: 'dense', units: 10 },
  ],
})
/** Branches of which one hands on what comes in, beside each other and then added to. */
const branches = networkOf({
  input: images.input,
  layers: [
    convolution(6),
    {
      kind: 'branches',
      branches: [
        [convolution(4)],
        [{ kind: 'average-pool', window: 3, stride: 1, padding: 'same' }],
        [convolution(5), convolution(3)],
      ],
    },
    {
      kind: 'residual',
      layers: [convolution(8), convolution(13)],
      shortcut: { kind: 'convolution', filters: 13, window: 1 },
    },
    { kind: 'max-pool' },
    { kind: 'dense', units: 12 },
    { kind: 'dense', units: 10 },
  ],
})
const networks: readonly [string, Network][] = [
  ['LeNet', networkOf('lenet')],
  ['Conv-2', networkByName('conv2', images)],
  ['ResNet-20', networkByName('resnet20', images)],
  ['VGG with batch norm', vgg],
  ['branches', branches],
]

/** Every number drawn, biases and batch norm's included; variances positive. */
function drawn(network: Network, seed: number): Tensors {
  return Object.fromEntries(
    parametersOf(network).map(({ name, shape, role }) => {
      const stream = randomStream(seed, name)
      const fanIn = sizeOf(shape.slice(0, -1))
      const draw =
        role === 'variance' ? () => 0.5 + stream.uniform() : () => stream.normal() / Math.sqrt(fanIn)
      return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) }]
    }),
  )
}

function shuffledUnits(network: Network, seed: number): Permutations {
  return symmetriesOf(network).groups.map(({ size }, group) => permutation(size, randomStream(seed, group)))
}

function aligned(network: Network, weights: Tensors, to: Tensors, seed = 1): Alignment {
  const matching = weightMatching(
    symmetriesOf(network),
    trainedOnly(network, weights),
    trainedOnly(network, to),
    seed,
  )
  for (;;) {
    const next = matching.next()
    if (next.done) return next.value
  }
}

function allOrders(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  return allOrders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => [...order.slice(0, at), size - 1, ...order.slice(at)]),
  )
}

describe.each(networks)('%s with its units in another order', (name, network) => {
  const symmetries = symmetriesOf(network)

  it.each(imageBackends)('computes the same on %s, to rounding, under a mask that goes along', (_, open) => {
    const weights = drawn(network, 1)
    const masks = randomMasks(network, 0.5, 2)
    const orders = shuffledUnits(network, 3)
    const data = randomData(network.input, network.classes, [20, 5, 30])
    const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate: 0 }, batchSize: 5 })
    const session = open().open(program, data)
    try {
      const lossesOf = (parameters: Tensors, under: Masks): number[] => {
        session.load({ step: 0, parameters, slots: {} }, under)
        return Array.from({ length: 30 }, (_, at) => session.evaluate('test', at, at + 1).loss)
      }
      const before = lossesOf(weights, masks)
      const after = lossesOf(permuted(symmetries, orders, weights), permuted(symmetries, orders, masks))
      after.forEach((loss, at) =>
        expect(Math.abs(loss / before[at]! - 1), `${name} ${at}`).toBeLessThan(2e-4),
      )
      // Units are moved in a way that is no symmetry where one group stays.
      const stays = orders.map((order, group) => (group === 0 ? identities(symmetries)[0]! : order))
      const mixed = {
        ...permuted(symmetries, orders, weights),
        ...firstOf(permuted(symmetries, stays, weights)),
      }
      const wrong = lossesOf(mixed, {})
      expect(Math.max(...wrong.map((loss, at) => Math.abs(loss - before[at]!)))).toBeGreaterThan(0.01)
    } finally {
      session.dispose()
    }
  })

  it('is recovered exactly', () => {
    const weights = drawn(network, 1)
    const orders = shuffledUnits(network, 2)
    const found = aligned(network, permuted(symmetries, orders, weights), weights)
    expect(permuted(symmetries, found.permutations, permuted(symmetries, orders, weights))).toEqual(weights)
    expect(found.permutations.some((order) => order.some((unit, place) => unit !== place))).toBe(true)
  }, 60_000)
})

/** The first parameter alone. */
function firstOf(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).slice(0, 1))
}

describe('Weight matching', () => {
  const small = (...units: readonly number[]): Network =>
    networkOf({ input: [4], layers: units.map((count) => ({ kind: 'dense', units: count })) })

  it.each([1, 2, 3, 4, 5, 6])('finds the best of all orders of %i units', (units) => {
    const network = small(units, 3)
    const symmetries = symmetriesOf(network)
    const [one, other] = [drawn(network, units), drawn(network, 10 + units)]
    const best = Math.max(
      ...allOrders(units).map((order) =>
        innerProduct(permuted(symmetries, [Uint32Array.from(order)], one), other),
      ),
    )
    const { products, permutations } = aligned(network, one, other)
    expect(products.at(-1)).toBeCloseTo(best, 12)
    expect(innerProduct(permuted(symmetries, permutations, one), other)).toBeCloseTo(best, 12)
  })

  it('ends where no order of one layer alone is better, and never makes the inner product smaller', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const network = small(4, 3, 4, 2)
      const symmetries = symmetriesOf(network)
      const [one, other] = [drawn(network, seed), drawn(network, 100 + seed)]
      const { products, permutations } = aligned(network, one, other, seed)
      expect(products).toEqual([...products].sort((a, b) => a - b))
      expect(products[0]).toBeCloseTo(innerProduct(one, other), 12)
      const found = innerProduct(permuted(symmetries, permutations, one), other)
      expect(products.at(-1)).toBeCloseTo(found, 12)
      symmetries.groups.forEach(({ size }, group) => {
        for (const order of allOrders(size)) {
          const changed = permutations.with(group, Uint32Array.from(order))
          expect(innerProduct(permuted(symmetries, changed, one), other)).toBeLessThan(found + 1e-9)
        }
      })
    }
  })

  it('never makes it smaller where units get back what they make, in a block of one layer', () => {
    const network = networkOf({
      input: [6],
      layers: [
        { kind: 'dense', units: 5 },
        { kind: 'residual', layers: [{ kind: 'dense', units: 5 }] },
        { kind: 'dense', units: 3 },
      ],
    })
    expect(symmetriesOf(network).groups).toEqual([{ size: 5, layers: ['dense1', 'dense2'] }])
    for (let seed = 1; seed <= 50; seed++) {
      const [one, other] = [drawn(network, seed), drawn(network, 1000 + seed)]
      const { products } = aligned(network, one, other)
      expect(products).toEqual([...products].sort((a, b) => a - b))
    }
  })

  it('matches what masks leave', () => {
    const network = networkOf('lenet')
    const symmetries = symmetriesOf(network)
    const masks = randomMasks(network, 0.2, 2)
    const weights = masked(drawn(network, 1), masks)
    const orders = shuffledUnits(network, 3)
    const moved = permuted(symmetries, orders, weights)
    const found = aligned(network, moved, weights)
    expect(permuted(symmetries, found.permutations, permuted(symmetries, orders, masks))).toEqual(masks)
  })
})

describe('The groups of units', () => {
  it('are those of the stream, and one inside of every block, in ResNet-20', () => {
    const { groups } = symmetriesOf(networkByName('resnet20', images))
    expect(groups.map(({ size, layers }) => [size, layers.length])).toEqual([
      ...[
        [16, 4],
        [16, 1],
        [16, 1],
        [16, 1],
      ],
      ...[
        [32, 1],
        [32, 4],
        [32, 1],
        [32, 1],
      ],
      ...[
        [64, 1],
        [64, 4],
        [64, 1],
        [64, 1],
      ],
    ])
  })

  it('are those of every convolution in Inception-v3 and ResNet-50, inputs and classes apart', () => {
    for (const name of ['inception-v3', 'resnet50']) {
      const network = networkByName(name, { input: [96, 96, 3], classes: 10 })
      const { groups, axes } = symmetriesOf(network)
      expect([...axes.keys()]).toEqual(parametersOf(network).map(({ name }) => name))
      for (const { name, shape } of parametersOf(network)) {
        const { outer, rows, columns } = axes.get(name)!
        const [height, width] = [rows, columns].map((parts) => parts.reduce((sum, { size }) => sum + size, 0))
        expect(outer * height! * width!, name).toBe(sizeOf(shape))
      }
      expect(groups.length).toBeGreaterThan(30)
    }
  })

  it('are refused with the layers where channels are added that belong together otherwise', () => {
    const network = networkOf({
      input: images.input,
      layers: [
        { kind: 'convolution', name: 'stem', filters: 8 },
        {
          kind: 'residual',
          name: 'mixed',
          layers: [
            {
              kind: 'branches',
              branches: [
                [{ kind: 'convolution', name: 'left', filters: 4 }],
                [{ kind: 'convolution', name: 'right', filters: 4 }],
              ],
            },
          ],
        },
        { kind: 'dense', units: 10 },
      ],
    })
    expect(() => symmetriesOf(network)).toThrow(
      /"mixed".*4 of left \+ 4 of right and 8 of stem.*cannot be permuted/,
    )
  })
})
