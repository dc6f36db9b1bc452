import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    files: { 'loop.ipynb': notebookOf('let kept = 41', 'kept += 1\nwhile (true) {}', 'kept') },
  })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('a command opens the quickstart, with our kernel', async () => {
  const { page } = workbench
  await workbench.command('Ticket Lab: Open Quickstart')
  await page.locator('.notebook-editor').getByText('lab.imp').first().waitFor()
  await expect.poll(() => page.locator('.kernel-label').innerText()).toContain('Ticket Lab')
  await workbench.screenshot('quickstart-opened')
  await workbench.command('View: Revert and Close Editor')
})

test('an endless loop is interrupted and the variables are still there', async () => {
  const { page, cells } = workbench
  await workbench.openNotebook('loop.ipynb')
  await workbench.command('Notebook: Run All')
  await cells.nth(1).locator('.codicon-notebook-state-executing').waitFor()
  await workbench.screenshot('interrupt-before')
  await page.locator('.notebook-toolbar-container [aria-label^="Interrupt"]').click()
  await cells.nth(1).locator('.codicon-notebook-state-error').waitFor()
  await workbench.runCell(2)
  await cells.nth(2).locator('.codicon-notebook-state-success').waitFor()
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('42').waitFor()
  await workbench.screenshot('interrupt-after')
})
