import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// All cells with their outputs are in view at this height, and VS Code draws only what is in view.
const size = { width: 1400, height: 1300 }

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    ...size,
    files: {
      'keys.ipynb': notebookOf('6 * 7', 'let kept = 41', 'kept += 1', 'while (true) {}'),
      'python.ipynb': JSON.stringify({
        ...{ nbformat: 4, nbformat_minor: 5 },
        metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
        cells: [
          { cell_type: 'code', id: 'p', execution_count: null, metadata: {}, outputs: [], source: '1 + 1' },
        ],
      }),
    },
  })
  await workbench.openNotebook('keys.ipynb')
  // Once a cell has run, the extension has told VS Code that the notebook is ours.
  await workbench.runCell(0)
  await succeeded(0)
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

/** The text of a cell; editors keep spaces from being broken. */
const text = async (index: number): Promise<string> =>
  (await workbench.cells.nth(index).locator('.monaco-editor .view-lines').innerText()).replaceAll(
    '\u00a0',
    ' ',
  )
const succeeded = (index: number): Promise<void> =>
  workbench.cells.nth(index).locator('.codicon-notebook-state-success').waitFor()
/** Waits until a cell has run as the one of this number. */
async function ran(index: number, number: number): Promise<void> {
  await expect.poll(() => count(index)).toBe(`[${number}]`)
  await succeeded(index)
}
/** The number in the brackets of a cell: how many ran before it. */
const count = (index: number): Promise<string> =>
  workbench.cells.nth(index).locator('.execution-count-label').innerText()

/** Puts the cursor into the text of a cell, or selects the cell. */
async function edit(index: number): Promise<void> {
  await workbench.cells.nth(index).locator('.monaco-editor .view-lines').click()
}
async function select(index: number): Promise<void> {
  await edit(index)
  await workbench.page.keyboard.press('Escape')
}

test('Ctrl+Enter runs the cell that is edited, types nothing and leaves its text', async () => {
  const { page } = workbench
  await edit(0)
  await page.keyboard.press('Control+Enter')
  await ran(0, 2)
  expect(await text(0)).toBe('6 * 7')
  // Again, from outside of its text, where VS Code alone inserts a cell.
  await page.keyboard.press('Control+Enter')
  await ran(0, 3)
  expect(await workbench.cells.count()).toBe(4)
})

test('Shift+Enter runs a cell and goes to the next', async () => {
  const { page } = workbench
  await edit(1)
  await page.keyboard.press('Shift+Enter')
  await succeeded(1)
  await page.keyboard.press('Shift+Enter')
  await succeeded(2)
  expect(await text(1)).toBe('let kept = 41')
})

test('A and B insert cells above and below, D D deletes them', async () => {
  const { page, cells } = workbench
  await select(0)
  await page.keyboard.press('b')
  await expect.poll(() => cells.count()).toBe(5)
  expect((await text(1)).trim()).toBe('')
  await page.keyboard.press('a')
  await expect.poll(() => cells.count()).toBe(6)
  expect((await text(0)).trim()).toBe('6 * 7')
  await page.keyboard.press('d')
  expect(await cells.count()).toBe(6)
  await page.keyboard.press('d')
  await expect.poll(() => cells.count()).toBe(5)
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect.poll(() => cells.count()).toBe(4)
  expect(await Promise.all([0, 1].map(text))).toEqual(['6 * 7', 'let kept = 41'])
})

test('M makes a cell Markdown, Y code again', async () => {
  const { page, cells } = workbench
  await select(2)
  await page.keyboard.press('m')
  await expect.poll(() => cells.count()).toBe(3)
  await page.keyboard.press('y')
  await expect.poll(() => cells.count()).toBe(4)
})

test('letters are text in the text of a cell', async () => {
  const { page, cells } = workbench
  await edit(1)
  await page.keyboard.press('End')
  await page.keyboard.type(' // abddmyii00')
  await expect.poll(() => text(1)).toContain('// abddmyii00')
  expect(await cells.count()).toBe(4)
})

test('I I interrupts', async () => {
  const { page, cells } = workbench
  await edit(3)
  await page.keyboard.press('Control+Enter')
  await cells.nth(3).locator('.codicon-notebook-state-executing').waitFor()
  await workbench.page.locator('.notebook-toolbar-container [aria-label^="Interrupt"]').waitFor()
  await page.keyboard.press('i')
  await page.keyboard.press('i')
  await cells.nth(3).locator('.codicon-notebook-state-error').waitFor()
})

test('0 0 asks before variables are lost, and restarts', async () => {
  const { page } = workbench
  const dialog = page.locator('.monaco-dialog-box')
  await select(0)
  await page.keyboard.press('0')
  await page.keyboard.press('0')
  await dialog.getByText('Its variables are lost.').waitFor()
  await workbench.screenshot('restart-asks')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => count(0)).toBe('[3]')
  await select(0)
  await page.keyboard.press('0')
  await page.keyboard.press('0')
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click()
  await expect.poll(() => count(0)).toBe('[ ]')
})

test('Restart and Run All asks once and for all, and runs every cell in a new kernel', async () => {
  const { page, cells } = workbench
  await select(3)
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect.poll(() => cells.count()).toBe(3)
  const restartAndRun = page.locator('.notebook-toolbar-container').getByText('Restart and Run All')
  await select(0)
  await page.keyboard.press('Control+Enter')
  await ran(0, 1)
  await restartAndRun.click()
  await page.getByRole('button', { name: "Restart, Don't Ask Again" }).click()
  for (const index of [0, 1, 2]) await ran(index, index + 1)
  await workbench.screenshot('toolbar')
  await select(0)
  await page.keyboard.press('Control+Enter')
  await ran(0, 4)
  await restartAndRun.click()
  await ran(0, 1)
  expect(await page.locator('.monaco-dialog-box').count()).toBe(0)
})

test('notebooks of others never have the keys, and the setting leaves them out of ours', async () => {
  const { page, cells } = workbench
  /** How many cells B inserts. */
  const inserted = async (): Promise<number> => {
    await select(0)
    const before = await cells.count()
    await page.keyboard.press('b')
    await page.waitForTimeout(500)
    return (await cells.count()) - before
  }
  expect(await inserted()).toBe(1)
  await workbench.command('View: Revert and Close Editor')
  await workbench.openNotebook('python.ipynb')
  expect(await inserted()).toBe(0)
  await workbench.command('View: Close Editor')

  await workbench.setting('ticketlab.jupyterKeys', false)
  try {
    await workbench.reload()
    await workbench.openNotebook('keys.ipynb')
    await workbench.runCell(0)
    await ran(0, 1)
    expect(await inserted()).toBe(0)
  } finally {
    await workbench.setting('ticketlab.jupyterKeys', true)
  }
})
