import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Spread } from '../../../src/experiments/view'
import type { Lab } from '../../../src/lab/api'
import type { NetworkWeights } from '../../../src/lab/steps/weights'
import type { Masks, Tensors } from '../../../src/support/tensor'
import { backends } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'
import { openTestLab, type TestLab } from '../lab'
import { smallSetup } from '../results/small'

/* Distances and histograms beside those of NumPy, which is given weights and masks. */

interface Likeness {
  readonly weights: number
  readonly l2: number
  readonly cosine: number
  readonly sameSign: number
}

interface Histogram {
  readonly counts: readonly number[]
  readonly edges: readonly number[]
  readonly count: number
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly most: number
}

interface Found {
  readonly likeness: Readonly<Record<string, readonly Likeness[]>>
  readonly all: readonly Likeness[]
  readonly weights: Readonly<Record<string, readonly Histogram[]>>
  readonly units: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly inputs: Readonly<Record<string, Readonly<Record<string, number>>>>
}

let opened: TestLab
let lab: Lab
beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
})
afterAll(() => opened.close())

const names = ['conv1', 'conv2', 'output']

it('lab.distances, lab.plot.weights and lab.plot.degrees find what NumPy finds', async ({ skip }) => {
  const obstacle = await pythonObstacle('numpy')
  skip(obstacle !== undefined, obstacle)
  const setup = await smallSetup(lab, {
    replicates: 2,
    layers: [
      { kind: 'convolution', filters: 5, batchNorm: true },
      { kind: 'convolution', filters: 4 },
      { kind: 'dense', units: 2 },
    ],
  })
  const w0 = lab.initialize(setup)
  const mask = await lab.prune(await lab.train(w0), { rate: 0.4 })
  const ticket = await lab.train(w0, { mask, name: 'ticket' })
  const parameters = names.map((name) => `${name}/weights`)
  const { likeness, all, weights, units, inputs } = await askNumpy(parameters, [w0, ticket])

  const { layers } = await lab.distances(w0, ticket)
  expect(layers.map(({ parameter }) => parameter)).toEqual([...parameters, 'all layers'])
  for (const { parameter, ...row } of layers) {
    const expected = likeness[parameter] ?? all
    for (const measure of ['weights', 'l2', 'cosine', 'sameSign'] as const) {
      expectSpread(
        row[measure],
        expected.map((one) => one[measure]),
        `${parameter} ${measure}`,
      )
    }
  }

  const drawn = await lab.plot.weights(w0, ticket)
  const [bins, summary] = [rowsOf(drawn.csv()), drawn.text()]
  for (const name of names) {
    for (const [at, series] of ['initial weights', 'ticket'].entries()) {
      const own = bins.filter(([layer, of]) => layer === name && of === series)
      const { counts, edges, count, mean, deviation, least, most } = weights[`${name}/weights`]![at]!
      expect(own.map((row) => Number(row[4]))).toEqual(counts)
      own.forEach(([, , from, to, , percent], bin) => {
        expect(Number(from)).toBeCloseTo(edges[bin]!, 5)
        expect(Number(to)).toBeCloseTo(edges[bin + 1]!, 5)
        expect(Number(percent)).toBeCloseTo((100 * counts[bin]!) / count, 3)
      })
      const said = summary.split('\n').find((line) => line.startsWith(`${name} `) && line.includes(series))!
      const told = said.trim().split(/ {2,}/).slice(-5).map(Number)
      const digits = (value: number): number => Number(value.toPrecision(4))
      expect(told).toEqual([count, ...[mean, deviation, least, most].map(digits)])
    }
  }

  const ofDegrees = rowsOf((await lab.plot.degrees(mask)).csv())
  for (const [kind, found] of Object.entries({ units, inputs })) {
    for (const name of names) {
      const own = ofDegrees.filter(([layer]) => layer === `${kind} of ${name}`)
      expect(own.length).toBeGreaterThan(0)
      // Every bin holds one number, as there are fewer than 50.
      const occur = own.flatMap(([, , from, , count]) => (count === '0' ? [] : [[from, Number(count)]]))
      expect(Object.fromEntries(occur), `${kind} of ${name}`).toEqual(found[`${name}/weights`])
    }
  }
})

async function askNumpy(parameters: readonly string[], networks: readonly NetworkWeights[]): Promise<Found> {
  const numbers = (tensors: Readonly<Record<string, Tensors[string] | Masks[string]>>) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]),
    )
  const given = await Promise.all(
    networks.map((network) =>
      Promise.all(
        [1, 2].map(async (replicate) => ({
          weights: numbers(await network.weights(replicate)),
          masks: numbers((await network.mask?.masks(replicate)) ?? {}),
        })),
      ),
    ),
  )
  const file = join(opened.store, 'given.json')
  await writeFile(file, JSON.stringify({ names: parameters, networks: given }))
  const said = await python('test/lab/steps/numpy_oracle.py', file)
  await rm(file)
  return JSON.parse(said) as Found
}

/** Mean and range over the replicates. */
function expectSpread(found: Spread, expected: readonly number[], what: string): void {
  const mean = expected.reduce((sum, one) => sum + one, 0) / expected.length
  for (const [key, value] of Object.entries({
    mean,
    minimum: Math.min(...expected),
    maximum: Math.max(...expected),
  })) {
    expect(found[key as 'mean'], `${what} ${key}`).toBeCloseTo(value, 9)
  }
}

function rowsOf(csv: string): readonly string[][] {
  return csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','))
}
