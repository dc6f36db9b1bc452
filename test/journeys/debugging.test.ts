import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const counting = `let total = 0
for (const level of [1, 2, 3]) {
  total += level ** 2
}
total`

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    files: { 'squares.ipynb': notebookOf(counting, 'total * 100') },
  })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('F9 and Debug Cell stop in a line, F10 goes on by one, the interrupt button ends it', async () => {
  const { page, cells } = workbench
  await workbench.openNotebook('squares.ipynb')
  await cells.nth(0).locator('.view-line').nth(2).click()
  await page.keyboard.press('F9')
  await cells.nth(0).locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified').waitFor()

  await debugFirstCell()
  await page.locator('.notebook-editor .debug-top-stack-frame-line').first().waitFor({ state: 'attached' })
  await expand('Script')
  await expand('Block')
  await variable('total').getByText('0', { exact: true }).waitFor()
  await workbench.screenshot('debugging-stopped')
  // Over the rest of the line to the next turn, where the breakpoint is again.
  await page.keyboard.press('F10')
  await variable('total').getByText('1', { exact: true }).waitFor()
  await page.keyboard.press('F5')
  await variable('level').getByText('2', { exact: true }).waitFor()
  await workbench.screenshot('debugging-stepped')

  await page.locator('.notebook-toolbar-container [aria-label^="Interrupt"]').click()
  await cells.nth(0).locator('.codicon-notebook-state-error').waitFor()
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' })
  await workbench.runCell(1)
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('100', { exact: true }).waitFor()
})

test('a notebook that is closed while it is stopped leaves no debugging behind', async () => {
  const { page } = workbench
  await debugFirstCell()
  await page.locator('.notebook-editor .debug-top-stack-frame-line').first().waitFor({ state: 'attached' })
  await workbench.command('View: Revert and Close Editor')
  await page.locator('.debug-toolbar').waitFor({ state: 'hidden' })
  await workbench.openNotebook('squares.ipynb')
  // Opened again before VS Code had let go of it, the notebook has its kernel, where the first cell ran to its end.
  await workbench.runCell(1)
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText(/^1400$|total is not defined/).waitFor()
})

/** By the menu beside the run button, also before the kernel has run anything. */
async function debugFirstCell(): Promise<void> {
  const { page, cells } = workbench
  const button = cells.nth(0).locator('.run-button-container')
  const entry = page.locator('.context-view').getByText('Debug Cell')
  // VS Code closes the menu when the toolbar of the notebook changes, as it does soon after the notebook was opened.
  await expect
    .poll(async () => {
      await button.hover()
      await button.locator('.codicon-chevron-down').click()
      return entry.click({ timeout: 5_000 }).then(
        () => true,
        () => false,
      )
    })
    .toBe(true)
}

/** Opens a scope of the view of variables, unless VS Code has opened it itself. */
async function expand(scope: string): Promise<void> {
  const row = workbench.page
    .locator(`.debug-variables .monaco-list-row[aria-label^="Scope ${scope}"]`)
    .first()
  await row.waitFor()
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.locator('.monaco-tl-twistie').click()
}

/** A row of the view of variables. */
function variable(name: string): Locator {
  return workbench.page.locator(`.debug-variables .monaco-list-row[aria-label^="${name}, value "]`).first()
}

test('the toolbar shows what the cells have declared, and how that changes', async () => {
  const { page, cells } = workbench
  await page.locator('.notebook-toolbar-container [aria-label^="Show Variables"]').click()
  const row = page.locator('.panel .monaco-list-row', { hasText: 'total' })
  await row.getByText('14', { exact: true }).waitFor()
  await cells.nth(0).locator('.view-line').first().click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('let density = 0.2; ')
  await workbench.runCell(0)
  await page.locator('.panel .monaco-list-row', { hasText: 'density' }).getByText('0.2').waitFor()
  await workbench.screenshot('variables')
})
