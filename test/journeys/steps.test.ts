import { afterAll, beforeAll, expect, test } from 'vitest'
import { shortStepByStep } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// The outputs of all cells are in view at this height, and VS Code draws only what is in view.
const size = { width: 1400, height: 7000 }

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ ...size, files: { 'steps.ipynb': await shortStepByStep() } })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('an experiment goes cell by cell: curves, masks as pictures, the line between two networks', async () => {
  await workbench.openNotebook('steps.ipynb')
  await workbench.command('Notebook: Run All')
  const done = workbench.cells.locator('.codicon-notebook-state-success')
  await expect.poll(() => done.count()).toBe(8)
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  // Three trainings, the curves of all, the line, and what lab.imp draws of the same.
  await expect.poll(() => outputs.locator('.ticketlab-chart svg').count()).toBe(6)
  await expect.poll(() => outputs.locator('figure img').count()).toBe(3)
  await workbench.screenshot('steps')
})

test('each step is in the tree, beside the experiment that it shares its networks with', async () => {
  const rows = await workbench.experiments()
  for (const name of [
    /full network lenet-mnist/,
    /^ticket lenet-mnist/,
    /barrier between/,
    /IMP lenet-mnist/,
  ]) {
    await expect.poll(() => rows.allInnerTexts()).toContainEqual(expect.stringMatching(name))
  }
})
