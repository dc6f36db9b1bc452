import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPackaged, type Served } from '../../scripts/vscode/installed.mjs'
import { isExperimentView } from '../../src/experiments/view'
import { listExperiments } from '../../src/store/experiments'
import { temporaryFolder } from '../runtime/lab'
import { answerFile, askCommand, askedFile, packAsker } from './asker'
import { openWorkbench, pictureFailures, prepared, type Workbench } from './workbench'

const asked = {
  ...{ kind: 'imp', preset: 'lenet-mnist', options: { levels: 1 } },
  presetOptions: { steps: 10, replicates: 1, evaluateEvery: 10, backend: 'wasm' },
}

let place: Awaited<ReturnType<typeof temporaryFolder>>
let server: Served
let workbench: Workbench
beforeAll(async () => {
  place = await temporaryFolder()
  const installation = JSON.parse(prepared('INSTALLATION')) as {
    readonly node: string
    readonly codeServer: string
    readonly vsix: string
  }
  const installed = await installPackaged({
    ...{ ...installation, also: [await packAsker(join(place.folder, 'asker'))] },
    data: join(place.folder, 'data'),
    env: { ...process.env, TICKETLAB_STORE: join(place.folder, 'store') },
  })
  server = await installed.serve()
  workbench = await openWorkbench({
    // What an assistant says that the user has agreed to is no answer of the user.
    files: { [askedFile]: JSON.stringify({ ...asked, confirmed: true }) },
    server: { address: () => server.address, settings: installed.settings },
  })
})
afterAll(async () => {
  await workbench.close()
  await server.stop()
  await place.remove()
})
pictureFailures(() => workbench)

const answer = () => readFile(join(workbench.folder, answerFile), 'utf8').catch(() => '')
const experiments = async () =>
  (await listExperiments(join(place.folder, 'store'), isExperimentView)).experiments
const dialog = () => workbench.page.locator('.monaco-dialog-box')

test('before an assistant trains anything, the user sees what and at what cost, and may say no', async () => {
  await workbench.command(askCommand)
  await dialog().waitFor()
  const text = await dialog().innerText()
  expect(text).toContain('Run this experiment?')
  expect(text).toMatch(/Cost of IMP lenet-mnist: 20 steps to do of 20, about \d/)
  expect(text).toContain("lab.preset('lenet-mnist'")
  // That is for assistants whose program does not ask.
  expect(text).not.toContain('confirmed')
  await workbench.screenshot('assistant asks')
  await dialog().getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(answer).toMatch(/^refused: Cancel/)
  expect(await workbench.cells.count()).toBe(0)
  expect(await experiments()).toEqual([])
})

test('after a yes its cell is in a notebook, and the experiment in the tree', async () => {
  await workbench.command(askCommand)
  await dialog().waitFor()
  await dialog()
    .getByRole('button', { name: /^(Yes|OK)$/ })
    .click()
  await expect.poll(answer).toContain('computed in the background')
  await workbench.cells.first().waitFor()
  const rows = await workbench.experiments()
  await rows.filter({ hasText: 'IMP lenet-mnist' }).first().waitFor()
  await expect.poll(async () => (await experiments()).map(({ view }) => view.state)).toEqual(['done'])
  await workbench.cells.locator('.codicon-notebook-state-success').waitFor()
  await workbench.screenshot('assistant ran')
})
