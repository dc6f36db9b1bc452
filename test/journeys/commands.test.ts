import { afterAll, beforeAll, expect, test } from 'vitest'
import { needTensorflow } from '../support/tensorflow'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

let workbench: Workbench
beforeAll(async () => {
  const cell = `await lab.imp(lab.preset('lenet-mnist', { backend: 'wasm', steps: 30_000, replicates: 1 }), { levels: 1 })`
  workbench = await openWorkbench({ files: { 'wasm.ipynb': notebookOf(cell) } })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

const rows = () => workbench.page.locator('.quick-input-list .monaco-list-row')

test('the wizard says of each preset its paper, dataset, steps and cost, and offers datasets that are missing', async () => {
  const { page } = workbench
  await workbench.command('Ticket Lab: Run Iterative Magnitude Pruning…')
  const lenet = rows().filter({ hasText: '50,000 steps of 60 examples' }).first()
  await lenet.waitFor()
  expect(await lenet.innerText()).toMatch(/Frankle & Carbin 2019/)
  const conv = rows().filter({ hasText: 'conv2-cifar10' }).first()
  expect(await conv.innerText()).toMatch(/cifar10.*20,000 steps.*cost: \d+ × lenet-mnist/s)
  await conv.hover()
  await workbench.screenshot('wizard')
  await page.keyboard.press('Enter')
  for (const _ of ['levels', 'replicates']) {
    await page.locator('.quick-input-message').filter({ hasText: _ }).waitFor()
    await page.keyboard.press('Enter')
  }
  await page.locator('.quick-input-message').filter({ hasText: '18 trainings, 36,000 steps' }).waitFor()
  await workbench.screenshot('wizard-steps')
  await page.keyboard.press('Escape')
})

test('datasets can be installed by a command, which says which are there', async () => {
  await workbench.command('Ticket Lab: Install Dataset…')
  await rows().filter({ hasText: 'Fashion-MNIST' }).first().waitFor()
  expect((await rows().allInnerTexts()).join()).toMatch(/CIFAR-10.*installed/s)
  await workbench.screenshot('datasets')
  await workbench.page.keyboard.press('Escape')
})

test('the status bar names the backend that is at work, whatever is usual', async () => {
  needTensorflow()
  const { page } = workbench
  const backend = page.locator('.statusbar-item[id$=".backend"]')
  await workbench.openNotebook('wasm.ipynb')
  await expect.poll(() => backend.innerText()).toContain('TensorFlow')
  await workbench.runCell(0)
  await expect.poll(() => backend.innerText()).toContain('wasm')
  await workbench.screenshot('backend-at-work')
  await page.locator('.notebook-toolbar-container [aria-label^="Interrupt"]').click()
  await expect.poll(() => backend.innerText()).toContain('TensorFlow')
})

test('the walkthrough knows what is there', async () => {
  needTensorflow()
  await workbench.command('Welcome: Open Walkthrough...')
  await workbench.choose('Find a Winning Ticket')
  const isDone = workbench.page.locator('.codicon-getting-started-step-checked')
  await expect.poll(() => isDone.count()).toBeGreaterThan(0)
  await workbench.screenshot('walkthrough')
})
