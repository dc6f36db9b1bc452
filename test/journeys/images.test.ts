import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stripedImages, writeTree } from '../datasets/images/files'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

const typed = "const stripes = await lab.dataset('stripes', { testFraction: 0.25 })"
const cells = [
  `const setup = lab.setup({
  name: 'stripes',
  network: lab.network({
    input: [12, 12, 3],
    layers: [{ kind: 'convolution', filters: 8 }, { kind: 'max-pool' }, { kind: 'dense', units: 2 }],
  }),
  dataset: stripes,
  ...{ steps: 40, evaluateEvery: 4, batchSize: 20, replicates: 2, backend: 'wasm' },
  rates: { convolution: 0.5, output: 0.5 },
})
const w0 = lab.initialize(setup)
const full = await lab.train(w0)`,
  `const mask = await lab.prune(full)
const ticket = await lab.train(w0, { mask })
const signs = lab.treat(w0, 'constant-same-sign', { mask })
const constant = await lab.train(signs, { mask, name: 'constant, same sign' })
lab.plot.learningCurves(ticket, constant)`,
]

let workbench: Workbench
beforeAll(async () => {
  const files = { 'images.ipynb': notebookOf('', ...cells) }
  workbench = await openWorkbench({ height: 2600, files })
  await writeTree(join(workbench.folder, 'stripes'), stripedImages())
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

test('a dataset is made of a folder of images, a small network trained on it, and one whose weights are treated', async () => {
  const { page } = workbench
  await workbench.openNotebook('images.ipynb')
  const first = workbench.cells.first()
  await first.locator('.monaco-editor .view-lines').click()
  await page.keyboard.type(typed, { delay: 20 })
  await workbench.command('Notebook: Run All')
  const done = workbench.cells.locator('.codicon-notebook-state-success')
  await expect.poll(() => done.count()).toBe(3)
  const outputs = await workbench.frameWith('.ticketlab-chart svg')
  await outputs.getByText('80 images read').first().waitFor()
  await expect.poll(() => outputs.locator('.ticketlab-chart svg').count()).toBe(4)
  await outputs.getByText('constant, same sign').first().waitFor()
  await workbench.screenshot('images')

  const rows = await workbench.experiments()
  await expect.poll(() => rows.allInnerTexts()).toContainEqual(expect.stringMatching(/^constant, same sign/))
})
