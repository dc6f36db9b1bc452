import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// A window for each: the cells of a notebook that is no longer in front stay in the page.
let workbench: Workbench
beforeEach(async () => {
  workbench = await openWorkbench({
    files: {
      'before.ipynb': notebookOf(
        [
          'let kept = 40',
          'console.log("The cell is on its way.")',
          "const { existsSync } = await import('node:fs')",
          "while (!existsSync('go on')) await new Promise((resolve) => setTimeout(resolve, 100))",
          'console.log(`It has ended with ${++kept}.`)',
        ].join('\n'),
        'console.log(`It is ${++kept} now.`)',
      ),
    },
  })
})
afterEach(() => workbench.close())
pictureFailures(() => workbench)

/** Presses what a user does who saves the notebook in front under a name. */
async function saveAs(command: string, name: string): Promise<void> {
  const { page, folder } = workbench
  await workbench.command(command)
  const input = page.locator('.quick-input-widget:visible .quick-input-box input')
  await expect.poll(() => input.inputValue()).toContain('.ipynb')
  await input.fill(join(folder, name))
  await page.keyboard.press('Enter')
  await page.locator(`.tab.active[aria-label^="${name}"]`).waitFor()
}

test('Save As keeps the kernel and the running cell', async () => {
  const { page, cells, folder } = workbench
  await workbench.openNotebook('before.ipynb')
  await workbench.runCell(0)
  await (await workbench.frameWith('.output_container')).getByText('The cell is on its way.').waitFor()
  await saveAs('File: Save As...', 'after.ipynb')
  await expect.poll(() => page.locator('.tab[aria-label^="before.ipynb"]').count()).toBe(0)
  await writeFile(join(folder, 'go on'), '')
  await cells.nth(0).locator('.codicon-notebook-state-success').waitFor()
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('The cell is on its way.').waitFor()
  await outputs.getByText('It has ended with 41.').waitFor()
  await workbench.runCell(1)
  await outputs.getByText('It is 42 now.').waitFor()
  await workbench.screenshot('saved-as')
})

test('saving a new notebook keeps the kernel and the running cell', async () => {
  const { page, cells, folder } = workbench
  await workbench.command('Ticket Lab: New Experiment Notebook')
  await page.locator('.tab.active[aria-label^="Untitled"]').waitFor()
  await cells.first().locator('.monaco-editor').click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(
    "const { existsSync } = require('node:fs'); let kept = 40; console.log('The cell is on its way.')\n" +
      "while (!existsSync('go further')) await new Promise((resolve) => setTimeout(resolve, 100))\n" +
      'console.log(`It has ended with ${++kept}.`)',
  )
  await workbench.runCell(0)
  const before = await workbench.frameWith('.output_container')
  await before.getByText('The cell is on its way.').waitFor()
  await saveAs('File: Save As...', 'new.ipynb')
  await writeFile(join(folder, 'go further'), '')
  await cells.first().locator('.codicon-notebook-state-success').waitFor()
  await (await workbench.frameWith('.output_container')).getByText('It has ended with 41.').waitFor()
  await workbench.screenshot('saved-new')
})
