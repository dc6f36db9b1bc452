import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import type { Lab } from '../../../src/lab/api'
import { binned } from '../../../src/report/figures/bins'
import { backends, network } from '../../runtime/lab'
import { openTestLab, type TestLab } from '../lab'

let opened: TestLab
let lab: Lab
let setup: Setup

beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab } = opened)
  const preset = lab.preset('lenet-mnist', { steps: 20, replicates: 2, evaluateEvery: 10, backend: 'wasm' })
  setup = { ...preset, network }
})
afterAll(() => opened.close())

describe('bins', () => {
  it('are of one width over all lists; the last has its end, too', () => {
    const [one, other] = binned([[0, 1, 5, 10], [10]])
    expect(one).toHaveLength(50)
    expect(one!.flatMap(({ from, count }) => (count > 0 ? [[from, count]] : []))).toEqual([
      [0, 1],
      [1, 1],
      [5, 1],
      [9.8, 1],
    ])
    expect(other!.at(-1)).toMatchObject({ to: 10, count: 1 })
  })

  it('of whole numbers hold equally many of them', () => {
    expect(binned([[3, 4, 4, 6]], true)).toEqual([
      [
        { from: 3, to: 4, count: 1 },
        { from: 4, to: 5, count: 2 },
        { from: 5, to: 6, count: 0 },
        { from: 6, to: 7, count: 1 },
      ],
    ])
    const wide = binned([[0, 119]], true)[0]!
    expect([wide.length, wide[0]!.to - wide[0]!.from]).toEqual([40, 3])
  })

  it('of one number are there, and of none are none', () => {
    expect(binned([[2]])[0]!.reduce((sum, { count }) => sum + count, 0)).toBe(1)
    expect(binned([[]])).toEqual([[]])
  })
})

it('weights that are left are counted layer by layer, of all replicates', async () => {
  const w0 = lab.initialize(setup)
  const mask = await lab.prune(w0, { density: 0.25 })
  const ticket = await lab.train(w0, { mask })
  const plot = await lab.plot.weights(w0, ticket)
  const rows = plot
    .csv()
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  const counted = (layer: string, series: string): number =>
    rows.filter(([a, b]) => a === layer && b === series).reduce((sum, row) => sum + Number(row[4]), 0)
  const layers = await mask.layers()
  for (const { parameter, kept, total } of layers) {
    const layer = parameter.replace('/weights', '')
    expect(counted(layer, 'initial weights')).toBe(2 * total)
    expect(counted(layer, ticket.name)).toBe(2 * kept)
  }
  // Of a normal distribution of variance 2 / (16 + 784), 68% are within one standard deviation.
  expect(plot.text()).toMatch(
    new RegExp(`hidden +initial weights +${2 * 784 * 16} +-?0\\.000\\d+ +0\\.0(49|50)`),
  )
  expect(await plot.svg()).toMatch(/hidden/)
  // Each line ends where its last bin does.
  const { values } = (
    plot.spec as unknown as { data: { values: readonly { panel: string; from: number; to: number }[] } }
  ).data
  const hidden = values.filter(({ panel }) => panel === 'hidden')
  expect(Math.max(...hidden.map(({ from }) => from))).toBe(Math.max(...hidden.map(({ to }) => to)))
}, 60_000)

it('degrees are those of units and of inputs', async () => {
  // Unit 0 keeps every input, the others the first 10 inputs.
  const bits = new Uint8Array(784 * 16).map((_, at) => (at % 16 === 0 || at < 160 ? 1 : 0))
  const mask = await lab.mask(setup, { 'hidden/weights': bits })
  const text = (await lab.plot.degrees(mask)).text()
  const mean = (784 + 15 * 10) / 16
  expect(text).toMatch(new RegExp(`units of hidden +own mask +16 +${mean.toPrecision(4)} .* 10 +784`))
  expect(text).toMatch(/inputs of hidden +own mask +784 .* 1 +16/)
  expect(text).not.toMatch(/output/)
})

it('what is no network, or of another shape, is told', async () => {
  await expect(lab.plot.weights()).rejects.toThrow(/weights in lab.plot.weights.*found none/)
  await expect(lab.plot.weights(Promise.resolve(lab.initialize(setup)) as never)).rejects.toThrow(/await/)
  await expect(lab.plot.degrees(setup as never)).rejects.toThrow(/masks in lab.plot.degrees/)
  const other = { ...setup, network: lab.network('lenet') }
  await expect(lab.plot.weights(lab.initialize(setup), lab.initialize(other))).rejects.toThrow(/of one shape/)
}, 60_000)
