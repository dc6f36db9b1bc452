import { expect, test, afterAll, beforeAll } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const typed = "const t = lab.imp(lab.preset('lenet-mnist'), { levels: 2 })"

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    files: {
      'keys.ipynb': notebookOf('', '', '', ''),
      'errors.ipynb': notebookOf(
        "const tickets = await lab.imp(lab.preset('lenet-mnist', { step: 3 }), { levels: 2 })",
        "const n: number = 'a'",
        'let kept = 1\nkept = 2\nconst n = await Promise.resolve(1)',
        'kept = 3\nn',
      ),
    },
  })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

// From the first key after the notebook is there: nobody waits for a service that they do not know of.
for (const [index, delay] of [60, 120, 250].entries()) {
  test(`what is typed at ${delay} ms per key is what was typed`, async () => {
    const { page } = workbench
    if (index === 0) await workbench.openNotebook('keys.ipynb')
    const line = await beginCell(index)
    await page.keyboard.type(typed, { delay })
    await expect.poll(() => line.innerText()).toBe(typed)
    await page.keyboard.press('Escape')
  })
}

test('lists show the members of lab, the presets, and the options, with their comments', async () => {
  const { page } = workbench
  const line = await beginCell(3)
  await page.keyboard.type('const t = lab.', { delay: 100 })
  await suggestion('imp').waitFor()
  expect(await suggestions()).toEqual(expect.arrayContaining(['barrier', 'control', 'imp']))
  // A list draws no more rows than it shows.
  await page.keyboard.type('p')
  await expect.poll(suggestions).toEqual(expect.arrayContaining(['preset', 'plot']))
  await page.keyboard.press('Backspace')
  await suggestion('locationbar').waitFor({ state: 'detached' })
  await page.keyboard.type('imp', { delay: 100 })
  await expect.poll(suggestions).toContain('imp')
  await showComment()
  await page.locator('.suggest-details').getByText('rewinding').first().waitFor()
  await workbench.screenshot('completion-lab')
  await page.keyboard.type("(lab.preset('", { delay: 100 })
  await suggestion('lenet-mnist').waitFor()
  await workbench.screenshot('completion-presets')
  await page.keyboard.type("lenet-mnist'), { l", { delay: 100 })
  await expect.poll(suggestions).toContain('levels')
  await workbench.screenshot('completion-options')
  await page.keyboard.type('evels: 2 })', { delay: 100 })
  await expect.poll(() => line.innerText()).toBe(typed)
  await page.keyboard.press('Escape')
})

test('mistakes are marked before anything is run, and nothing else is', async () => {
  const { page, cells } = workbench
  await workbench.command('View: Revert and Close Editor')
  await workbench.openNotebook('errors.ipynb')
  await cells.nth(0).locator('.squiggly-error').first().waitFor({ state: 'attached' })
  await cells.nth(1).locator('.squiggly-error').first().waitFor({ state: 'attached' })
  expect(await cells.nth(2).locator('.squiggly-error').count()).toBe(0)
  expect(await cells.nth(3).locator('.squiggly-error').count()).toBe(0)
  await page.mouse.move(0, 0)
  await workbench.screenshot('mistakes')
})

/** Puts the cursor into an empty cell; gives its first line as it is on the screen. */
async function beginCell(index: number): Promise<{ innerText(): Promise<string> }> {
  const { cells } = workbench
  const cell = cells.nth(index)
  await cell.locator('.monaco-editor .view-lines').click()
  const line = cell.locator('.view-line').first()
  // The editor draws spaces as such that do not break.
  return { innerText: async () => (await line.innerText()).replaceAll('\u00a0', ' ') }
}

function suggestion(name: string): ReturnType<Workbench['page']['locator']> {
  return workbench.page.locator(`.suggest-widget .monaco-list-row[aria-label^="${name}"]`).first()
}

async function suggestions(): Promise<string[]> {
  return workbench.page.locator('.suggest-widget .monaco-list-row .label-name').allInnerTexts()
}

/** Opens the comment of the chosen suggestion; VS Code remembers that it is open. */
async function showComment(): Promise<void> {
  const { page } = workbench
  if (!(await page.locator('.suggest-details').isVisible())) await page.keyboard.press('Control+Space')
}
