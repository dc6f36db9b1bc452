import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notebookOf } from './notebooks'
import { openWorkbench, pictureFailures, type Workbench } from './workbench'

// Longer than any machine takes for what the journey does meanwhile: its end is that it is cancelled.
const ladder =
  "await lab.imp(lab.preset('lenet-mnist', { steps: 40_000, replicates: 2, evaluateEvery: 200, backend: 'wasm' }), { levels: 2, run: 'background' })"

let workbench: Workbench
beforeAll(async () => {
  const files = { 'long.ipynb': notebookOf('console.log(process.pid)', ladder) }
  workbench = await openWorkbench({ height: 1400, files })
})
afterAll(() => workbench.close())
pictureFailures(() => workbench)

/** What a plot says of how far its run is, wherever that is written. */
const progressIn = (text: string): string | undefined =>
  /\d+ of 12 tasks[^"<]*in the background/.exec(text)?.[0]

/** The text of what is drawn of the experiment. */
const drawn = async () =>
  (await workbench.frameWith('.ticketlab-chart svg')).locator('.ticketlab-chart svg').first()

test('a run in the background outlives its kernel and its window, and is watched again', async () => {
  await workbench.openNotebook('long.ipynb')
  await workbench.command('Notebook: Run All')
  const chart = await drawn()
  await expect.poll(() => chart.innerHTML()).toMatch(/in the background/)
  await expect.poll(() => workbench.status.first().innerText()).toMatch(/steps\/s|%/)
  await workbench.screenshot('background first')

  // Everything but the worker goes: the kernel at once, then the window.
  const output = await workbench.frameWith('.output_container')
  const pid = Number(/\d+/.exec(await output.locator('.output_container').first().innerText())?.[0])
  process.kill(pid, 'SIGKILL')
  await workbench.reload()

  // The status bar knows of it, though no notebook runs anything.
  await expect.poll(() => workbench.status.first().innerText()).toMatch(/%/)
  await workbench.command('Ticket Lab: Show What Is Running')
  const entries = workbench.page.locator('.quick-input-list .monaco-list-row')
  await expect.poll(() => entries.allInnerTexts()).toContainEqual(expect.stringMatching(/IMP lenet-mnist/))
  await workbench.screenshot('background runs')
  await workbench.page.keyboard.press('Escape')

  // Its plot goes on before any cell is run.
  await workbench.openNotebook('long.ipynb')
  const saved = progressIn(await readFile(join(workbench.folder, 'long.ipynb'), 'utf8'))
  await expect
    .poll(async () => progressIn(await (await drawn()).innerHTML()), { timeout: 60_000 })
    .not.toBe(saved)
  await workbench.screenshot('background watched')

  await workbench.runCell(1)
  await workbench.cells.nth(1).locator('.codicon-notebook-state-executing').waitFor()
  // What was drawn before has gone.
  await workbench.page.waitForTimeout(1000)
  await expect
    .poll(async () => (await drawn()).innerHTML(), { timeout: 60_000 })
    .toMatch(/[1-9]\d* of 12 tasks.*in the background/)
  const rows = await workbench.experiments()
  await expect.poll(() => rows.first().locator('.codicon-sync').count()).toBe(1)
  await workbench.screenshot('background again')

  await workbench.command('Ticket Lab: Show What Is Running')
  await workbench.choose('Cancel IMP lenet-mnist')
  await workbench.cells.nth(1).locator('.codicon-notebook-state-error').waitFor()
  const text = await workbench.frameWith('.output_container')
  await expect.poll(() => text.locator('body').innerText()).toMatch(/cancelled/i)
  await workbench.screenshot('background cancelled')
})
