import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { chromium, type Frame, type Locator, type Page } from 'playwright-core'

/** A window of VS Code with the packaged extension, on a folder of its own. */
export interface Workbench {
  readonly page: Page
  readonly folder: string
  /** Opens a file of the folder by a click in the explorer, as a notebook. */
  openNotebook(name: string): Promise<void>
  /** Runs a command by its title, through the palette. */
  command(title: string): Promise<void>
  /** Runs a cell in view, and does not wait for its end. */
  runCell(index: number): Promise<void>
  /** Chooses an entry of the list that is open. */
  choose(text: string): Promise<void>
  /** The page inside VS Code in which something lies: that of the outputs, or of a panel. */
  frameWith(selector: string): Promise<Frame>
  /** Opens the view of experiments and gives its rows. */
  experiments(): Promise<Locator>
  /** What our entry in the status bar says. */
  readonly status: Locator
  /** The code cells in view. */
  readonly cells: Locator

  screenshot(name: string): Promise<void>
  /** Changes one of the user's settings. */
  setting(name: string, value: unknown): Promise<void>
  /** Loads VS Code anew, as the next day. */
  reload(): Promise<void>
  close(): Promise<void>
}

export interface WindowOptions {
  /** Files to begin with, by name. */
  readonly files?: Readonly<Record<string, string>>
  readonly width?: number
  readonly height?: number
  /** Whether VS Code asks for trust in folders: the one of this window then has none. */
  readonly trustIsAsked?: boolean
  /** Another VS Code than the one that journeys share. */
  readonly server?: VsCode
}

/** A VS Code that is served, at an address that may become another one. */
export interface VsCode {
  address(): string
  /** The file of the user's settings. */
  readonly settings: string
}

export async function openWorkbench({
  files = {},
  width = 1400,
  height = 900,
  trustIsAsked = false,
  server = { address: () => prepared('WORKBENCH'), settings: prepared('SETTINGS') },
}: WindowOptions = {}): Promise<Workbench> {
  const setting = (name: string, value: unknown) => changeSetting(server.settings, name, value)
  const folder = await mkdtemp(join(tmpdir(), 'ticketlab journey '))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await setting('security.workspace.trust.enabled', trustIsAsked)
  const browser = await chromium.connect(prepared('BROWSER'))
  const page = await browser.newPage({ viewport: { width, height } })
  page.setDefaultTimeout(90_000)

  const load = async (): Promise<void> => {
    await page.goto(`${server.address()}/?${new URLSearchParams({ folder }).toString()}`)
    await page.locator('.activitybar').waitFor()
  }
  const choose = (text: string): Promise<void> =>
    page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click()
  /** A command, not one whose title begins like it. */
  const commandRow = (title: string): Locator =>
    page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: page.locator('.label-name').getByText(title, { exact: true }) })
      .first()
  const experiments = page.locator('.composite.viewlet .pane-body .monaco-list-row[role=treeitem]')
  const cells = page.locator('.notebook-editor .monaco-list-row.code-cell-row')
  const command = async (title: string): Promise<void> => {
    const end = Date.now() + 90_000
    for (;;) {
      await page.keyboard.press('F1')
      await page.locator('.quick-input-box input').fill(`>${title}`)
      try {
        await commandRow(title).click({ timeout: 10_000 })
        return
      } catch (error) {
        // Until the extensions are known, so are their commands not.
        if (Date.now() > end) throw error
        await page.keyboard.press('Escape')
      }
    }
  }
  await load()

  return {
    page,
    folder,
    cells,
    status: page.locator('.statusbar-item[id^="ticketlab.ticketlab"]:not([id$=".backend"])'),
    choose,
    async openNotebook(name) {
      const explorer = page.locator('.explorer-folders-view')
      if (!(await explorer.isVisible())) await page.locator('.activitybar a[aria-label^="Explorer"]').click()
      await page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).dblclick()
      await cells.first().waitFor()
    },
    command,
    async runCell(index) {
      await cells.nth(index).click()
      await command('Notebook: Execute Cell')
    },
    async frameWith(selector) {
      const end = Date.now() + 60_000
      while (Date.now() < end) {
        for (const frame of page.frames()) {
          const found = await frame
            .locator(selector)
            .count()
            .catch(() => 0)
          if (found > 0) return frame
        }
        await page.waitForTimeout(200)
      }
      throw new Error(`No page inside VS Code has ${selector}`)
    },
    async experiments() {
      const title = page.locator('.composite.title', { hasText: 'Ticket Lab' })
      if (!(await title.isVisible())) {
        await page.locator('.activitybar a[aria-label*="Ticket Lab"]').click()
        await title.waitFor()
      }
      return experiments
    },
    async screenshot(name) {
      await page.screenshot({ path: join(prepared('SCREENSHOTS'), `${name}.png`) })
    },
    setting,
    reload: load,
    async close() {
      await page.close()
      await browser.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Takes a picture of what is on show when a test fails. */
export function pictureFailures(workbench: () => Workbench): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench().screenshot(`failed ${task.name.slice(0, 60)}`)
  })
}

/** Changes one of the settings in a user's file. */
export async function changeSetting(file: string, name: string, value: unknown): Promise<void> {
  const settings = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>
  if (settings[name] !== value) await writeFile(file, JSON.stringify({ ...settings, [name]: value }))
}

/** What `npm test` prepared for these tests: they cannot run without it. */
export function prepared(name: string): string {
  const value = process.env[`TICKETLAB_TEST_${name}`]
  if (value) return value
  throw new Error("These tests need a VS Code that is prepared for them: run 'npm test -- journeys'.")
}
