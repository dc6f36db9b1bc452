import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    files: {
      'ask.ipynb': notebookOf(
        [
          "import readline from 'node:readline/promises'",
          'const rl = readline.createInterface({ input: process.stdin, output: process.stdout })',
          "const owner = await rl.question('Whose ticket is it? ')",
          'console.log(`It is the ticket of ${owner}.`)',
        ].join('\n'),
        'let sum = 0\nfor await (const line of process.stdin) sum += Number(line)\nconsole.log(`The sum is ${sum}.`)',
        "import { readFileSync } from 'node:fs'\nprocess.stdout.write('Everything, please: ')\nreadFileSync(0)",
        'console.log(`${owner} is still known.`)',
      ),
    },
  })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

const box = () => workbench.page.locator('.quick-input-widget:visible')
const input = () => box().locator('.quick-input-box input')

test('a question of a cell is answered at the keyboard', async () => {
  const { page, cells } = workbench
  await workbench.openNotebook('ask.ipynb')
  await workbench.runCell(0)
  await box().getByText('Whose ticket is it?').waitFor()
  await box().getByText('Cell In[1] of ask.ipynb asks').waitFor()
  await page.keyboard.type('Ada Lovelace', { delay: 30 })
  await workbench.screenshot('input-question')
  await page.keyboard.press('Enter')
  await cells.nth(0).locator('.codicon-notebook-state-success').waitFor()
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('Whose ticket is it? Ada Lovelace').waitFor()
  await outputs.getByText('It is the ticket of Ada Lovelace.').waitFor()
  await workbench.screenshot('input-answered')
})

test('lines are read until the button says that there are no more', async () => {
  const { page, cells } = workbench
  await workbench.runCell(1)
  for (const line of ['17', '25']) {
    await box().getByText('The cell reads a line.').waitFor()
    await expect.poll(() => input().inputValue()).toBe('')
    await page.keyboard.type(line)
    await page.keyboard.press('Enter')
  }
  await expect.poll(() => input().inputValue()).toBe('')
  await box().locator('[aria-label^="End the Input"]').click()
  await cells.nth(1).locator('.codicon-notebook-state-success').waitFor()
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('The sum is 42.').waitFor()
})

test('Escape and the interrupt button stop a cell that asks, and its variables stay', async () => {
  const { page, cells } = workbench
  await workbench.runCell(2)
  await box().getByText('Everything, please:').waitFor()
  await page.keyboard.press('Escape')
  await cells.nth(2).locator('.codicon-notebook-state-error').waitFor()
  await box().waitFor({ state: 'hidden' })
  await workbench.runCell(2)
  await box().getByText('Everything, please:').waitFor()
  await page.locator('.notebook-toolbar-container [aria-label^="Interrupt"]').click()
  await box().waitFor({ state: 'hidden' })
  await cells.nth(2).locator('.codicon-notebook-state-error').waitFor()
  await workbench.runCell(3)
  const outputs = await workbench.frameWith('.output_container')
  await outputs.getByText('Ada Lovelace is still known.').waitFor()
  await workbench.screenshot('input-stopped')
})
