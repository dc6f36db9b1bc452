import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accuracyAtPlot } from '../../../src/report/figures/accuracy-at'
import { imp } from '../../../src/experiments/imp'
import { afterRows, seriesOf } from '../../../src/experiments/progress'
import type { Results } from '../../../src/lab/results/results'
import { temporaryFolder } from '../../runtime/lab'
import { dryLab } from '../dry'
import { openTestLab, type TestLab } from '../lab'
import { smallSetup } from './small'

let opened: TestLab
let out: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
})
afterAll(async () => {
  await opened.close()
  await out.remove()
})

// 36 filter weights at each of the 20 pixels of a 5x4 image; 9 * 4 * 2 at the 2x1 places of a stride of 3 without padding;
// 2 * 2 numbers times 2 units.
const layers = [
  { kind: 'convolution', filters: 4 },
  { kind: 'convolution', filters: 2, stride: 2, padding: 'valid' },
  { kind: 'dense', units: 2 },
] as const

it('of LeNet are its weights, each of which meets one number of an example', () => {
  const { lab } = dryLab()
  const experiment = imp(lab.preset('lenet-mnist', { replicates: 1 }), 2)
  const row = { step: 0, validationLoss: 1, validationAccuracy: 0.5, testLoss: 1, testAccuracy: 0.5 }
  const progress = new Map(experiment.trainings.map(({ task }) => [task, afterRows(undefined, [row])]))
  expect(seriesOf(experiment, progress).points.map(({ multiplyAdds }) => multiplyAdds)).toEqual([
    784 * 300 + 300 * 100 + 100 * 10,
    188_160 + 24_000 + 900,
    150_528 + 19_200 + 810,
  ])
})

describe('of a network with convolutions', () => {
  let tickets: Results
  beforeAll(async () => {
    tickets = await opened.lab.imp(await smallSetup(opened.lab, { replicates: 2, layers }), { levels: 1 })
  })

  it('count a weight of a filter at every place; the compression ratio counts it once', () => {
    const [full, pruned] = tickets.levels
    expect(full!.multiplyAdds).toMatchObject({ mean: 36 * 20 + 72 * 2 + 8, count: 2, deviation: 0 })
    expect(full!.compressionRatio).toBe(1)
    expect(pruned!.multiplyAdds).toMatchObject({ mean: 18 * 20 + 36 * 2 + 4, minimum: 436, maximum: 436 })
    expect(pruned!.compressionRatio).toBe(2)
  })

  it('are in the table of results, and in the CSV of plots', () => {
    const lines = tickets.text().split('\n')
    expect(lines[1]).toMatch(/weights remaining {2}compression ratio {2}multiply-adds/)
    expect(lines[2]).toMatch(/^0 +100% +1 +872 /)
    expect(lines[3]).toMatch(/^1 +50% +2 +436 /)
    const csv = opened.lab.plot.accuracy(tickets).csv().trimEnd().split('\r\n')
    expect(csv[0]).toMatch(/,compression_ratio,multiply_adds$/)
    expect(csv.slice(1).map((line) => line.split(',').slice(-2).join(','))).toEqual([
      '1,872',
      '2,436',
      '1,872',
      '2,436',
    ])
  })

  it('may be the x axis of plots of accuracy', async () => {
    const { lab } = opened
    const shown = async (x?: 'remaining' | 'compression' | 'multiply-adds') => {
      const plot = lab.plot.accuracy(tickets, ...(x ? [{ x }] : []))
      return { svg: await plot.svg(), text: plot.text(), spec: JSON.stringify(plot.spec) }
    }
    const [usual, remaining] = [await shown(), await shown('remaining')]
    expect(remaining).toEqual(usual)
    expect(usual.svg).toContain('Percent of weights remaining')

    const compression = await shown('compression')
    expect(compression.svg).toContain('Compression ratio')
    expect(compression.text).toMatch(/remaining +compression ratio /)
    expect(compression.text).toMatch(/tickets +50% +2 /)
    const adds = await shown('multiply-adds')
    expect(adds.svg).toContain('Multiply-adds of surviving weights')
    expect(adds.text).toMatch(/tickets +50% +436 /)
    // Sparser networks are on the right, whether numbers fall or grow there.
    expect(adds.spec).toContain('"reverse":true')
    expect(compression.spec).toContain('"reverse":false')
    expect(adds.spec).not.toContain('Percent of weights remaining')
  })

  it('also of plots at a step, and not beside published values', () => {
    const { lab } = opened
    expect(lab.plot.accuracy(tickets, { at: 4, x: 'compression' }).text()).toMatch(/tickets +50% +2 /)
    expect(() => lab.plot.accuracy(tickets, { x: 'compression', reference: true })).toThrow(
      /Expected either x or reference in lab\.plot\.accuracy, found both/,
    )
    expect(() => lab.plot.accuracy(tickets, { x: 'flops' as never })).toThrow(
      /x axis \(remaining, compression, multiply-adds\)/,
    )
    expect(accuracyAtPlot([tickets.series], [4]).text()).not.toContain('compression')
  })
})

it('are those of the masks where layers are ranked together, also where masks are shuffled', async () => {
  const { lab } = opened
  const setup = await smallSetup(lab, { replicates: 2, layers, scope: 'global' })
  const tickets = await lab.imp(setup, { levels: 2 })
  const shuffled = await lab.control(tickets, 'random-mask', { levels: [2] })
  for (const results of [tickets, shuffled]) {
    const found = await Promise.all(
      [1, 2].map(async (replicate) => {
        const [first, second, output] = await results.layers(2, replicate)
        return first!.kept * 20 + second!.kept * 2 + output!.kept
      }),
    )
    const { multiplyAdds } = results.levels.find(({ level }) => level === 2)!
    expect([multiplyAdds.minimum, multiplyAdds.maximum]).toEqual([Math.min(...found), Math.max(...found)])
  }
})
