import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
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
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('Save As keeps the kernel and the running cell', async () => {
  const { page, cells, folder } = workbench
  await workbench.openNotebook('before.ipynb')
  await workbench.runCell(0)
  await (await workbench.frameWith('.output_container')).getByText('The cell is on its way.').waitFor()
  await workbench.command('File: Save As...')
  const input = page.locator('.quick-input-widget:visible .quick-input-box input')
  await expect.poll(() => input.inputValue()).toContain('before.ipynb')
  await input.fill(join(folder, 'after.ipynb'))
  await page.keyboard.press('Enter')
  await page.locator('.tab.active[aria-label^="after.ipynb"]').waitFor()
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
