import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { FromMaskPanel, ToMaskPanel } from '../../../renderers/mask/messages'
import { maskHtml } from '../../../src/extension/mask/html'
import { launch, until } from '../chart-page'
import type { PageTheme } from './page-themes'

const bundle = fileURLToPath(new URL('../../../dist/renderers/mask.js', import.meta.url))
const style = fileURLToPath(new URL('../../../media/mask.css', import.meta.url))

/** What a webview gives to its page: where messages go, and a state that outlives the page. */
const api = `
window.posted = []
window.acquireVsCodeApi = () => ({
  postMessage: (message) => posted.push(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});
`

export interface MaskPage {
  readonly page: Page
  /** Gives the page a message of the extension; bytes go as bytes. */
  tell(message: ToMaskPanel): Promise<void>
  /** What the page has told since it was loaded. */
  posted(): Promise<readonly FromMaskPanel[]>
  theme(theme: PageTheme): Promise<void>
  /** Loads the page again, as when a hidden panel is shown. */
  reload(): Promise<void>
  close(): Promise<void>
}

/** A real browser with the panel's own page, its built script and its style. */
export async function openMaskPage(): Promise<MaskPage> {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build" before this test.`)
  const files: Readonly<Record<string, readonly [string, () => string]>> = {
    '/mask.js': ['text/javascript', () => api + readFileSync(bundle, 'utf8')],
    '/mask.css': ['text/css', () => readFileSync(style, 'utf8')],
  }
  let origin = ''
  const server = createServer((request, response) => {
    const [type, content] = files[request.url!] ?? [
      'text/html',
      () => maskHtml({ nonce: 'page', cspSource: origin, script: '/mask.js', style: '/mask.css' }),
    ]
    response.setHeader('content-type', type)
    response.end(content())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launch()
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 } })
  const load = async (): Promise<void> => {
    await page.goto(origin)
    await until(page, "window.posted?.some(({ type }) => type === 'ready')")
  }
  await load()
  return {
    page,
    tell: (message) => page.evaluate(`window.postMessage(${written(message)}, '*')`),
    posted: () => page.evaluate('posted'),
    theme: ({ classes, colours }) =>
      page.evaluate(`{
        document.documentElement.removeAttribute('style')
        for (const [name, colour] of ${JSON.stringify(Object.entries(colours))})
          document.documentElement.style.setProperty('--vscode-' + name, colour)
        document.documentElement.style.setProperty('--vscode-font-family', 'sans-serif')
        document.documentElement.style.setProperty('--vscode-font-size', '13px')
        document.body.className = '${classes}'
      }`),
    reload: load,
    async close() {
      await browser.close()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** A message as an expression; bytes as such. */
function written(value: unknown): string {
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join()})`
  if (Array.isArray(value)) return `[${value.map(written).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${written(one)}`)
  return `({ ${members.join()} })`
}
