import { describe, expect, it } from 'vitest'
import type { Network } from '../../src/networks/network'
import { randomStream } from '../../src/support/random'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'
import { initializers } from '../../src/training/initializers/all'
import type { Initializer } from '../../src/tasks/tasks'
import { python, pythonObstacle } from '../support/python'

/** `[inputs, units]` and `[height, width, channels, filters]`, wide and narrow ones of each. */
const shapes = [
  [300, 200],
  [64, 700],
  [3, 3, 16, 64],
  [1, 1, 16, 320],
  [3, 5, 40, 8],
] as const
const named = shapes.map((shape) => [shape.join(' x '), shape] as const)

const draw = (init: Initializer, shape: readonly number[], seed = 1) =>
  initializers[init].draw(shape, randomStream(seed, 'test'))

const moments = (data: Float32Array) => {
  const mean = (of: (value: number) => number) =>
    data.reduce((sum, value) => sum + of(value), 0) / data.length
  const variance = mean((value) => value ** 2)
  return { mean: mean((value) => value), variance, kurtosis: mean((value) => value ** 4) / variance ** 2 }
}

/** Of both the variance and the fourth moment follow in closed form; tolerances are five standard errors. */
describe.each([
  ['glorot', (fanIn: number, fanOut: number) => 2 / (fanIn + fanOut), 3],
  ['kaiming-normal', (fanIn: number) => 2 / fanIn, 3],
  ['kaiming-uniform', (fanIn: number) => 2 / fanIn, 9 / 5],
] as const)('%s', (init, varianceOf, kurtosis) => {
  it.each(named)('has the moments of its distribution for weights %s', (_, shape) => {
    const window = sizeOf(shape.slice(0, -2))
    const expected = varianceOf(window * shape.at(-2)!, window * shape.at(-1)!)
    const data = draw(init, shape)
    const error = 5 / Math.sqrt(data.length)
    const found = moments(data)
    expect(Math.abs(found.mean)).toBeLessThan(error * Math.sqrt(expected))
    expect(Math.abs(found.variance / expected - 1)).toBeLessThan(error * Math.sqrt(kurtosis - 1))
    expect(Math.abs(found.kurtosis - kurtosis)).toBeLessThan(error * 10)
  })
})

it('kaiming-uniform stays within sqrt(6 / fan in)', () => {
  const data = draw('kaiming-uniform', [300, 200])
  const bound = Math.sqrt(6 / 300)
  expect(data.every((value) => Math.abs(value) <= bound)).toBe(true)
  expect(Math.max(...data)).toBeGreaterThan(0.999 * bound)
})

/** The weights as torch has them: a row for each unit, its inputs in whatever order. */
const rowsOf = (shape: readonly number[], data: Float32Array) => {
  const units = shape.at(-1)!
  return Array.from({ length: units }, (_, unit) => data.filter((_, place) => place % units === unit))
}

describe('orthogonal', () => {
  it.each(named)('has orthonormal rows, or columns where there are more rows, for %s', (_, shape) => {
    const rows = rowsOf(shape, draw('orthogonal', shape))
    const columns = Array.from(rows[0]!, (_, column) => Float32Array.from(rows, (row) => row[column]!))
    const vectors = rows.length <= columns.length ? rows : columns
    let worst = 0
    for (const [i, one] of vectors.entries()) {
      for (const [j, other] of vectors.entries()) {
        const product = one.reduce((sum, value, place) => sum + value * other[place]!, 0)
        worst = Math.max(worst, Math.abs(product - (i === j ? 1 : 0)))
      }
    }
    expect(worst).toBeLessThan(1e-6)
  })

  it('is uniform over orthogonal matrices: every entry has the moments of a point on a sphere', () => {
    const size = 4
    const entries = Array.from({ length: 4000 }, (_, seed) => draw('orthogonal', [size, size], seed))
    for (let place = 0; place < size * size; place++) {
      const { mean, variance, kurtosis } = moments(Float32Array.from(entries, (one) => one[place]!))
      expect(Math.abs(mean)).toBeLessThan(0.05)
      expect(Math.abs(variance * size - 1)).toBeLessThan(0.1)
      // E x^4 / (E x^2)^2 = 3 n / (n + 2) on the sphere in n dimensions.
      expect(Math.abs(kurtosis - (3 * size) / (size + 2))).toBeLessThan(0.2)
    }
  })
})

describe('a network', () => {
  const network: Network = {
    name: 'two',
    input: [8, 8, 3],
    layers: [
      { kind: 'convolution', name: 'conv', filters: 500, batchNorm: true, activation: 'relu' },
      { kind: 'global-average-pool', name: 'average' },
      { kind: 'dense', name: 'output', units: 10, activation: 'none' },
    ],
    classes: 10,
  }

  it('has its scales of batch norm uniform in [0, 1) where that is asked for, and all else as ever', () => {
    const { 'conv/scale': scale, ...others } = initialize({ network, seed: 1, batchNormScale: 'uniform' })
    const { 'conv/scale': ones, ...usual } = initialize({ network, seed: 1 })
    expect(others).toEqual(usual)
    expect(ones!.data.every((value) => value === 1)).toBe(true)
    const { mean } = moments(scale!.data)
    const { variance } = moments(scale!.data.map((value) => value - 0.5))
    expect(Math.min(...scale!.data)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...scale!.data)).toBeLessThan(1)
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * 500))
    expect(Math.abs(variance * 12 - 1)).toBeLessThan(5 * Math.sqrt(4 / 5 / 500))
  })

  it('has the same normal numbers, in another width, with Kaiming as with Glorot', () => {
    const weights = (init: Initializer) => initialize({ network, seed: 1, init })['output/weights']!.data
    const ratio = Math.sqrt((500 + 10) / 500)
    const [kaiming, glorot] = [weights('kaiming-normal'), weights('glorot')]
    kaiming.forEach((value, place) => expect(value / glorot[place]!).toBeCloseTo(ratio, 6))
  })
})

it('draws as wide as torch.nn.init does', { timeout: 120_000 }, async ({ skip }) => {
  const obstacle = await pythonObstacle('torch')
  skip(obstacle !== undefined, obstacle)
  const widths = JSON.parse(
    await python(
      '-c',
      `import json, torch
torch.manual_seed(1)
init = torch.nn.init
torches = {'glorot': init.xavier_normal_, 'kaiming-normal': init.kaiming_normal_,
  'kaiming-uniform': init.kaiming_uniform_, 'orthogonal': init.orthogonal_}
shapes = ${JSON.stringify(shapes)}
empty = lambda shape: torch.empty(shape[-1], shape[-2], *shape[:-2])
print(json.dumps([[name, shape, draw(empty(shape)).square().mean().item()]
  for name, draw in torches.items() for shape in shapes]))`,
    ),
  ) as [Initializer, readonly number[], number][]
  expect(widths).toHaveLength(20)
  for (const [init, shape, variance] of widths) {
    const found = moments(draw(init, shape)).variance
    // Both are samples, but for orthogonal ones, whose squares sum up to the number of vectors.
    const error = init === 'orthogonal' ? 1e-5 : 10 * Math.sqrt(2 / sizeOf(shape))
    expect(Math.abs(found / variance - 1), `${init} ${shape.join()}`).toBeLessThan(error)
  }
})
