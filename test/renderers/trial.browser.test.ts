import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChartPage } from './chart-page'
import { openChartPage, until } from './chart-page'

const run = <Result = unknown>(chart: ChartPage, expression: string): Promise<Result> =>
  chart.page.evaluate<Result>(expression)

const show = (chart: ChartPage, spec: unknown, language = 'vegalite'): Promise<void> =>
  run(chart, `show(${JSON.stringify(JSON.stringify(spec))}, 'one', 'application/vnd.${language}.v6+json')`)

const point = { mark: 'point', data: { values: [{ a: 1 }] } }
const drawn = "output.querySelectorAll('.mark-symbol path').length"
/** Lets the seconds pass at once that a figure has, when all that is shown has begun to be drawn in the worker. */
async function passTime(chart: ChartPage): Promise<void> {
  await chart.page.waitForTimeout(500)
  await chart.page.clock.fastForward(10_000)
}

const exploding = "test(regexp('^(a+)+$'), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')"

describe('a figure that takes too long', () => {
  let chart: ChartPage
  beforeAll(async () => {
    chart = await openChartPage()
    await chart.page.clock.install()
  })
  afterAll(() => chart.close())
  beforeEach(() => run(chart, 'discard()'))

  test.each([
    [
      'a sequence (Vega-Lite)',
      'vegalite',
      { mark: 'point', data: { sequence: { start: 0, stop: 1e9, as: 'a' } } },
    ],
    [
      'ticks without end (Vega-Lite)',
      'vegalite',
      { ...point, encoding: { x: { field: 'a', type: 'quantitative', axis: { tickCount: 1e9 } } } },
    ],
    ['a regular expression that explodes (Vega)', 'vega', { signals: [{ name: 'a', update: exploding }] }],
  ])('is stopped and says so: %s', async (_, language, spec) => {
    // A worker is there.
    await show(chart, point)
    const told = show(chart, spec, language)
    // The page goes on meanwhile.
    await until(chart.page, 'document.querySelectorAll(".ticketlab-chart").length === 1')
    await passTime(chart)
    await told
    expect(await run(chart, "output.querySelector('[role=alert]').innerText")).toMatch(
      /took more than 10 seconds and was stopped|takes more memory than there is/,
    )
    await show(chart, point)
    expect(await run(chart, drawn)).toBe(1)
  })

  test('holds up no other figure for longer', async () => {
    await show(chart, point)
    await run(
      chart,
      "output.replaceChildren(...['a', 'b'].map((id) => Object.assign(document.createElement('div'), { id }))); 0",
    )
    const hung = { mark: 'point', data: { sequence: { start: 0, stop: 1e9 } } }
    const both = run(
      chart,
      `Promise.all([${[hung, point]
        .map(
          (spec, index) =>
            `show(${JSON.stringify(JSON.stringify(spec))}, 'ab'[${index}], undefined, document.getElementById('ab'[${index}]))`,
        )
        .join(',')}])`,
    )
    await passTime(chart)
    await both
    expect(
      await run(chart, "[!!document.querySelector('#a [role=alert]'), !!document.querySelector('#b svg')]"),
    ).toEqual([true, true])
    await run(chart, 'output.replaceChildren()')
  })

  test('broke no rule of the page', async () => {
    expect(await run(chart, 'violations')).toEqual([])
  })
})

test('where a page allows no worker, figures are drawn without a trial', async () => {
  const chart = await openChartPage(
    "default-src 'none'; script-src 'self' 'nonce-page'; style-src 'unsafe-inline'; connect-src 'self'; worker-src 'none'",
  )
  await show(chart, point)
  expect(await run(chart, drawn)).toBe(1)
  await chart.close()
})
