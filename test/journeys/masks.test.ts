import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Frame } from 'playwright-core'
import { stripedImages, writeTree } from '../datasets/images/files'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const cell = `const setup = lab.setup({
  name: 'stripes',
  network: lab.network({
    input: [12, 12, 3],
    layers: [{ kind: 'convolution', filters: 8 }, { kind: 'max-pool' }, { kind: 'dense', units: 2 }],
  }),
  dataset: await lab.dataset('stripes', { testFraction: 0.25 }),
  ...{ steps: 30, evaluateEvery: 10, batchSize: 20, replicates: 2, backend: 'wasm' },
  rates: { convolution: 0.5, output: 0.5 },
})
const tickets = await lab.imp(setup, { levels: 3 })`

let workbench: Workbench
let panel: Frame
beforeAll(async () => {
  workbench = await openWorkbench({ files: { 'masks.ipynb': notebookOf(cell) } })
  await writeTree(join(workbench.folder, 'stripes'), stripedImages())
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

const says = (id: string): Promise<string> => panel.locator(`#${id}`).innerText()
const open = (name: string): Promise<void> => panel.getByRole('tab', { name, exact: true }).click()

test('the first layer of a small network with convolutions is opened from the tree', async () => {
  await workbench.openNotebook('masks.ipynb')
  await workbench.command('Notebook: Run All')
  await workbench.cells.locator('.codicon-notebook-state-success').waitFor()
  const rows = await workbench.experiments()
  for (const name of [/^IMP stripes/, /^Level 2/]) {
    const row = rows.filter({ hasText: name }).first()
    await row.waitFor()
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click()
  }
  await rows.filter({ hasText: 'conv1/weights' }).first().click()
  panel = await workbench.frameWith('#replicate')
  // 3 x 3 x 3 x 8, halved twice.
  await panel.getByText('54 (25.0%)').waitFor()
  await panel.getByText('Weights kept per pixel').waitFor()
})

test('its filters are tiles, and the image map is that of the network, not of MNIST', async () => {
  await open('Filters')
  await panel.locator('#mask').focus()
  await workbench.page.keyboard.press('ArrowRight')
  await expect.poll(() => says('readout')).toMatch(/^Filter 0, channel 0, row 0, column 0: /)
  await workbench.screenshot('mask filters')
  await open('Image map')
  expect(await panel.locator('#mask').getAttribute('aria-label')).toContain('12 rows of 12 pixels')
  expect(await says('note')).toContain('all 3 channels together')
  await workbench.screenshot('mask image map')
})

test('when weights died comes from the masks of all levels, and plays', async () => {
  await open('When it died')
  await expect.poll(() => says('until-text')).toBe('Level 2: 54 died, 54 of 216 left')
  await panel.locator('#until').focus()
  await workbench.page.keyboard.press('End')
  await expect.poll(() => says('until-text')).toBe('Level 3: 27 died, 27 of 216 left')
  await workbench.screenshot('mask died')
  await panel.getByRole('button', { name: 'Play' }).click()
  await expect.poll(() => says('until-text')).toBe('Level 1: 108 died, 108 of 216 left')
  await expect.poll(() => says('until-text')).toBe('Level 3: 27 died, 27 of 216 left')
})

test('of the trained weights, the smallest went', async () => {
  await open('Weights')
  await expect.poll(() => says('note')).toContain('the smallest went')
  await panel.getByText('As a table').click()
  const rows = await panel.locator('#bins tr').allInnerTexts()
  const counts = rows.slice(1).map((row) => row.split('\t').slice(1).map(Number) as [number, number])
  const total = (of: 0 | 1): number => counts.reduce((sum, row) => sum + row[of], 0)
  expect([total(0), total(1)]).toEqual([54, 54])
  const firstStayed = counts.findIndex(([stayed]) => stayed > 0)
  const lastWent = counts.findLastIndex(([, went]) => went > 0)
  expect(lastWent).toBeLessThanOrEqual(firstStayed)
  await workbench.screenshot('mask weights')
})

test('units, and another mask side by side with its overlap in every layer', async () => {
  await open('Units')
  expect(await says('bars-1-title')).toMatch(/^8 filters: /)
  expect(await says('bars-2-title')).toMatch(/^3 input channels: /)
  await workbench.screenshot('mask units')
  await open('Filters')
  await panel.getByRole('button', { name: 'Compare…' }).click()
  await workbench.choose('level 2, 25.0% remaining, replicate 2')
  await panel.getByText('Intersection over union').waitFor()
  await expect.poll(() => panel.locator('#layers tr').count()).toBe(3)
  await workbench.screenshot('mask overlaid')
  await panel.getByRole('button', { name: 'Side by side' }).click()
  await panel.locator('#mask-other').waitFor()
  await workbench.screenshot('mask side by side')
})

test('another layer of the same mask is a choice in the panel, and back by a key', async () => {
  const list = panel.getByLabel('Layer', { exact: true })
  expect((await list.locator('option').allTextContents())[0]).toBe('conv1/weights, 25.0% kept')
  await list.selectOption({ index: 1 })
  await expect.poll(() => says('parameter')).toBe('output/weights')
  await expect.poll(() => says('level')).toBe('Level 2')
  await workbench.page.getByRole('tab', { name: /output\/weights · level 2/ }).waitFor()
  // The comparison came along.
  await panel.getByText('Intersection over union').waitFor()
  await workbench.screenshot('mask other layer')
  await list.focus()
  await workbench.page.keyboard.press('{')
  await expect.poll(() => says('parameter')).toBe('conv1/weights')
})

test('a hidden panel comes back with its view, level and mask beside it', async () => {
  await panel.locator('#next').click()
  await expect.poll(() => says('level')).toBe('Level 3')
  await workbench.openNotebook('masks.ipynb')
  await workbench.page.getByRole('tab', { name: /conv1\/weights/ }).click()
  panel = await workbench.frameWith('#replicate')
  await expect.poll(() => panel.locator('#level').innerText()).toBe('Level 3')
  expect(await panel.locator('body').getAttribute('data-view')).toBe('filters')
  await panel.locator('#mask-other').waitFor()
})
