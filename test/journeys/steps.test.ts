import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf, shortStepByStep } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// The outputs of all cells are in view at this height, and VS Code draws only what is in view.
const size = { width: 1400, height: 7000 }

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({
    ...size,
    files: { 'steps.ipynb': await shortStepByStep(), 'own.ipynb': notebookOf('', '') },
  })
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
  expect(await outputs.locator('figure img').count()).toBe(3)
  await workbench.screenshot('steps')
  const rows = await workbench.experiments()
  const texts = await rows.allInnerTexts()
  for (const name of [
    /full network lenet-mnist/,
    /ticket lenet-mnist/,
    /barrier between/,
    /IMP lenet-mnist/,
  ]) {
    expect(texts).toContainEqual(expect.stringMatching(name))
  }
})

test('a criterion that is typed prunes by it', async () => {
  const { page } = workbench
  await workbench.command('File: Save')
  await workbench.command('View: Close All Editors')
  await page.setViewportSize({ width: 1400, height: 1100 })
  await workbench.openNotebook('own.ipynb')
  const cell = workbench.cells.first()
  await cell.locator('.monaco-editor .view-lines').click()
  await page.keyboard.insertText(
    "const lenet = lab.preset('lenet-mnist', { steps: 40, replicates: 1, evaluateEvery: 20 })\n" +
      'const small = ({ weights }) => weights.map((weight) => -Math.abs(weight))\n',
  )
  await page.keyboard.type('const mine = await lab.imp(lenet, { levels: 1, criterion: small })', {
    delay: 40,
  })
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => cell.locator('.codicon-notebook-state-success').count()).toBe(1)
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await outputs.getByText('pruned by small').first().waitFor()
  await workbench.screenshot('own criterion')
})
