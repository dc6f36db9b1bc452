import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { display } from '../../../src/report/display'
import { accuracyPlot, earlyStopPlot, learningCurvesPlot, livePlot } from '../../../src/report/figures/plot'
import { temporaryFolder } from '../../runtime/lab'
import { sampleComparison, sampleDensity, sampleSeries } from './sample'
import { rejected } from '../../support/thrown'

/** The texts of an SVG, and the strokes of its lines. */
function readSvg(svg: string): { texts: string[]; lines: { stroke: string; dash: string }[] } {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>|<tspan[^>]*>([^<]*)<\/tspan>/g)].map(
    ([, text, span]) => text ?? span ?? '',
  )
  const lines = [...svg.matchAll(/<path aria-label="[^"]*"[^>]*roledescription="line mark"[^>]*>/g)].map(
    ([path]) => ({
      stroke: /stroke="([^"]*)"/.exec(path)?.[1] ?? '',
      dash: /stroke-dasharray="([^"]*)"/.exec(path)?.[1] ?? '',
    }),
  )
  return { texts, lines }
}

describe('accuracy', () => {
  test('draws both panels, solid lines for tickets and dashed ones for controls', async () => {
    const { texts, lines } = readSvg(await accuracyPlot(sampleComparison()).svg())
    expect(texts).toEqual(
      expect.arrayContaining([
        ...[
          'Test accuracy of lenet-mnist',
          'At early stop (minimum validation loss)',
          'At the end of training',
        ],
        ...['Percent of weights remaining', 'Test accuracy (%)', 'tickets', 'random reinit', 'random mask'],
        'error bars: minimum–maximum over 2 replicates',
        'steps 2000 (paper: 50000), replicates 2 (paper: 5)',
      ]),
    )
    expect(lines).toHaveLength(6)
    expect(new Set(lines.map(({ stroke }) => stroke)).size).toBe(3)
    expect(lines.filter(({ dash }) => dash === '6,4')).toHaveLength(4)
  })

  test('shows each line in the legend once, with its dashes and its point', async () => {
    const svg = await accuracyPlot(sampleComparison()).svg()
    const symbols = [...svg.matchAll(/mark-symbol role-legend-symbol.*?<path[^>]* d="([^"]*)"/gs)]
    const [tickets, reinit, mask] = symbols.map(([, path]) => path!)
    expect(symbols).toHaveLength(3)
    // A solid line is one piece, a dashed one three; what follows is the point.
    const pieces = (path: string): number => path.match(/M[-\d.]+,0[HL]/g)?.length ?? 0
    expect([tickets!, reinit!, mask!].map(pieces)).toEqual([1, 3, 3])
    expect(tickets).toMatch(/C/)
    expect(new Set([reinit, mask]).size).toBe(2)
  })

  test('has its axis from 100 percent down to the right, with a tick at each level', async () => {
    const svg = await earlyStopPlot([sampleSeries({ levels: 3 })]).svg()
    const ticks = [
      ...svg.matchAll(/<text[^>]*translate\(([\d.]+),[^)]*\)[^>]*>(100|80|64\.1|51\.3)<\/text>/g),
    ]
    const labels = ticks.sort((a, b) => Number(a[1]) - Number(b[1])).map(([, , label]) => label)
    expect(labels).toEqual(['100', '80', '64.1', '51.3'])
  })

  test('draws error bars only where there is more than one replicate', async () => {
    const bars = (svg: string): number => svg.match(/roledescription="rule mark"/g)?.length ?? 0
    expect(bars(await accuracyPlot([sampleSeries({ levels: 4, replicates: 1 })]).svg())).toBe(0)
    expect(bars(await accuracyPlot([sampleSeries({ levels: 4, replicates: 2 })]).svg())).toBe(10)
  })

  test('is white, so that it can be read on any page', async () => {
    expect(await accuracyPlot([sampleSeries()]).svg()).toMatch(/<rect width="\d+" height="\d+" fill="white"/)
  })
})

test('learning curves are labelled by percent remaining and ordered from dense to sparse', async () => {
  const { texts, lines } = readSvg(await learningCurvesPlot([sampleSeries()], { levels: [0, 3, 5] }).svg())
  expect(texts.filter((text) => text.endsWith('%'))).toEqual(['100%', '51.3%', '32.9%'])
  expect(texts).toContain('Training iteration')
  expect(lines).toHaveLength(3)
})

test('a live plot says that nothing has finished, and its axis already has all levels', async () => {
  const densities = [0, 1, 2, 3].map(sampleDensity)
  const { texts, lines } = readSvg(
    await livePlot([sampleSeries({ finished: 0 })], {
      title: 'IMP lenet-mnist',
      progress: 'level 0',
      densities,
    }).svg(),
  )
  expect(texts).toEqual(expect.arrayContaining(['No training has finished yet', 'level 0', '51.3']))
  expect(lines).toEqual([])
})

test('a notebook gets the spec, the same figure as SVG, and its numbers as text', async () => {
  const plot = accuracyPlot([sampleSeries({ levels: 1, replicates: 2 })])
  const bundle = await plot[display]()
  expect(Object.keys(bundle)).toEqual(['application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain'])
  expect(JSON.parse(bundle['application/vnd.vegalite.v5+json']!)).toEqual(
    JSON.parse(JSON.stringify(plot.spec)),
  )
  expect(bundle['image/svg+xml']).toBe(await plot.svg())
  expect(bundle['text/plain']).toBe(plot.text())
})

test('the text is an aligned table that labels its spreads', () => {
  const [header, ...rows] = earlyStopPlot([sampleSeries({ levels: 1 })])
    .text()
    .split('\n')
  expect(header).toBe('series   remaining  early-stop iteration, mean [min–max]  replicates')
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatch(/^tickets {7}100% +\d+ \[\d+–\d+\] +2$/)
})

test('CSV has every training on a line, and quotes what needs it', () => {
  const csv = accuracyPlot([
    sampleSeries({ levels: 1, replicates: 2 }),
    sampleSeries({ network: 'conv2', levels: 0, replicates: 1 }),
  ]).csv()
  const lines = csv.trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^series,role,network,level,replicate,percent_remaining,early_stop_iteration/)
  expect(lines).toHaveLength(1 + 4 + 1)
  expect(lines[5]).toMatch(/^"tickets, conv2",tickets,conv2,0,0,100,/)
})

test('CSV is saved into a file, whose path is told', async () => {
  const { folder, remove } = await temporaryFolder()
  const plot = earlyStopPlot([sampleSeries({ levels: 1 })])
  const file = await plot.saveCsv(join(folder, 'figures', 'early-stop.csv'))
  expect(file).toBe(join(folder, 'figures', 'early-stop.csv'))
  expect(await readFile(file, 'utf8')).toBe(plot.csv())
  expect(await rejected(plot.saveCsv(undefined as never))).toMatchObject({
    code: 'bad-input',
    message:
      'Expected the name of the file in saveCsv to be a text of one line, of at most 4,096 characters, found undefined.',
  })
  await remove()
})
