import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'
import { notebookOf } from './notebooks'

const cells = [
  "const small = lab.preset('lenet-mnist', { steps: 60, replicates: 1, evaluateEvery: 20 })",
  'const few = await lab.imp(small, { levels: 2 })',
  "const slow = lab.preset('lenet-mnist', { steps: 60, replicates: 1, evaluateEvery: 20, learningRate: 0.0002 })\nconst other = await lab.imp(slow, { levels: 2 })",
]

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ files: { 'few.ipynb': notebookOf(...cells) } })
  await workbench.openNotebook('few.ipynb')
  await workbench.command('Notebook: Run All')
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('experiments of one name are told apart by what differs between them', async () => {
  const done = workbench.cells.locator('.codicon-notebook-state-success')
  await expect.poll(() => done.count()).toBe(cells.length)
  const rows = await workbench.experiments()
  const mine = rows.filter({ hasText: 'IMP lenet-mnist' })
  await expect.poll(() => mine.filter({ hasText: 'learning rate 0.0002' }).count()).toBe(1)
  const texts = await mine.allInnerTexts()
  expect(new Set(texts).size).toBe(texts.length)
  await workbench.screenshot('tree told apart')
})

test('an experiment is renamed, deleted and brought back by a click', async () => {
  const { page } = workbench
  const rows = await workbench.experiments()
  const row = rows.filter({ hasText: 'learning rate 0.0002' })
  await row.click({ button: 'right' })
  await page.locator('.monaco-menu').waitFor()
  await workbench.screenshot('tree menu')
  await menu('Rename…')
  await page.locator('.quick-input-box input').fill('slow steps')
  await page.keyboard.press('Enter')
  const renamed = rows.filter({ hasText: 'slow steps' })
  await expect.poll(() => renamed.count()).toBe(1)
  await renamed.click({ button: 'right' })
  await menu('Delete Experiment')
  await expect.poll(() => renamed.count()).toBe(0)
  await workbench.screenshot('tree deleted')
  await page.locator('.notifications-toasts').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => renamed.count()).toBe(1)
})

test('what can be freed is said before anything is', async () => {
  const { page } = workbench
  await workbench.command('Ticket Lab: Free Space in the Store…')
  const dialog = page.locator('.monaco-dialog-box')
  await dialog.waitFor()
  expect(await dialog.innerText()).toMatch(/is referred to|No experiment refers to/)
  await workbench.screenshot('tree free')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

test('its recipe is a page, and its plots are drawn again from the store', async () => {
  const rows = await workbench.experiments()
  await rows.filter({ hasText: 'slow steps' }).click({ button: 'right' })
  await menu('Show Recipe')
  const page = await workbench.frameWith('button[data-copy="0"]')
  await page.getByText('const other = await lab.imp(slow, { levels: 2 })').waitFor()
  await workbench.screenshot('recipe')
  await rows.filter({ hasText: 'slow steps' }).click({ button: 'right' })
  await menu('Open Plots')
  const outputs = await workbench.frameWith('text=Read from the store')
  await expect.poll(() => outputs.locator('.ticketlab-chart svg').count()).toBeGreaterThan(0)
  await workbench.screenshot('plots opened again')
})

test('the list is grouped, and filtered', async () => {
  const rows = await workbench.experiments()
  await workbench.command('Ticket Lab: Group Experiments…')
  await workbench.choose('By Notebook')
  await expect.poll(() => rows.filter({ hasText: 'few.ipynb' }).count()).toBe(1)
  await workbench.command('Ticket Lab: Filter Experiments…')
  await workbench.page.locator('.quick-input-box input').fill('slow steps')
  await workbench.page.keyboard.press('Enter')
  await expect.poll(() => rows.filter({ hasText: 'lenet-mnist' }).count()).toBe(0)
  await expect.poll(() => rows.filter({ hasText: 'slow steps' }).count()).toBe(1)
  await workbench.screenshot('tree grouped')
})

/** Chooses from the menu that is open. */
async function menu(title: string): Promise<void> {
  const item = workbench.page.locator('.monaco-menu .action-item', { hasText: title }).first()
  await item.waitFor()
  // VS Code takes a click on a menu that has just opened for the end of the one that opened it.
  await item.hover()
  await workbench.page.keyboard.press('Enter')
}
