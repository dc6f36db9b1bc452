import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const cell =
  "const few = await lab.imp(lab.preset('lenet-mnist', { steps: 53, replicates: 1, evaluateEvery: 20, backend: 'wasm' }), { levels: 1 })"

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ files: { 'dialogs.ipynb': notebookOf(cell) } })
  await workbench.openNotebook('dialogs.ipynb')
  await workbench.command('Notebook: Run All')
  await workbench.cells.locator('.codicon-notebook-state-success').first().waitFor()
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

const toast = (words: string) =>
  workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: words })

/** Chooses from the menu of the experiment that this journey has run. */
async function choose(title: string): Promise<void> {
  const { page } = workbench
  const rows = await workbench.experiments()
  await rows.filter({ hasText: 'steps 53' }).first().click({ button: 'right' })
  const item = page.locator('.monaco-menu .action-item', { hasText: title }).first()
  await item.waitFor()
  // VS Code takes a click on a menu that has just opened for the end of the one that opened it.
  await item.hover()
  await page.keyboard.press('Enter')
}

/** Accepts what the dialog of files proposes, which lies in the folder that is open. */
async function accept(button: string): Promise<void> {
  const { page } = workbench
  const input = page.locator('.quick-input-box input')
  await expect.poll(() => input.inputValue()).toContain(workbench.folder)
  await page.locator('.quick-input-widget .monaco-button:visible', { hasText: button }).click()
}

/** The files of the folder that end so, once there is one. */
async function written(ending: string): Promise<readonly string[]> {
  const files = async () => (await readdir(workbench.folder)).filter((name) => name.endsWith(ending))
  await expect.poll(files).toHaveLength(1)
  return files()
}

test('the size of an experiment is told', async () => {
  await choose('Show Size')
  const told = toast('in no other experiment')
  await told.waitFor()
  expect(await told.innerText()).toMatch(/IMP lenet-mnist: .* in \d+ tasks/)
  await workbench.screenshot('dialog size')
})

test('its records are written as CSV where the dialog says', async () => {
  await choose('Export Records as CSV…')
  await accept('OK')
  const [name] = await written('.csv')
  await toast(`Written: ${join(workbench.folder, name!)}`).waitFor()
  await workbench.screenshot('dialog csv')
  expect((await readFile(join(workbench.folder, name!), 'utf8')).split('\n').length).toBeGreaterThan(5)
})

test('a ticket is exported after level, layout and folder were asked', async () => {
  await choose('Export Ticket…')
  const { page } = workbench
  await page.locator('.quick-input-box input[placeholder="Which level"]').waitFor()
  await workbench.choose('Level 1')
  await page.locator('.quick-input-box input[placeholder="Names and orders of which"]').waitFor()
  await workbench.screenshot('dialog layout')
  await workbench.choose('PyTorch')
  await accept('Export Ticket Here')
  const [name] = await written('.safetensors')
  expect(name).toContain('level-1')
})

test('what a deleted experiment leaves is moved to the trash by a click, and back', async () => {
  const { page } = workbench
  await choose('Delete Experiment')
  await toast('Deleted').getByRole('button', { name: 'Free Space…' }).click()
  const dialog = page.locator('.monaco-dialog-box')
  await dialog.waitFor()
  await workbench.screenshot('dialog free')
  const said = await dialog.innerText()
  // What was computed within the hour stays: a run may need it.
  expect(said).toMatch(/younger than an hour, and stay|No experiment refers to/)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await workbench.command('Ticket Lab: Undo Delete of Experiments')
  const rows = await workbench.experiments()
  await expect.poll(() => rows.filter({ hasText: 'steps 53' }).count()).toBe(1)
})
