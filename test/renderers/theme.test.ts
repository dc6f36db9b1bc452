import { expect, test } from 'vitest'
import { fitted, layoutOf } from '../../renderers/chart/layout'
import { themeConfig, themeKind } from '../../renderers/chart/theme-config'
import { accuracyPlot, earlyStopPlot, livePlot } from '../../src/report/figures/plot'
import { sampleSeries } from '../report/figures/sample'
import { sampleWatched, watchedNow } from '../report/figures/sample-watched'

test.each([
  ['vscode-light', 'light'],
  ['vscode-dark notebook', 'dark'],
  ['vscode-high-contrast', 'high-contrast-dark'],
  // VS Code gives a light high-contrast theme both classes.
  ['vscode-high-contrast vscode-high-contrast-light', 'high-contrast-light'],
  ['', 'light'],
])('a page of class %j has a theme that is %s', (classes, kind) => {
  expect(themeKind(classes)).toBe(kind)
})

test('text takes the colour of the editor, on no ground of its own', () => {
  const config = themeConfig({ kind: 'dark', font: 'Fira', foreground: '#ccc', muted: '#999' })
  expect(config).toMatchObject({
    background: 'transparent',
    font: 'Fira',
    axis: { labelColor: '#ccc', titleColor: '#ccc', gridColor: '#999' },
    legend: { labelColor: '#ccc' },
    title: { color: '#ccc', subtitleColor: '#999' },
  })
})

test('nothing is dimmed in high contrast', () => {
  const config = themeConfig({ kind: 'high-contrast-dark', font: 'Fira', foreground: '#fff', muted: '#999' })
  expect(JSON.stringify(config)).not.toContain('#999')
})

test('panels stand side by side where there is room, else one below the other', () => {
  const spec = accuracyPlot([sampleSeries()]).spec as unknown as Record<string, unknown>
  expect(layoutOf(spec)).toMatchObject({ name: 'accuracy', panels: 2 })
  expect(fitted(spec, 1000)).toMatchObject({ columns: 2 })
  expect(fitted(spec, 400)).toMatchObject({ columns: 1 })
  for (const room of [340, 400, 700, 900]) {
    const { columns, concat } = fitted(spec, room) as { columns: number; concat: { width: number }[] }
    expect(columns * concat[0]!.width, `in ${room}`).toBeLessThan(room)
  }
})

test('a single panel is as wide as the page, up to what can be read', () => {
  const spec = earlyStopPlot([sampleSeries()]).spec as unknown as Record<string, unknown>
  expect(fitted(spec, 500)).toMatchObject({ width: 500 })
  expect((fitted(spec, 3000) as { width: number }).width).toBeLessThan(800)
})

test('a panel below others is as wide as they are together', () => {
  const watched = watchedNow(sampleWatched())
  const spec = livePlot([sampleSeries()], { title: 'IMP', watched }).spec as unknown as Record<
    string,
    unknown
  >
  for (const [room, columns] of [
    [400, 1],
    [900, 2],
    [2000, 2],
  ] as const) {
    const { vconcat } = fitted(spec, room) as unknown as {
      vconcat: [{ columns: number; concat: { width: number }[] }, { width: number }]
    }
    const [beside, below] = vconcat
    const width = beside.concat[0]!.width
    expect(beside.columns).toBe(columns)
    expect(below.width, `in ${room}`).toBeGreaterThanOrEqual(columns * width)
    expect(below.width, `in ${room}`).toBeLessThan(room - 60)
  }
})

test('a spec of others stays as it is', () => {
  const spec = { mark: 'point', width: 123 }
  expect(fitted(spec, 900)).toBe(spec)
})
