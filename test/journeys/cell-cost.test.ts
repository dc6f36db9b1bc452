import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const setup = "const small = lab.preset('lenet-mnist', { steps: 47, replicates: 1, evaluateEvery: 20 })"
const cell = 'const tickets = await lab.imp(small, { levels: 1 })'
const loop = 'for (const levels of [1, 2]) await lab.imp(small, { levels })'

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ files: { 'cost.ipynb': notebookOf(setup, cell, loop) } })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('a click below a cell says what it would cost, and runs nothing', async () => {
  const { page } = workbench
  await workbench.openNotebook('cost.ipynb')
  const asks = page.locator('.cell-statusbar-container .cell-status-item:visible', { hasText: 'Cost' })
  await expect.poll(() => asks.count()).toBe(2)
  await workbench.screenshot('cell cost asked')
  await asks.first().click()
  await expect.poll(() => asks.first().innerText()).toMatch(/Cost: 94 steps, about/)
  await asks.nth(1).click()
  await expect.poll(() => asks.nth(1).innerText()).toContain('not known')
  expect(await workbench.cells.locator('.codicon-notebook-state-success').count()).toBe(0)
  await workbench.screenshot('cell cost told')
})
