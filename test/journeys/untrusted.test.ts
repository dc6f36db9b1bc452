import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    files: {
      'sent.ipynb': notebookOf('', "lab.preset('lenet-mnist', { step: 3 })", "console.log('it ran')"),
    },
    trustIsAsked: true,
  })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('a folder without trust has completion and mistakes, and no cell of it runs', async () => {
  const { page, cells } = workbench
  await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor()

  await workbench.openNotebook('sent.ipynb')
  await cells.nth(1).locator('.squiggly-error').first().waitFor({ state: 'attached' })
  await cells.nth(0).locator('.monaco-editor .view-lines').click()
  await page.keyboard.type('lab.', { delay: 100 })
  await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'imp' }).first().waitFor()
  await workbench.screenshot('untrusted')
  await page.keyboard.press('Escape')

  await workbench.runCell(2)
  const dialog = page.locator('.monaco-dialog-box')
  await dialog.getByText(/trust/i).first().waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await cells.nth(2).locator('[class*="codicon-notebook-state"]').count()).toBe(0)
})
