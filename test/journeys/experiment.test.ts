import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Frame } from 'playwright-core'
import { drawnIn, tooFaint } from '../renderers/drawn-colours'
import { themes } from '../renderers/themes'
import { shortQuickstart } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// The outputs of all cells are in view at this height, and VS Code draws only what is in view.
const size = { width: 1400, height: 3400 }
// Three grow while their experiments train, three are made by the cells.
const figures = 6
const marks = '.ticketlab-chart svg :is(.mark-line, .mark-symbol) path'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ ...size, files: { 'tickets.ipynb': await shortQuickstart() } })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('the quickstart runs, while the status bar and the tree tell how far it is', async () => {
  await workbench.openNotebook('tickets.ipynb')
  const rows = await workbench.experiments()
  await workbench.command('Notebook: Run All')
  await expect.poll(() => workbench.status.allInnerTexts()).toContainEqual(expect.stringMatching(/\d+%/))
  await expect.poll(() => rows.allInnerTexts()).toContainEqual(expect.stringContaining('IMP lenet-mnist'))
  const below = workbench.cells.first().locator('.cell-status-left .cell-status-item')
  await expect
    .poll(() => below.allInnerTexts())
    .toContainEqual(expect.stringMatching(/\d+%.*(left|estimating)/))
  await workbench.page.setViewportSize({ width: 1400, height: 900 })
  await workbench.screenshot('experiment-running')
  await workbench.page.setViewportSize(size)
  const done = workbench.cells.locator('.codicon-notebook-state-success')
  await expect.poll(() => done.count()).toBe(await workbench.cells.count())
})

test('a cell that is run again says that all came from the store', async () => {
  const first = workbench.cells.first()
  await workbench.runCell(0)
  await first.locator('.codicon-notebook-state-success').waitFor()
  const below = first.locator('.cell-status-left .cell-status-item')
  await expect.poll(() => below.allInnerTexts()).toContainEqual(expect.stringContaining('from the store'))
  await workbench.screenshot('from the store')
})

test('every figure is drawn', async () => {
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await expect.poll(() => outputs.locator('.ticketlab-chart svg').count()).toBe(figures)
  expect(await outputs.locator(marks).count()).toBeGreaterThan(20)
  await workbench.screenshot('figures')
})

test('a point tells its numbers under the mouse', async () => {
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await outputs.locator('.ticketlab-chart svg .mark-symbol path').first().hover({ force: true })
  const tooltip = outputs.locator('#vg-tooltip-element.visible')
  await tooltip.waitFor()
  expect(await tooltip.innerText()).toMatch(/Weights remaining \(%\)/)
})

test('figures follow the theme, and stand out from its ground', async () => {
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  const title = outputs.locator('.ticketlab-chart svg .role-axis-title text').first()
  // Without what is shown before, the first picture would be that of the theme that is left.
  let shown = await title.getAttribute('fill')
  for (const theme of ['Dark Modern', 'Dark High Contrast', 'Light Modern', 'Light High Contrast']) {
    await workbench.command('Preferences: Color Theme')
    await workbench.page.locator('.quick-input-box input').fill(theme)
    await workbench.page.keyboard.press('Enter')
    await expect.poll(() => title.getAttribute('fill')).not.toBe(shown)
    shown = await title.getAttribute('fill')
    const { ground, foreground, muted } = themes[theme]!
    await expect.poll(() => coloursOfPage(outputs)).toEqual({ ground, foreground, muted })
    const drawings = outputs.locator('.ticketlab-chart-drawing:not(.staged)')
    await expect.poll(() => drawings.locator('svg').count()).toBe(figures)
    for (const drawing of await drawings.all())
      expect(tooFaint(drawnIn(await drawing.innerHTML()), ground), theme).toEqual([])
    await workbench.screenshot(`theme ${theme}`)
  }
})

/** What the theme gives to the page of the outputs. */
function coloursOfPage(page: Frame): Promise<unknown> {
  return page.evaluate(`(() => {
    const style = getComputedStyle(document.body)
    const colour = (name) => style.getPropertyValue('--vscode-' + name).trim().toLowerCase()
    return {
      ground: colour('editor-background'),
      foreground: colour('editor-foreground'),
      muted: colour('descriptionForeground'),
    }
  })()`)
}

test('a click on a layer opens its mask with exact counts', async () => {
  const { page } = workbench
  const rows = await workbench.experiments()
  for (const name of [/IMP lenet-mnist/, /Level 2/]) {
    const row = rows.filter({ hasText: name }).first()
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click()
  }
  await rows.filter({ hasText: 'dense1/weights' }).first().click()
  const panel = await workbench.frameWith('#replicate')
  // Two levels of 20%: 235,200 to 188,160 to 150,528.
  await panel.getByText('150,528').first().waitFor()
  await panel.getByText('Weights kept per pixel').waitFor()
  await page.setViewportSize({ width: 1400, height: 900 })
  await workbench.screenshot('mask')
  // Level 2 is nested in level 1: what it has lost is kept only there.
  await panel.getByRole('button', { name: 'Compare…' }).click()
  await workbench.choose('level 1')
  await panel.getByText('Intersection over union').waitFor()
  await panel.getByText('150,528 (64.0%)').last().waitFor()
  await panel.getByText('37,632').waitFor()
  await workbench.screenshot('mask compared')
  await panel.getByRole('button', { name: 'Show the mask alone' }).click()
  await panel.getByText('Intersection over union').waitFor({ state: 'hidden' })
  await page.setViewportSize(size)
})

test('a notebook that is opened again shows what was saved', async () => {
  await workbench.openNotebook('tickets.ipynb')
  await workbench.command('File: Save')
  await workbench.command('View: Close All Editors')
  await workbench.reload()
  await workbench.openNotebook('tickets.ipynb')
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await expect.poll(() => outputs.locator('.ticketlab-chart svg').count()).toBe(figures)
  await workbench.screenshot('reopened')
})
