import { describe, expect, test } from 'vitest'
import { fullRows, matchRows } from '../../../src/report/figures/match-data'
import { placesOf } from '../../../src/report/figures/labels'
import { matchingPlot } from '../../../src/report/figures/matching'
import { subnetworkErrorPlot } from '../../../src/report/figures/subnetwork-error'
import { sampleAnalysis } from './sample-lines'
import { marks, textsOf } from './svg'

const both = () => [
  sampleAnalysis({ levels: [0, 2, 4] }),
  sampleAnalysis({ levels: [2, 4], of: 'random-mask', steps: [0] }),
]

describe('stable against matching', () => {
  test('has a point for each density and k of subnetworks, with what both verdicts rest on', () => {
    const rows = matchRows(both())
    expect(rows.map(({ series, remaining, step }) => `${series} ${remaining} ${step}`)).toEqual([
      ...['tickets 64.1% 0', 'tickets 64.1% 100', 'tickets 64.1% 500'],
      ...['tickets 41.1% 0', 'tickets 41.1% 100', 'tickets 41.1% 500'],
      ...['random mask 64.1% 0', 'random mask 41.1% 0'],
    ])
    // Copies of 97.65 and 97.7% beside full networks of 98 and 98.1%.
    expect(rows[0]).toMatchObject({
      difference: -0.375,
      differenceLow: -0.425,
      differenceHigh: -0.325,
      matching: 'not matching, not settled [95%: -1.01 to +0.26; ~4 replicates]',
      verdict: 'unstable, settled [95%: 3.32 to 13.48]',
      error: 2.325,
      replicates: 2,
    })
    expect(rows[2]).toMatchObject({
      difference: -0.075,
      matching: expect.stringMatching(/^matching, /) as string,
    })
    expect(rows[0]!.barrier).toBeCloseTo(8.4)
  })

  test('says where the thresholds are, what the bars are, and whose points are which', async () => {
    const svg = await matchingPlot(both()).svg()
    const texts = textsOf(svg)
    expect(texts).toEqual(
      expect.arrayContaining([
        'Stable against matching, lenet-mnist-instability',
        'Height of the test error barrier (points)',
        'tickets',
        'random mask',
        'k = 500',
      ]),
    )
    expect(texts.join(' ')).toMatch(/dotted: stable left of 2 points, matching above -0.2/)
    // Two thresholds and two bars for each of eight points.
    expect(marks(svg, 'rule')).toBe(2 + 2 * 8)
  })

  test('has no labels where all are of one k, and says which', async () => {
    const svg = await matchingPlot([sampleAnalysis({ levels: [2, 4], steps: [0] })]).svg()
    expect(textsOf(svg).filter((text) => text.startsWith('k ='))).toEqual(['k = 0'])
  })

  test('goes without bars for single replicates, and says when there is nothing yet', async () => {
    const one = await matchingPlot([sampleAnalysis({ levels: [2], steps: [0], replicates: 1 })]).svg()
    expect(marks(one, 'rule')).toBe(2)
    const none = await matchingPlot([sampleAnalysis({ levels: [2], finished: 0 })]).svg()
    expect(textsOf(none)).toContain('No subnetwork has been compared yet')
  })

  test('has its numbers as CSV', () => {
    const [head, first] = matchingPlot(both()).csv().split('\r\n')
    expect(head).toMatch(/^series,percent_remaining,k,replicates,test_barrier,test_barrier_interval_low,/)
    expect(first).toBe(
      'tickets,64.063862,0,2,8.4,3.3175181,13.482482,unstable,yes,2.325,2.325,2.325,' +
        '-0.375,-0.425,-0.325,-1.0103102,0.26031024,not matching,no',
    )
  })
})

test('labels keep off points and each other, and are left out in a crowd', () => {
  const at = (x: number, y: number) => ({ x, y, label: 'k = 0' })
  expect(placesOf([at(10, 10), at(300, 10)])).toEqual(['upper right', 'upper right'])
  expect(placesOf([at(100, 100), at(120, 93)])).toEqual(['lower right', 'upper right'])
  const crowd = placesOf(Array.from({ length: 6 }, () => at(100, 100)))
  expect(new Set(crowd.slice(0, 4)).size).toBe(4)
  expect(crowd.slice(4)).toEqual([undefined, undefined])
})

describe('error of subnetworks', () => {
  test('is drawn against k, a line per density, in front of the band of the full network', async () => {
    const svg = await subnetworkErrorPlot(both()).svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['Test error of subnetworks of lenet-mnist-instability', '64.1%', '41.1%']),
    )
    expect(textsOf(svg).join(' ')).toMatch(
      /grey: the full network at the end of training, band: minimum–maximum over replicates/,
    )
    // A line for each of two densities of two series, and one band, although two analyses have the full network.
    expect([marks(svg, 'line'), marks(svg, 'rect')]).toEqual([4, 1])
    expect(fullRows(both())).toEqual([
      {
        network: 'lenet-mnist-instability',
        error: 1.95,
        errorLow: 1.9,
        errorHigh: 2,
        replicates: 2,
      },
    ])
  })
})

test('an analysis of subnetworks says in its table which are matching, and by how much', () => {
  const text = sampleAnalysis({ levels: [0, 2], steps: [0] }).text()
  const [, , full, sparse, ...notes] = text.split('\n')
  expect(full).not.toMatch(/matching/)
  expect(sparse).toMatch(
    /unstable, settled \[95%: 3.32 to 13.48\] .*-0.38 not matching, not settled \[95%: -1.01 to \+0.26; ~4 replicates\]$/,
  )
  expect(notes.join()).toMatch(/mean over replicates, is at most 0.2 points below the full network's/)
})
