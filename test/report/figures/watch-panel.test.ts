import { describe, expect, test } from 'vitest'
import type { TrainingInProgress } from '../../../src/experiments/in-progress'
import { display } from '../../../src/report/display'
import { seriesColors } from '../../../src/report/figures/palette'
import { livePlot, type Plot } from '../../../src/report/figures/plot'
import { namesOf } from '../../../src/report/figures/watch-names'
import { sampleComparison, sampleDensity, sampleSeries } from './sample'
import { sampleWatched, watchedNow } from './sample-watched'
import { strokesOf, textsOf } from './svg'

const live = { title: 'IMP lenet-mnist', densities: [0, 1, 2].map(sampleDensity) }
const none = [sampleSeries({ finished: 0 })]
const watching = (...trainings: readonly TrainingInProgress[]): Plot =>
  livePlot(none, { ...live, progress: 'level 0 of 2', watched: watchedNow(...trainings) })

interface Row {
  readonly step: number
  readonly test: number
}
/** What the panel at the bottom is made of. */
const panelOf = ({ spec }: Plot) =>
  (
    spec as unknown as {
      vconcat: [
        unknown,
        {
          data: { values: Row[] }
          encoding: { x: { scale: { domain: number[] } } }
          layer: { encoding: { y: { scale: { domain: number[] } } } }[]
        },
      ]
    }
  ).vconcat[1]

describe('the curve of a training', () => {
  test('is a point at its first evaluation, on an axis that reaches to its end', async () => {
    const plot = watching(sampleWatched({ rows: 1, until: 2000 }))
    const svg = await plot.svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['Training now: full network (level 0)', 'replicate 1', 'test', 'validation']),
    )
    expect(textsOf(svg)).toContain('2,000')
    const dots = [...svg.matchAll(/<path[^>]*roledescription="point"[^>]*stroke="([^"]*)"/g)]
    expect(dots.map(([, stroke]) => stroke)).toEqual([seriesColors[0], seriesColors[0]])
  })

  test('is a solid line of test and a dotted one of validation', async () => {
    const svg = await watching(sampleWatched()).svg()
    const lines = [...svg.matchAll(/<path[^>]*roledescription="line mark"[^>]*>/g)]
    expect(lines.map(([path]) => /stroke-dasharray="([^"]*)"/.exec(path)?.[1])).toEqual(['1,0', '2,2.5'])
  })

  test('shows what differs late in training: the steep beginning is cut off, once there is more', () => {
    const domainOf = (rows: number): number[] =>
      panelOf(watching(sampleWatched({ rows, step: 2000 }))).layer[0]!.encoding.y.scale.domain
    expect(domainOf(1)).toEqual([0, 100])
    const [low, high] = domainOf(20) as [number, number]
    expect(low).toBeGreaterThan(80)
    expect(high).toBeLessThanOrEqual(100)
  })

  test('has few points however often it is evaluated, and the last of them always', () => {
    const curve = sampleSeries({ levels: 0, replicates: 1 }).points[0]!.curve
    const long = Array.from({ length: 1503 }, (_, step) => ({ ...curve[5]!, step }))
    const many = Array.from({ length: 16 }, (_, index) =>
      sampleWatched({ replicate: index + 1, curve: long, until: 2000 }),
    )
    for (const trainings of [many.slice(0, 1), many]) {
      const { values } = panelOf(watching(...trainings)).data
      expect(values.length).toBeLessThanOrEqual(300)
      expect(values.filter(({ step }) => step === 0)).toHaveLength(trainings.length)
      expect(values.filter(({ step }) => step === 1502)).toHaveLength(trainings.length)
    }
  })
})

describe('several trainings', () => {
  test('have a colour each, and a name of what differs', async () => {
    const svg = await watching(sampleWatched({ level: 2 }), sampleWatched({ level: 2, replicate: 2 })).svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        ...['2 trainings now: tickets, level 2 (64.1% of weights)', 'replicate 1', 'replicate 2'],
      ]),
    )
    expect(new Set(strokesOf(svg))).toEqual(new Set(seriesColors.slice(0, 2)))
  })

  test('are without names where there are more than colours', async () => {
    const all = Array.from({ length: 7 }, (_, index) => sampleWatched({ replicate: index + 1 }))
    const svg = await watching(...all).svg()
    expect(strokesOf(svg)).toHaveLength(14)
    expect(new Set(strokesOf(svg)).size).toBe(1)
    expect(textsOf(svg)).toContain('7 trainings now: full network (level 0)')
    expect(textsOf(svg)).not.toContain('replicate 1')
  })

  test('leave the colours and the legend of the results above as they are', async () => {
    const series = sampleComparison({ levels: 2 })
    const svg = await livePlot(series, { ...live, watched: watchedNow(sampleWatched({ level: 2 })) }).svg()
    const without = strokesOf(await livePlot(series, live).svg())
    expect(strokesOf(svg).slice(0, without.length)).toEqual(without)
    for (const name of ['tickets', 'random reinit', 'random mask']) {
      expect(textsOf(svg).filter((text) => text === name)).toHaveLength(1)
    }
  })

  test('are named by what they are, and numbered where that is not enough', () => {
    const copy = { step: 1000, order: 2 }
    expect(
      namesOf([
        sampleWatched({ level: 1, variant: 'lr 0.1', copy }),
        sampleWatched({ until: 500, partial: true, replicate: 2 }),
        sampleWatched({ until: 500, partial: true, replicate: 2 }),
      ]),
    ).toEqual({
      common: '',
      own: [
        'tickets, lr 0.1, level 1, from step 1,000, copy 2, replicate 1',
        'full network, up to step 500, replicate 2',
        'full network, up to step 500, replicate 2 (2)',
      ],
      whole: [
        'tickets, lr 0.1, level 1 (80% of weights), from step 1,000, copy 2, replicate 1',
        'full network (level 0), up to step 500, replicate 2',
        'full network (level 0), up to step 500, replicate 2 (2)',
      ],
    })
  })
})

test('between two trainings the panel keeps its place and says so', async () => {
  const heightOf = (svg: string): number => Number(/<svg[^>]* height="([\d.]+)"/.exec(svg)![1])
  const between = await watching().svg()
  expect(textsOf(between)).toContain('The next training has not begun yet')
  const before = await watching(sampleWatched({ curve: [] })).svg()
  expect(textsOf(before)).toContain('Nothing has been evaluated yet')
  const one = await watching(sampleWatched({ rows: 1 })).svg()
  const two = await watching(sampleWatched({ rows: 1 }), sampleWatched({ replicate: 2 })).svg()
  for (const svg of [before, one, two]) {
    expect(Math.abs(heightOf(svg) - heightOf(between))).toBeLessThan(8)
  }
})

test('where nothing is drawn, the last figures are told', async () => {
  const plot = watching(sampleWatched(), sampleWatched({ replicate: 2, curve: [], step: 0 }))
  const text = (await plot[display]())['text/plain']!
  expect(text.split('\n').slice(-2)).toEqual([
    'training full network (level 0), replicate 1: step 1,000 of 2,000, ' +
      'validation 95.78% and test 96.18% at step 1,000',
    'training full network (level 0), replicate 2: step 0 of 2,000, not evaluated yet',
  ])
})

test('the finished figure is without it', () => {
  expect(Object.keys(livePlot(none, live).spec)).toEqual(
    expect.arrayContaining(['concat', 'columns', 'spacing']),
  )
  expect(livePlot(none, live).text()).not.toContain('training')
})
