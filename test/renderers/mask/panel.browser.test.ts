import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FromMaskPanel, SentPicture } from '../../../renderers/mask/messages'
import { layerOverlaps } from '../../../src/extension/mask/comparison'
import { diedAt } from '../../../src/extension/mask/died'
import { countMagnitudes } from '../../../src/extension/mask/pruning'
import { packBits } from '../../../src/support/bits'
import { until } from '../chart-page'
import { nestedMasks, someWeights } from './masks'
import { openMaskPage, type MaskPage } from './mask-page'
import { pageThemes } from './page-themes'

const convolution = { shape: [3, 3, 3, 16], image: { height: 32, width: 32, channels: 3 } }
const levels = [1, 2, 3, 4, 5]
const masks = nestedMasks(3 * 3 * 3 * 16, levels.length)
const pictureWithoutImage: SentPicture = {
  serial: 1,
  ...{ experiment: 'IMP conv2', parameter: 'conv1/weights', shape: convolution.shape },
  ...{ level: 3, density: 0.512, replicate: 0, replicates: 2, available: [0, 1] },
  layers: [
    { parameter: 'conv1/weights', kept: 221, total: 432, isThere: true },
    { parameter: 'conv2/weights', total: 2304, isThere: false },
    { parameter: 'output/weights', kept: 80, total: 160, isThere: true },
  ],
  ...{ previousLevel: 2, nextLevel: 4, bits: packBits(masks[2]!) },
}
const picture: SentPicture = {
  ...pictureWithoutImage,
  image: { ...convolution.image, windows: { window: [3, 3], stride: 1, padding: 'same' } },
}

let panel: MaskPage
beforeAll(async () => {
  panel = await openMaskPage()
})
afterAll(() => panel.close())
beforeEach(async () => {
  await panel.page.evaluate('sessionStorage.clear()')
  await panel.reload()
  await panel.theme(pageThemes['Dark Modern']!)
  await panel.tell({ type: 'show', picture })
  await until(panel.page, "document.body.dataset.view === 'matrix'")
})

const run = <Result>(expression: string): Promise<Result> => panel.page.evaluate<Result>(expression)
const textOf = (id: string): Promise<string> => run(`document.getElementById('${id}').textContent.trim()`)
const labelOf = (id: string): Promise<string> =>
  run(`document.getElementById('${id}').getAttribute('aria-label')`)
const press = (...keys: readonly string[]): Promise<void> =>
  keys.reduce((before, key) => before.then(() => panel.page.keyboard.press(key)), Promise.resolve())
const open = (name: string): Promise<void> => panel.page.getByRole('tab', { name, exact: true }).click()
const asked = async (): Promise<readonly FromMaskPanel[]> =>
  (await panel.posted()).filter(({ type }) => type === 'ask')

/** How many different colours there are on a canvas, without what lets the ground through. */
const coloursOn = (id: string): Promise<readonly string[]> =>
  run(`(() => {
    const canvas = document.getElementById('${id}')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const found = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found.add([...data.slice(at, at + 3)].join())
    return [...found]
  })()`)

const picturesIn = process.env['TICKETLAB_TEST_PICTURES']
const look = async (name: string): Promise<void> => {
  if (picturesIn) await panel.page.screenshot({ path: `${picturesIn}/${name}.png` })
}

test('tabs are gone through by arrow keys, and only those are there that the layer has', async () => {
  const selected = (): Promise<string> =>
    run("document.querySelector('[role=tab][aria-selected=true]').textContent")
  await panel.page.getByRole('tab', { name: 'Matrix' }).focus()
  const seen: string[] = []
  for (let count = 0; count < 6; count++) {
    await press('ArrowRight')
    seen.push(await selected())
  }
  expect(seen).toEqual(['Filters', 'Image map', 'When it died', 'Weights', 'Units', 'Matrix'])
  await press('End')
  expect(await selected()).toBe('Units')
  expect(await run('document.activeElement.id')).toBe('tab-units')
  const dense: SentPicture = { ...pictureWithoutImage, serial: 2, shape: [27, 16] }
  await panel.tell({ type: 'show', picture: dense })
  const tabs =
    "[...document.querySelectorAll('[role=tab]')].filter((tab) => !tab.hidden).map((tab) => tab.textContent)"
  await until(panel.page, `${tabs}.length === 4`)
  expect(await run(tabs)).toEqual(['Matrix', 'When it died', 'Weights', 'Units'])
})

test('another layer is chosen from a list, or by keys that pass by those without a mask', async () => {
  const { page } = panel
  const selected = async (): Promise<readonly FromMaskPanel[]> =>
    (await panel.posted()).filter(({ type }) => type === 'select')
  const list = page.getByLabel('Layer', { exact: true })
  expect(await list.locator('option').allTextContents()).toEqual([
    'conv1/weights, 51.2% kept',
    'conv2/weights, not pruned yet',
    'output/weights, 50.0% kept',
  ])
  expect(await list.locator('option:disabled').allTextContents()).toEqual(['conv2/weights, not pruned yet'])
  const output = { type: 'select', parameter: 'output/weights', level: 3, replicate: 0 }
  await list.selectOption('output/weights')
  expect(await selected()).toEqual([output])
  await page.locator('#mask').focus()
  await press('+', '}', '{')
  // There is none before the first.
  expect(await selected()).toEqual([output, output])
  const there = picture.layers.filter(({ isThere }) => isThere)
  const dense: SentPicture = {
    ...{ ...pictureWithoutImage, serial: 2, parameter: 'output/weights', shape: [16, 10], layers: there },
    bits: packBits(nestedMasks(160, 3)[2]!),
  }
  await panel.tell({ type: 'show', picture: dense })
  await until(page, "document.getElementById('parameter').textContent === 'output/weights'")
  expect(await list.inputValue()).toBe('output/weights')
  // What was in sight of the other layer is not kept for this one.
  expect(await run('JSON.parse(sessionStorage.state).transform')).toBeUndefined()
  await press('}', '{')
  expect((await selected()).at(-1)).toEqual({ ...output, parameter: 'conv1/weights' })
  expect(await selected()).toHaveLength(3)
  await look('layers dark')
})

test('filters are tiles, in which arrow keys step over the gaps', async () => {
  await open('Filters')
  await panel.page.locator('#mask').focus()
  await press('ArrowRight', 'ArrowRight', 'ArrowRight')
  expect(await textOf('readout')).toMatch(/^Filter 0, channel 0, row 0, column 2: (kept|pruned)$/)
  await press('ArrowRight')
  expect(await textOf('readout')).toMatch(/^Filter 0, channel 1, row 0, column 0: (kept|pruned)$/)
  await press('ArrowDown', 'ArrowDown', 'ArrowDown')
  expect(await textOf('readout')).toMatch(/^Filter 1, channel 1, row 0, column 0: (kept|pruned)$/)
  await look('filters dark')
  await panel.page.getByLabel('Order').selectOption('By what is left')
  await press('Home')
  await look('filters sorted dark')
  const perFilter = Array.from({ length: 16 }, (_, filter) =>
    masks[2]!.reduce((sum, bit, at) => sum + (at % 16 === filter ? bit : 0), 0),
  )
  await panel.page.locator('#mask').focus()
  await press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp')
  const first = Number(/Filter (\d+),/.exec(await textOf('readout'))![1])
  expect(perFilter[first]).toBe(Math.max(...perFilter))
})

test('the image map says what it counts, and a pixel tells its count', async () => {
  await open('Image map')
  expect(await textOf('note')).toContain('all 3 channels together')
  await panel.page.locator('#mask').focus()
  await press('ArrowRight')
  expect(await textOf('readout')).toMatch(/^Pixel row 0, column 0: \d+ of 192 weights kept$/)
  await look('map dark')
})

test('the heat map is asked for once, its slider and its keys go through the levels, and it plays when told', async () => {
  expect(await asked()).toEqual([])
  await open('When it died')
  await open('Units')
  await open('When it died')
  expect(await asked()).toEqual([{ type: 'ask', detail: 'died', serial: 1 }])
  // What comes late, about a picture that is gone, is of no use.
  await panel.tell({ type: 'died', serial: 7, map: diedAt([1], masks.slice(0, 1)) })
  await panel.tell({ type: 'died', serial: 1, map: diedAt(levels, masks) })
  await until(panel.page, "document.getElementById('until').max === '4'")
  const left = (level: number): number => masks[level - 1]!.reduce((sum, bit) => sum + bit, 0)
  const words = (level: number): string =>
    `Level ${level}: ${level === 1 ? 432 - left(1) : left(level - 1) - left(level)} died, ${left(level)} of 432 left`
  expect(await textOf('until-text')).toBe(words(3))
  expect(await coloursOn('mask')).toHaveLength(4)
  await look('died dark')
  await panel.page.locator('#until').focus()
  await press('ArrowRight', 'ArrowRight')
  expect(await textOf('until-text')).toBe(words(5))
  expect(await run("document.getElementById('until').getAttribute('aria-valuetext')")).toBe(words(5))
  expect(await coloursOn('mask')).toHaveLength(6)
  await press('Home')
  expect(await textOf('until-text')).toBe(words(1))
  // Nothing moves by itself.
  await panel.page.waitForTimeout(1200)
  expect(await textOf('until-text')).toBe(words(1))
  await panel.page.locator('#play').focus()
  await press('Enter')
  expect(await textOf('play')).toContain('Pause')
  await until(panel.page, `document.getElementById('until-text').textContent === '${words(5)}'`)
  await until(panel.page, "document.getElementById('play').textContent.includes('Play')")
  await panel.page.locator('#mask').focus()
  await press('ArrowRight')
  expect(await textOf('readout')).toMatch(
    /^Filter 0, channel 0, row 0, column 0: (died at level \d|left at level 5)$/,
  )
})

test('magnitudes of what stayed and went are bars, and the same as a table', async () => {
  await open('Weights')
  const weights = someWeights(432)
  const counts = countMagnitudes(weights, masks[1], masks[2]!)
  await panel.tell({ type: 'weights', serial: 1, weights: { note: 'Of the training before.', counts } })
  await until(panel.page, "document.getElementById('note').textContent === 'Of the training before.'")
  const rows = await run<string[][]>(
    "[...document.querySelectorAll('#bins tr')].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))",
  )
  const sum = (column: number): number => rows.reduce((before, row) => before + Number(row[column]), 0)
  const ones = (mask: Uint8Array): number => mask.reduce((before, bit) => before + bit, 0)
  expect([sum(1), sum(2)]).toEqual([ones(masks[2]!), ones(masks[1]!) - ones(masks[2]!)])
  await panel.page.locator('#bars-1').focus()
  await press('ArrowRight', 'End')
  expect(await textOf('readout')).toMatch(/^Magnitude .* to .*: \d+ stayed, \d+ went$/)
  expect(await labelOf('bars-1')).toMatch(/stayed, \d+ went/)
  await look('weights dark')
})

test('units tell how many weights they keep, as they are or sorted', async () => {
  await open('Units')
  await panel.page.locator('#bars-1').focus()
  await press('ArrowRight', 'ArrowRight')
  expect(await textOf('readout')).toMatch(/^Filter 1: \d+ of 27 weights kept$/)
  expect(await textOf('bars-2-title')).toMatch(/^3 input channels: /)
  await look('units dark')
  await panel.page.getByLabel('Order').selectOption('By what is left')
  await panel.page.locator('#bars-1').focus()
  await press('Home')
  const most = Number(/: (\d+) of/.exec(await textOf('readout'))![1])
  await press('End')
  expect(Number(/: (\d+) of/.exec(await textOf('readout'))![1])).toBeLessThanOrEqual(most)
  await look('units sorted dark')
})

test('two masks lie over each other or side by side, with what chance would give of every layer', async () => {
  const mine = { 'conv1/weights': { shape: convolution.shape, data: masks[2]! } }
  const theirs = { 'conv1/weights': { shape: convolution.shape, data: nestedMasks(432, 3, 7)[2]! } }
  const other = { name: 'level 3, replicate 2', bits: packBits(theirs['conv1/weights'].data) }
  await panel.tell({
    type: 'show',
    picture: { ...picture, serial: 3, other: { ...other, layers: layerOverlaps(mine, theirs) } },
  })
  await until(panel.page, "document.body.dataset.compared === 'true'")
  await open('Filters')
  // The four classes and the strokes of two of them.
  expect((await coloursOn('mask')).length).toBeGreaterThanOrEqual(4)
  expect(await run("[...document.querySelectorAll('#layers tr')].at(1).cells[0].textContent")).toBe('conv1')
  await look('compared dark')
  await panel.page.getByRole('button', { name: 'Side by side' }).click()
  expect(await run("document.getElementById('beside').getAttribute('aria-pressed')")).toBe('true')
  expect(await coloursOn('mask')).toHaveLength(2)
  expect(await coloursOn('mask-other')).toHaveLength(2)
  await look('beside dark')
})

test('what was chosen is there again after the panel was hidden', async () => {
  await open('Filters')
  await panel.page.getByLabel('Order').selectOption('By what is left')
  await panel.reload()
  await panel.theme(pageThemes['Dark Modern']!)
  await panel.tell({ type: 'show', picture })
  await until(panel.page, "document.body.dataset.view === 'filters'")
  expect(await panel.page.getByLabel('Order').inputValue()).toBe('kept')
})

test.each(Object.entries(pageThemes))('pictures follow the theme: %s', async (name, theme) => {
  await open('When it died')
  await panel.tell({ type: 'died', serial: 1, map: diedAt(levels, masks) })
  await until(panel.page, "document.getElementById('until').max === '4'")
  const before = await coloursOn('mask')
  await panel.theme(pageThemes[name === 'Light Modern' ? 'Dark Modern' : 'Light Modern']!)
  await panel.theme(theme)
  await panel.page.waitForTimeout(50)
  const after = await coloursOn('mask')
  expect(after).toHaveLength(before.length)
  if (name !== 'Dark Modern') expect(after).not.toEqual(before)
  await look(`died ${name}`)
  await open('Filters')
  await look(`filters ${name}`)
  await open('Units')
  await look(`units ${name}`)
})
