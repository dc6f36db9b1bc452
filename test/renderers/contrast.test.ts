import { expect, test } from 'vitest'
import { viewOf } from '../../renderers/chart/view'
import type { AnySpec } from '../../renderers/chart/layout'
import { themeConfig } from '../../renderers/chart/theme-config'
import type { PlotSpec } from '../../src/report/figures/figure'
import { renderSvg } from '../../src/report/figures/render'
import { densityColors, seriesColors } from '../../src/report/figures/palette'
import { contrast } from '../report/figures/contrast'
import { sampleSpecs } from '../report/figures/sample-specs'
import { drawnIn, tooFaint } from './drawn-colours'
import { themes } from './themes'

const figures = Object.entries(sampleSpecs)

/** What is too faint in each figure. */
async function faintIn(
  ground: string,
  svgOf: (spec: PlotSpec) => Promise<string>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const [name, spec] of figures) {
    const drawn = drawnIn(await svgOf(spec))
    expect(drawn.some(({ isText }) => isText) && drawn.some(({ isText }) => !isText), name).toBe(true)
    const faint = tooFaint(drawn, ground)
    if (faint.length > 0) found[name] = faint
  }
  return found
}

test.each(Object.entries(themes))(
  'in %s lines of every figure stand out 3:1 and texts 4.5:1',
  async (_, { ground, ...theme }) => {
    const look = themeConfig({ ...theme, font: 'sans-serif' })
    const faint = await faintIn(ground, async (spec) => {
      const view = viewOf(spec as unknown as AnySpec, 'vega-lite', look, { renderer: 'none' })
      return view.toSVG().finally(() => void view.finalize())
    })
    expect(faint).toEqual({})
  },
)

test('in files, which are white, lines of every figure stand out 3:1 and texts 4.5:1', async () => {
  expect(await faintIn('#ffffff', renderSvg)).toEqual({})
})

test('error bars, points, axes, legends and titles are among what is looked at', async () => {
  const drawn = drawnIn(await renderSvg(sampleSpecs['accuracy of tickets and controls']!))
  expect([...new Set(drawn.map(({ what }) => what))]).toEqual(
    expect.arrayContaining([
      ...['mark-rule role-mark', 'mark-rect role-mark', 'mark-line role-mark', 'mark-symbol role-mark'],
      ...['mark-rule role-axis-domain', 'mark-rule role-axis-tick', 'mark-text role-axis-label'],
      ...['mark-text role-axis-title', 'mark-symbol role-legend-symbol', 'mark-text role-legend-label'],
      ...['mark-text role-title-text', 'mark-text role-title-subtitle'],
    ]),
  )
  const faint = drawn.map((one) => ({ ...one, opacity: one.opacity * 0.5 }))
  expect(tooFaint(faint, '#ffffff').join()).toMatch(/mark-rule role-mark/)
})

/** The grounds of the other themes that VS Code has. */
const others = {
  ...{
    Abyss: '#000c18',
    'Kimbie Dark': '#221a0f',
    Monokai: '#272822',
    'Quiet Light': '#f5f5f5',
    Red: '#390000',
  },
  ...{ 'Solarized Dark': '#002b36', 'Solarized Light': '#fdf6e3', 'Tomorrow Night Blue': '#002451' },
}

test.each(Object.entries(others))('colours of series stand out 3:1 in %s', (_, ground) => {
  for (const colour of [...seriesColors, ...densityColors(9)])
    expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3)
})
