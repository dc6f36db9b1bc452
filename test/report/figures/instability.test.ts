import { describe, expect, test } from 'vitest'
import { display } from '../../../src/report/display'
import { instabilityPlot, linePlot, liveInstabilityPlot } from '../../../src/report/figures/instability'
import { stepAxis } from '../../../src/report/figures/barrier-panel'
import { densityColors, seriesColors } from '../../../src/report/figures/palette'
import { barrierRows, lineRows, meanAndDeviation } from '../../../src/report/figures/line-data'
import { sampleAnalysis } from './sample-lines'
import { marks, strokesOf, textsOf } from './svg'

describe('error on the line', () => {
  test('has a panel each for train and test, a colour and a band for each k, and says what they are', async () => {
    const svg = await linePlot([sampleAnalysis()]).svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'Error on the line between copies of lenet-mnist-instability',
        'lines: mean, band: standard deviation, over 2 pairs of copies',
        'steps 2000 (paper: 24000 †), replicates 2 (paper: 3 †)',
        'Train error: full network',
        'Test error: full network',
        'k = 0',
        'k = 100',
        'k = 500',
      ]),
    )
    expect([marks(svg, 'line'), marks(svg, 'area')]).toEqual([6, 6])
  })

  test('has no band for a single pair', async () => {
    const plot = linePlot([sampleAnalysis({ replicates: 1 })])
    const svg = await plot.svg()
    expect([marks(svg, 'line'), marks(svg, 'area')]).toEqual([6, 0])
    expect(textsOf(svg)).toContain('lines: 1 pair of copies')
  })

  test('has trained curves dashed beside it, named in the legend and in the table', async () => {
    const plot = linePlot([sampleAnalysis({ curve: true })])
    const svg = await plot.svg()
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['curves trained for 1,000 steps', 'line', 'curve']))
    expect([marks(svg, 'line'), marks(svg, 'area')]).toEqual([12, 6])
    expect(svg).toContain('stroke-dasharray="6,4"')
    // A barrier of 8.4 points on the line, and a fifth of it on the curve.
    expect(plot.text()).toMatch(
      /unstable, settled \[95%: .* 1\.68 \[1\.60–1\.76\] +mode connected, not settled/,
    )
    expect(plot.csv().split('\r\n')[1]).toBe('full network,0,100,0,1,1 and 2,0,0.01,1,0.02,2,2,2')
  })

  test('names what is not as usual: points, examples, statistics', async () => {
    const analysis = sampleAnalysis({ line: { points: 11, trainExamples: 5000 } })
    const note = '11 points on each line; train error of up to 5,000 training examples'
    expect(textsOf(await linePlot([analysis]).svg())).toContain(note)
    expect(analysis.text()).toContain(note)
    const mixed = await instabilityPlot([analysis, sampleAnalysis({ levels: [2], of: 'random-mask' })]).svg()
    expect(textsOf(mixed)).toContain(`full network: ${note}`)
  })

  test('has panels of its own for every level, named by weights remaining', async () => {
    const texts = textsOf(await linePlot([sampleAnalysis({ levels: [0, 3], steps: [0] })]).svg())
    expect(texts).toEqual(
      expect.arrayContaining(['Test error: tickets, 51.3% of weights', 'Train error: full network']),
    )
  })

  test('of several networks has their names in the titles of its panels', async () => {
    const resnets = ['resnet20-cifar10-instability', 'resnet20-cifar10-instability-low']
    const plot = linePlot(resnets.map((name) => sampleAnalysis({ setup: { name } })))
    const texts = textsOf(await plot.svg()).join(' ')
    for (const name of resnets) expect(texts).toContain(`Train error: full network, ${name} `)
    const variants = ['slow', 'fast'].map((variant) => sampleAnalysis({ setup: { variant }, levels: [0, 3] }))
    expect(textsOf(await linePlot(variants).svg())).toEqual(
      expect.arrayContaining([
        ...['Train error: tickets, slow, full network', 'Test error: tickets, slow, 51.3% of weights'],
        ...['Train error: tickets, fast, full network', 'Test error: tickets, fast, 51.3% of weights'],
      ]),
    )
  })

  test('averages over pairs, with their sample standard deviation', () => {
    expect(meanAndDeviation([1, 2, 6])).toEqual({ mean: 3, deviation: Math.sqrt(7) })
    const rows = lineRows([sampleAnalysis({ steps: [0] })]).filter(({ split }) => split === 'test')
    expect(rows).toHaveLength(30)
    expect(rows[0]).toMatchObject({ alpha: 0, error: 2, errorLow: 2, errorHigh: 2, pairs: 2 })
    // Replicates of 8 and 8.8 points above 2%.
    expect(rows[14]!.error).toBeCloseTo(10.4)
    expect(rows[14]!.errorHigh - rows[14]!.error).toBeCloseTo(0.8 / Math.SQRT2)
  })
})

describe('barriers', () => {
  test('are the heights over the ends, with their range over replicates', () => {
    const [test0, ...others] = barrierRows([sampleAnalysis()]).filter(({ split }) => split === 'test')
    expect(test0).toMatchObject({ step: 0, replicates: 2, pairs: 2, remaining: '100%' })
    // 8.4 ± t(0.975, 1) 0.4
    expect(test0!.verdict).toBe('unstable, settled [95%: 3.32 to 13.48]')
    expect([test0!.height, test0!.low, test0!.high].map((value) => value.toFixed(3))).toEqual([
      '8.400',
      '8.000',
      '8.800',
    ])
    expect(others.map(({ step, verdict }) => [step, verdict.split(',')[0]])).toEqual([
      [100, 'unstable'],
      [500, 'stable'],
    ])
  })

  test('are drawn against k, a line per density, the threshold dotted and every spread named', async () => {
    const svg = await instabilityPlot([sampleAnalysis({ levels: [0, 3] })]).svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'Instability of lenet-mnist-instability',
        'error bars: minimum–maximum over 2 replicates; dotted: 2 points, stable below',
        'Step k at which the copies were made',
        '100%',
        '51.3%',
      ]),
    )
    expect(marks(svg, 'line')).toBe(4)
  })

  test('of several networks of one density have a colour each, and their whole names in the legend', async () => {
    const resnets = ['resnet20-cifar10-instability', 'resnet20-cifar10-instability-warmup']
    const plot = instabilityPlot(resnets.map((name) => sampleAnalysis({ setup: { name } })))
    const svg = await plot.svg()
    expect(textsOf(svg)).toEqual(expect.arrayContaining(resnets.map((name) => `full network, ${name}`)))
    expect([...new Set(strokesOf(svg))]).toEqual(seriesColors.slice(0, 2))
    const panels = (plot.spec as unknown as { concat: { title: { text: string[] } }[] }).concat
    expect(panels.map(({ title }) => title.text)).toEqual([['Train error'], ['Test error']])
  })

  test('of several ways to prune, and of variants, are named apart', () => {
    const analyses = [
      sampleAnalysis({ levels: [3] }),
      sampleAnalysis({ levels: [3], of: 'one-shot' }),
      sampleAnalysis({ levels: [3], setup: { variant: 'lr 0.1' } }),
      sampleAnalysis({ setup: { variant: 'lr 0.1' } }),
    ]
    expect([...new Set(barrierRows(analyses).map(({ series }) => series))]).toEqual([
      ...['tickets', 'one-shot', 'tickets, lr 0.1', 'full network, lr 0.1'],
    ])
  })

  test('of several densities have the colour of their density, and a point for each series', async () => {
    const both = [sampleAnalysis(), sampleAnalysis({ levels: [3, 5] })]
    const svg = await instabilityPlot(both).svg()
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['100%', '51.3%', '32.9%', 'full network', 'tickets']),
    )
    expect([...new Set(strokesOf(svg))]).toEqual(densityColors(3))
    const shapes = /\{\\"full network\\":\\"(\S+?)\\",\\"tickets\\":\\"(\S+?)\\"\}/.exec(
      JSON.stringify(instabilityPlot(both).spec),
    )
    expect(shapes?.slice(1)).toEqual(['circle', 'square'])
  })

  test('at k = 0 stand beside the axis, and alone in the middle', () => {
    const domainOf = (steps: readonly number[]) => stepAxis(steps).scale.domain as [number, number]
    const [low, high] = domainOf([0, 100, 500])
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(500)
    const [left, right] = domainOf([0])
    expect(left).toBe(-right)
  })

  test('of tickets and controls differ in their dashes', async () => {
    const svg = await instabilityPlot([
      sampleAnalysis({ levels: [3] }),
      sampleAnalysis({ levels: [3], of: 'random-mask', steps: [0, 100] }),
    ]).svg()
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['tickets', 'random mask']))
    expect(svg).toContain('stroke-dasharray="6,4"')
  })
})

test('a live plot shows the lines and the barriers there are, and says that others are still to come', async () => {
  const none = await liveInstabilityPlot(sampleAnalysis({ finished: 0 }), { progress: '3 of 20 tasks' }).svg()
  expect(textsOf(none)).toEqual(expect.arrayContaining(['3 of 20 tasks', 'No line has been evaluated yet']))
  const some = textsOf(await liveInstabilityPlot(sampleAnalysis({ finished: 1 }), {}).svg())
  expect(some.join()).toMatch(/over 2 pairs of copies, some still to come/)
})

test('the text has verdicts with the numbers that they rest on', async () => {
  const results = sampleAnalysis()
  const lines = results.text().split('\n')
  expect(lines[0]).toBe(
    'instability lenet-mnist-instability: mean [min–max] over 2 replicates, 2 copies of each',
  )
  expect(lines[2]).toMatch(
    /^100% +0 +8\.40 \[8\.00–8\.80\] +4\.20 \[4\.00–4\.40\] +unstable, settled \[95%: 3\.32 to 13\.48\] +2 +12\.00 \[12\.00–12\.00\] +0\.75/,
  )
  expect(lines.at(-1)).toMatch(/is under 2 points; settled: the 95% interval of the mean/)
  expect((await linePlot([results])[display]())['text/plain']).toBe(results.text())
})

test('CSV has every point of every line, and every pair with its distances', () => {
  const results = sampleAnalysis({ steps: [0], replicates: 1, orders: 3 })
  const points = linePlot([results]).csv().trimEnd().split('\r\n')
  expect(points).toHaveLength(1 + 3 * 30)
  expect(points[1]).toBe('full network,0,100,0,1,1 and 2,0,0.01,1,0.02,2')
  const pairs = instabilityPlot([results]).csv().trimEnd().split('\r\n')
  expect(pairs).toHaveLength(1 + 3)
  expect(pairs[3]).toBe('full network,0,100,0,1,2 and 3,4,8,12,0.8,16,0.75,')
})
