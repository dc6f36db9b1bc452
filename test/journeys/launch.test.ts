import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ files: { 'launch.ipynb': notebookOf('1 + 1') } })
  await workbench.setting('ticketlab.backend', 'wasm')
  await workbench.openNotebook('launch.ipynb')
})
afterAll(async () => {
  await workbench.setting('ticketlab.backend', 'auto')
  await workbench.close()
})
pictureFailures(() => workbench)

const rows = () => workbench.page.locator('.quick-input-list .monaco-list-row')

/** Waits for a question. */
async function question(words: string): Promise<void> {
  const { page } = workbench
  const prompts = page.locator('.quick-input-message', { hasText: words })
  const placeholder = page.locator(`.quick-input-box input[placeholder*="${words}"]`)
  await prompts.or(placeholder).first().waitFor()
}

/** Types into the question that is open and accepts. */
async function type(text: string): Promise<void> {
  await workbench.page.keyboard.press('ControlOrMeta+A')
  await workbench.page.keyboard.type(text)
  await workbench.page.keyboard.press('Enter')
}

test('an experiment is launched by keys alone: there and back, with its cost, and runs', async () => {
  const { page } = workbench
  await workbench.command('Ticket Lab: Run Experiment…')
  await question('What to run')
  await workbench.screenshot('launch kind')
  await type('iterative')
  await question('Network and dataset')
  expect(await rows().filter({ hasText: 'conv2-cifar10' }).first().innerText()).toMatch(/20,000 steps/)
  await workbench.screenshot('launch preset')
  await type('lenet-mnist')
  await question('How many times to prune')
  // The way back, and the same again.
  await page.locator('.quick-input-titlebar .quick-input-left-action-bar .action-label').click()
  await question('Network and dataset')
  // What hovers over the button hides the question.
  await page.mouse.move(700, 700)
  await page.keyboard.press('Enter')
  await question('How many times to prune')
  await type('1')
  await question('How long, and how often')
  expect((await rows().allInnerTexts()).join()).toMatch(
    /50,000 steps, 5 replicates.*2,000 steps, 3 replicates/s,
  )
  await workbench.screenshot('launch size')
  await type('Other')
  await question('Training steps of each network')
  await type('0')
  await page.locator('.quick-input-message', { hasText: 'from 1 to' }).waitFor()
  await type('41')
  await question('Repetitions')
  await type('1')
  await question('After pruning')
  await workbench.screenshot('launch after')
  await page.keyboard.press('Enter')
  await question('Compare the tickets with')
  await workbench.screenshot('launch controls')
  await page.keyboard.press('Enter')
  await question('Where to compute it')
  const here = rows().filter({ hasText: 'Run Here' })
  await expect.poll(() => here.innerText()).toMatch(/4 trainings, 164 steps, about .* on this machine/)
  await workbench.screenshot('launch cost')
  await page.keyboard.press('Enter')
  await expect.poll(() => workbench.cells.count()).toBe(2)
  await expect.poll(() => workbench.cells.locator('.codicon-notebook-state-success').count()).toBe(1)
  await workbench.screenshot('launch done')
})

test('the list adds a control to an experiment, and analyses a level', async () => {
  const { page } = workbench
  const list = await workbench.experiments()
  const experiment = list.filter({ hasText: 'IMP lenet-mnist' }).filter({ hasNotText: 'random' }).first()
  await experiment.click({ button: 'right' })
  await page.locator('.monaco-menu').waitFor()
  await workbench.screenshot('launch tree menu')
  await menu('Add a Control…')
  await question('Compare the tickets with')
  await workbench.screenshot('launch control')
  await page.keyboard.press('Enter')
  await question('Where to compute it')
  // What the tickets need is in the store, and so is this control: the first experiment had it.
  const here = rows().filter({ hasText: 'Run Here' })
  await expect.poll(() => here.innerText()).toMatch(/nothing is to be computed/)
  await page.keyboard.press('Enter')
  // Only cells in view are on the page.
  const made = workbench.cells.filter({ hasText: 'lab.stored' })
  await expect.poll(() => made.locator('.codicon-notebook-state-success').count()).toBe(1)
  expect(await made.innerText()).toMatch(/lab\.stored\('[0-9a-f]{12}'\).*IMP\slenet-mnist/s)

  await experiment.click()
  await page.keyboard.press('ArrowRight')
  // What hovers over the experiment hides its levels.
  await page.mouse.move(700, 700)
  const level = list.filter({ hasText: 'Level 1' }).first()
  await level.click({ button: 'right' })
  await menu('Analyse Instability at This Level…')
  await question('Steps k at which copies are made')
  await workbench.screenshot('launch level')
  await page.keyboard.press('Escape')
})

/** Chooses from the menu that is open. */
async function menu(title: string): Promise<void> {
  const item = workbench.page.locator('.monaco-menu .action-item', { hasText: title }).first()
  await item.waitFor()
  // VS Code takes what comes to a menu that has just opened for the end of what has opened it.
  const isOpen = async (): Promise<boolean> => {
    if (!(await item.isVisible())) return false
    await item.hover()
    await workbench.page.keyboard.press('Enter')
    await workbench.page.waitForTimeout(200)
    return item.isVisible()
  }
  await expect.poll(isOpen, { interval: 500 }).toBe(false)
}
