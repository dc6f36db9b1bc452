import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FromChart } from '../../renderers/chart/messages'
import { accuracyPlot, livePlot } from '../../src/report/figures/plot'
import { contrast } from '../report/figures/contrast'
import { sampleComparison, sampleDensity, sampleSeries } from '../report/figures/sample'
import { sampleWatched, watchedNow } from '../report/figures/sample-watched'
import type { ChartPage } from './chart-page'
import { openChartPage, until } from './chart-page'

let chart: ChartPage
beforeAll(async () => {
  chart = await openChartPage()
})
afterAll(() => chart.close())
beforeEach(async () => {
  await run('discard()')
  await run("document.body.className = 'vscode-light'; output.style.width = '900px'; posted.length = 0; 0")
})

/** Evaluates an expression in the page. */
const run = <Result = unknown>(expression: string): Promise<Result> => chart.page.evaluate<Result>(expression)

const show = (spec: unknown, id = 'one'): Promise<void> =>
  run(`show(${JSON.stringify(JSON.stringify(spec))}, ${JSON.stringify(id)})`)

const texts = (): Promise<string[]> =>
  run(
    "[...output.querySelectorAll('.ticketlab-chart-drawing:not(.staged) svg :is(text, tspan)')].map((t) => t.textContent)",
  )

const points = (): Promise<number> =>
  run("output.querySelectorAll('svg .mark-symbol.role-mark path[aria-roledescription=point]').length")

const densities = [0, 1, 2, 3, 4].map(sampleDensity)
const live = (finished: number): unknown =>
  livePlot([sampleSeries({ levels: 4, replicates: 1, finished })], {
    title: 'IMP lenet-mnist',
    progress: `${finished} of 5 levels`,
    densities,
  }).spec

test('draws a figure where eval is forbidden, and asks for nothing from elsewhere', async () => {
  await show(accuracyPlot(sampleComparison()).spec)
  expect(await texts()).toEqual(
    expect.arrayContaining([
      'Test accuracy of lenet-mnist',
      'At the end of training',
      'random reinit',
      '51.3',
    ]),
  )
  expect(await points()).toBe(2 * 3 * 9)
  expect(await run('violations')).toEqual([])
  expect(chart.foreignRequests).toEqual([])
})

test('updates in place: one figure at a time, never none, and no jump in height', async () => {
  await show(live(1))
  await run(`{
    window.seen = []
    window.watching = new MutationObserver(() => seen.push([
      output.querySelectorAll('.ticketlab-chart-drawing:not(.staged) svg').length, output.offsetHeight]))
    watching.observe(output, { childList: true, subtree: true })
  }`)
  for (const finished of [2, 3, 4, 5]) await show(live(finished))
  const seen = await run<[number, number][]>('watching.disconnect() ?? seen')
  expect(await texts()).toContain('5 of 5 levels')
  expect(await points()).toBe(2 * 5)
  expect(seen.length).toBeGreaterThan(0)
  expect(new Set(seen.map(([figures]) => figures))).toEqual(new Set([1]))
  const heights = seen.map(([, height]) => height)
  expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(8)
})

test('shows the last of many updates that come at once', async () => {
  const all = [1, 2, 3, 4, 5].map((finished) => JSON.stringify(JSON.stringify(live(finished))))
  await run(`Promise.all([${all.map((text) => `show(${text})`).join(',')}])`)
  expect(await texts()).toContain('5 of 5 levels')
  expect(await run("output.querySelectorAll('svg').length")).toBe(1)
})

test.each([
  ['vscode-light', '#3b3b3b'],
  ['vscode-dark', '#cccccc'],
  ['vscode-high-contrast', '#ffffff'],
])('follows the theme as it changes: %s', async (kind, foreground) => {
  await show(live(5))
  await run(`document.documentElement.style.setProperty('--vscode-editor-foreground', '${foreground}');
    document.body.className = '${kind}'; 0`)
  await until(
    chart.page,
    `[...output.querySelectorAll('.ticketlab-chart-drawing:not(.staged) .role-axis-title text')]
      .some((text) => text.getAttribute('fill') === '${foreground}')`,
  )
  expect(await points()).toBe(2 * 5)
})

test.each([
  ['vscode-light', '#ffffff'],
  ['vscode-dark', '#1f1f1f'],
])('draws what trains below the results, in colours that can be seen on %s', async (kind, ground) => {
  const watched = watchedNow(sampleWatched(), sampleWatched({ replicate: 2 }))
  const { spec } = livePlot([sampleSeries({ finished: 0 })], { title: 'IMP lenet-mnist', densities, watched })
  await run(`document.body.className = '${kind}'; 0`)
  await show(spec)
  expect(await texts()).toEqual(
    expect.arrayContaining(['2 trainings now: full network (level 0)', 'replicate 2', 'validation']),
  )
  const colours = await run<string[]>(
    "[...output.querySelectorAll('svg .mark-line.role-mark path')].map((line) => line.getAttribute('stroke'))",
  )
  expect(colours).toHaveLength(4)
  for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3)
  const [width, room] = await run<[number, number]>(
    "[output.querySelector('svg').getBoundingClientRect().width, output.offsetWidth]",
  )
  expect(width).toBeLessThanOrEqual(room)
})

test('leaves the colours that a spec chooses for itself', async () => {
  const spec = { ...(live(5) as object), config: { axis: { titleColor: 'rebeccapurple' } } }
  await run("document.body.className = 'vscode-dark'; 0")
  await show(spec)
  expect(await run("output.querySelector('.role-axis-title text').getAttribute('fill')")).toBe(
    'rebeccapurple',
  )
})

test('stands its panels one below the other where there is no room beside', async () => {
  await show(live(5))
  const wide = await run<number>("output.querySelector('svg').getBoundingClientRect().height")
  await run("output.style.width = '400px'; 0")
  await until(
    chart.page,
    `output.querySelector('.ticketlab-chart-drawing:not(.staged) svg').getBoundingClientRect().height > ${wide * 1.5}`,
  )
  expect(await run<number>("output.querySelector('svg').getBoundingClientRect().width")).toBeLessThanOrEqual(
    400,
  )
})

test('hover shows the values of a point', async () => {
  await show(accuracyPlot(sampleComparison()).spec)
  const { x, y } = await run<{ x: number; y: number }>(
    `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(
      output.querySelectorAll('path[aria-roledescription="point"]')[8].getBoundingClientRect())`,
  )
  await chart.page.mouse.move(x, y)
  const tooltip = chart.page.locator('#vg-tooltip-element')
  await tooltip.waitFor()
  expect(await tooltip.innerText()).toMatch(
    /tickets\s+Weights remaining \(%\)\s+16\.9\s+Level\s+8\s+Test accuracy[\s\S]*Replicates\s+2/,
  )
  await chart.page.mouse.move(0, 650)
  await tooltip.waitFor({ state: 'hidden' })
  await chart.page.mouse.move(x, y)
  await tooltip.waitFor()
  await run('discard()')
  expect(await tooltip.isVisible()).toBe(false)
})

test('saves as SVG and PNG through the extension, dark on white whatever the theme', async () => {
  await run("document.body.className = 'vscode-dark'; 0")
  await show(accuracyPlot(sampleComparison()).spec)
  for (const format of ['SVG', 'PNG']) {
    await chart.page.locator('#output').hover()
    await chart.page.getByRole('button', { name: `Save as ${format}` }).click()
  }
  await until(chart.page, 'posted.length === 2')
  const [svg, png] = await run<FromChart[]>('posted')
  expect(svg).toMatchObject({ type: 'save', format: 'svg', name: 'accuracy.svg' })
  expect(svg!.data).toMatch(/^<svg [\s\S]*fill="white"[\s\S]*Test accuracy of lenet-mnist/)
  expect(png).toMatchObject({ type: 'save', format: 'png', name: 'accuracy.png' })
  const bytes = Buffer.from(png!.data, 'base64')
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  // Three pixels for each of the figure's, some 800 wide.
  expect(bytes.readUInt32BE(16)).toBeGreaterThan(2000)
})

test('the buttons can be reached with the keyboard', async () => {
  await show(live(5))
  await chart.page.keyboard.press('Tab')
  await until(
    chart.page,
    "getComputedStyle(output.querySelector('.ticketlab-chart-toolbar')).opacity === '1'",
  )
  expect(await run('document.activeElement.textContent')).toBe('Save as SVG')
  await chart.page.keyboard.press('Enter')
  await until(chart.page, 'posted.length === 1')
})

test.each([
  ['a mark that there is not', { mark: 'lnie', data: { values: [{}] } }, /misspelled mark/],
  ['no spec at all', 7, /a number/],
  ['an empty object', {}, /Invalid specification/],
  ['data from elsewhere', { mark: 'point', data: { url: 'https://example.org/data.json' } }, /example\.org/],
])('says in words what is wrong with %s', async (_, spec, message) => {
  await show(spec)
  expect(await run("output.querySelector('[role=alert]').innerText")).toMatch(message)
  expect(chart.foreignRequests).toEqual([])
  await show(live(5))
  expect(await run("output.querySelectorAll('[role=alert]').length")).toBe(0)
  expect(await points()).toBe(2 * 5)
})

test('says so when the output is no JSON', async () => {
  await run("show('{ not json')")
  expect(await run("output.querySelector('[role=alert]').innerText")).toMatch(/JSON/)
})

test.each(['v3+json', 'v4.json', 'v5+json', 'v6+json', 'v6.json'])(
  'draws application/vnd.vegalite.%s',
  async (version) => {
    const schema = `https://vega.github.io/schema/vega-lite/${version.slice(0, 2)}.json`
    const spec = { ...(live(5) as object), $schema: schema }
    await run(`show(${JSON.stringify(JSON.stringify(spec))}, 'one', 'application/vnd.vegalite.${version}')`)
    expect(await points()).toBe(2 * 5)
  },
)

/** A figure of one's own in Vega: bars, an axis, a text, and an input that moves them. */
const vega = {
  ...{ width: 300, height: 200, padding: 5 },
  signals: [{ name: 'scaled', value: 1, bind: { input: 'range', min: 0, max: 2, step: 1 } }],
  data: [
    {
      name: 'rows',
      values: [
        { a: 'x', b: 28 },
        { a: 'y', b: 55 },
      ],
      transform: [{ type: 'formula', as: 'b', expr: 'datum.b * scaled' }],
    },
  ],
  scales: [
    { name: 'x', type: 'band', domain: { data: 'rows', field: 'a' }, range: 'width' },
    { name: 'y', domain: [0, 120], range: 'height' },
  ],
  axes: [{ orient: 'bottom', scale: 'x', title: 'letters' }],
  marks: [
    {
      type: 'rect',
      from: { data: 'rows' },
      encode: {
        update: {
          x: { scale: 'x', field: 'a' },
          width: { scale: 'x', band: 1 },
          y: { scale: 'y', field: 'b' },
          y2: { scale: 'y', value: 0 },
          tooltip: { signal: "{title: datum.a, value: datum.b, image: 'none.png'}" },
        },
        hover: { fill: { value: 'firebrick' } },
      },
    },
    { type: 'text', encode: { enter: { text: { value: 'words' }, x: { value: 20 }, y: { value: 20 } } } },
  ],
}
const showVega = (version = 'v6+json'): Promise<void> =>
  run(`show(${JSON.stringify(JSON.stringify(vega))}, 'one', 'application/vnd.vega.${version}')`)
const bars = (): Promise<number[]> =>
  run("[...output.querySelectorAll('.mark-rect path')].map((bar) => Math.round(bar.getBBox().height))")

test.each(['v3+json', 'v4.json', 'v5+json', 'v5.json', 'v6+json'])(
  'draws application/vnd.vega.%s',
  async (version) => {
    await showVega(version)
    expect(await bars()).toEqual([47, 92])
    expect(await texts()).toEqual(expect.arrayContaining(['letters', 'x', 'words']))
  },
)

test("a figure in Vega takes the editor's colours, tells what is under the mouse, and can be played with", async () => {
  await run("document.body.className = 'vscode-dark'; 0")
  await showVega()
  const foreground = await run("output.querySelector('.role-axis-title text').getAttribute('fill')")
  expect(foreground).not.toBe('#000')
  expect(await run("output.querySelector('.mark-text.role-mark text').getAttribute('fill')")).toBe(foreground)
  await chart.page.locator('#output .mark-rect path').nth(1).hover()
  const tooltip = chart.page.locator('#vg-tooltip-element')
  await tooltip.waitFor()
  // Text, whatever it is named.
  expect(await tooltip.innerText()).toMatch(/y\s+value\s+55\s+image\s+none\.png/)
  expect(await run("output.querySelectorAll('.mark-rect path')[1].getAttribute('fill')")).toBe('firebrick')
  await chart.page.locator('#output input[type=range]').focus()
  await chart.page.keyboard.press('ArrowRight')
  await until(chart.page, "output.querySelectorAll('.mark-rect path')[1].getBBox().height > 150")
  // Drawn again in another theme, it is what it was.
  await run("document.body.className = 'vscode-light'; 0")
  await until(chart.page, "output.querySelectorAll('.mark-rect path')[1].getBBox().height < 100")
  expect(await bars()).toEqual([47, 92])
})

test('a figure can be zoomed and moved', async () => {
  const scatter = {
    ...{ width: 300, height: 200, data: { values: [1, 2, 3, 4, 5].map((a) => ({ a, b: a * a })) } },
    mark: { type: 'point', tooltip: true },
    encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'b', type: 'quantitative' } },
    params: [{ name: 'view', select: 'interval', bind: 'scales' }],
  }
  await show(scatter)
  const labels = (): Promise<string[]> =>
    run("[...output.querySelectorAll('.role-axis-label text')].map((label) => label.textContent)")
  const before = await labels()
  await chart.page.mouse.move(200, 100)
  await chart.page.mouse.wheel(0, -400)
  await expect.poll(labels).not.toEqual(before)
  const zoomed = await labels()
  await chart.page.mouse.down()
  await chart.page.mouse.move(120, 60, { steps: 4 })
  await chart.page.mouse.up()
  await expect.poll(labels).not.toEqual(zoomed)
})

test('gradients, clips, and pictures that a spec contains are drawn', async () => {
  const picture =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  await show({
    data: { values: [{ a: 1 }] },
    layer: [
      {
        mark: {
          type: 'bar',
          clip: true,
          color: {
            gradient: 'linear',
            stops: [
              { offset: 0, color: 'red' },
              { offset: 1, color: 'rgb(0, 0, 255)' },
            ],
          },
        },
        encoding: { x: { field: 'a' } },
      },
      { mark: { type: 'image', url: picture, width: 20, height: 20 } },
    ],
  })
  expect(await run("output.querySelector('.mark-rect path').getAttribute('fill')")).toMatch(
    /^url\(#gradient_\d+\)$/,
  )
  expect(await run("output.querySelector('.mark-rect').getAttribute('clip-path')")).toMatch(
    /^url\(#clip\d+\)$/,
  )
  expect(await run("output.querySelectorAll('linearGradient stop').length")).toBe(2)
  await until(
    chart.page,
    `output.querySelector('image')?.getAttribute('xlink:href') === '${picture}' || output.querySelector('image')?.href.baseVal === '${picture}'`,
  )
})

test('removes one output, or all', async () => {
  await run(
    "output.replaceChildren(); for (const id of ['a', 'b', 'c']) output.append(Object.assign(document.createElement('div'), { id })); 0",
  )
  for (const id of ['a', 'b', 'c']) {
    await run(
      `show(${JSON.stringify(JSON.stringify(live(3)))}, '${id}', undefined, document.getElementById('${id}'))`,
    )
  }
  const left = (): Promise<string[]> =>
    run("['a', 'b', 'c'].filter((id) => document.getElementById(id).querySelector('svg'))")
  expect(await left()).toEqual(['a', 'b', 'c'])
  await run("discard('b')")
  expect(await left()).toEqual(['a', 'c'])
  await run('discard()')
  expect(await left()).toEqual([])
  // Nothing listens any more: a change of theme draws nothing.
  await run("document.body.className = 'vscode-dark'; 0")
  await run('new Promise((done) => setTimeout(done, 100))')
  expect(await left()).toEqual([])
  await run('output.replaceChildren()')
})

test('broke no rule of the page all along', async () => {
  expect(await run('violations')).toEqual([])
  expect(chart.foreignRequests).toEqual([])
})
