import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const lines = [
  "const lenet = lab.preset('lenet-mnist', { steps: 40, replicates: 1, evaluateEvery: 20 })",
  'const small = ({ weights }) => weights.map((weight) => -Math.abs(weight))',
  'const mine = await lab.imp(lenet, { levels: 1, criterion: small })',
]

let workbench: Workbench
beforeAll(async () => {
  workbench = await openWorkbench({ height: 1200, files: { 'own.ipynb': notebookOf('', '') } })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('a criterion that is typed prunes by it', async () => {
  const { page } = workbench
  await workbench.openNotebook('own.ipynb')
  const cell = workbench.cells.first()
  await cell.locator('.monaco-editor .view-lines').click()
  for (const [index, line] of lines.entries()) {
    if (index > 0) await page.keyboard.press('Enter')
    await page.keyboard.type(line, { delay: 40 })
  }
  await page.keyboard.press('Shift+Enter')
  await expect.poll(() => cell.locator('.codicon-notebook-state-success').count()).toBe(1)
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await outputs.getByText('pruned by small').first().waitFor()
  await workbench.screenshot('own criterion')
})
