import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const bundle = fileURLToPath(new URL('../../dist/renderers/chart.mjs', import.meta.url))

/**
 * Stricter than VS Code's own page for notebooks: no `eval`, nothing from anywhere but data in the page and, once more,
 * the renderer itself, and workers as VS Code allows them.
 */
const strict =
  "default-src 'none'; script-src 'self' 'nonce-page'; style-src 'unsafe-inline'; img-src data: blob:; " +
  "connect-src 'self'; child-src https: data:"

/** Loads the renderer as VS Code does, and puts what a test needs of it on `window`. */
const page = `<!doctype html><html><head><meta charset="utf-8"></head><body class="vscode-light">
<div id="output" style="width: 900px"></div>
<script type="module" nonce="page">
  import { activate } from '/chart.mjs'
  window.posted = []
  window.violations = []
  addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI))
  const api = await activate({
    postMessage: (message) => posted.push(message),
    workspace: { isTrusted: true },
    getState: () => undefined, setState: () => {}, getRenderer: async () => undefined,
  })
  window.show = (text, id = 'one', mime = 'application/vnd.vegalite.v5+json', element = output) =>
    api.renderOutputItem({ id, mime, text: () => text, json: () => JSON.parse(text) }, element, new AbortController().signal)
  window.discard = (id) => api.disposeOutputItem(id)
  window.ready = true
</script></body></html>`

export interface ChartPage {
  readonly page: Page
  /** Addresses that the page asked for besides its own two. */
  readonly foreignRequests: string[]
  close(): Promise<void>
}

/** A real browser showing the built renderer in an empty page, whose policy is a strict one, or given: '' is none. */
export async function openChartPage(policy = strict): Promise<ChartPage> {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build" before this test.`)
  const server = createServer((request, response) => {
    const script = request.url === '/chart.mjs'
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.setHeader('content-security-policy', policy)
    response.end(script ? readFileSync(bundle) : request.url === '/' ? page : '')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launch()
  const opened = await browser.newPage({ viewport: { width: 1000, height: 700 } })
  const foreignRequests: string[] = []
  opened.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:'))
      foreignRequests.push(url)
  })
  await opened.goto(origin)
  await until(opened, 'window.ready')
  return {
    page: opened,
    foreignRequests,
    async close() {
      await browser.close()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Waits until an expression holds in the page. Playwright's own waiting needs `eval` in pages, which ours forbids. */
export async function until(page: Page, expression: string): Promise<void> {
  // For what hangs: a loaded machine takes its time.
  const end = Date.now() + 120_000
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (Date.now() > end) throw new Error(`It never came true: ${expression}`)
    await page.waitForTimeout(20)
  }
}

/** A browser without anything of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
}
