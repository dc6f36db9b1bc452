import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ChartPage } from './chart-page'
import { renderSpec } from '../../src/report/figures/render'
import { openChartPage, until } from './chart-page'
import { waysOut } from './elsewhere'

/** What somebody else's server was asked for. */
const asked: string[] = []
const elsewhere = createServer((request, response) => {
  asked.push(request.url!)
  response.setHeader('access-control-allow-origin', '*')
  response.end('[]')
})

let chart: ChartPage
let address: string
beforeAll(async () => {
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/asked`
  // As most of VS Code's pages for notebooks, this one allows everything.
  chart = await openChartPage('')
})
afterAll(async () => {
  await chart.close()
  elsewhere.close()
})
beforeEach(async () => {
  await run('discard()')
  asked.length = 0
})

const run = <Result = unknown>(expression: string): Promise<Result> => chart.page.evaluate<Result>(expression)

const show = (spec: unknown, language: string): Promise<void> =>
  run(
    `show(${JSON.stringify(JSON.stringify(spec))}, 'one', 'application/vnd.${language === 'vega' ? 'vega' : 'vegalite'}.v6+json')`,
  )

/** Moves over the figure, clicks on it and on its inputs, and waits for what comes later. */
async function play(): Promise<void> {
  const { mouse } = chart.page
  for (const [x, y] of [
    [2, 2],
    [60, 60],
    [110, 110],
    [130, 90],
  ] as const) {
    await mouse.move(x, y)
  }
  await mouse.click(120, 100)
  for (const field of await chart.page.locator('#output input').all()) await field.click()
  await chart.page.keyboard.press('Enter')
  await chart.page.waitForTimeout(60)
  await mouse.move(700, 650)
}

describe('a page that loads what it is told to', () => {
  test('asks the server, which counts', async () => {
    await run(`document.body.append(Object.assign(new Image(), { src: '${address}' }))`)
    await until(chart.page, 'document.images[0].complete')
    expect(asked).toEqual(['/asked'])
    await run('document.images[0].remove()')
  })

  test.each(waysOut)('does not by %s (%s)', async (_, language, spec) => {
    await show(spec(address), language)
    await play()
    expect(asked).toEqual([])
    expect(chart.foreignRequests.filter((request) => request !== address)).toEqual([])
    expect(chart.page.url()).toMatch(/^http:[^?#]*$/)
  })
})

describe('the picture that the kernel keeps beside a figure, in a page', () => {
  test.each(waysOut)('asks for nothing by %s (%s)', async (_, language, spec) => {
    const svg = await renderSpec(spec(address), language).catch((error: unknown) => {
      expect((error as Error).message).toMatch(/load nothing from elsewhere|Unrecognized|Invalid|Unsupported/)
      return '<svg></svg>'
    })
    await run(`{ output.innerHTML = ${JSON.stringify(svg)}; output.getBoundingClientRect() }`)
    await chart.page.mouse.move(60, 60)
    await chart.page.mouse.click(110, 110)
    await chart.page.waitForTimeout(20)
    await run('output.replaceChildren()')
    expect(asked).toEqual([])
    expect(chart.page.url()).toMatch(/^http:[^?#]*$/)
  })
})
