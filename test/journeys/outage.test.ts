import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPackaged, type Served } from '../../scripts/vscode/installed.mjs'
import { isLong } from '../campaigns/long'
import { bitsOf, locksHeldIn } from '../cli/stores'
import { temporaryFolder } from '../runtime/lab'
import { shortQuickstart } from './notebooks'
import { changeSetting, openWorkbench, pictureFailures, prepared, type Workbench } from './workbench'

const cli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url))

let server: Served
let workbench: Workbench
let place: Awaited<ReturnType<typeof temporaryFolder>>
let settings: string
let serve: () => Promise<Served>
const storeOf = (name: string) => join(place.folder, name)

beforeAll(async () => {
  if (!isLong) return
  place = await temporaryFolder()
  const installation = JSON.parse(prepared('INSTALLATION')) as {
    node: string
    codeServer: string
    vsix: string
  }
  const env = { ...process.env, TICKETLAB_STORE: storeOf('disturbed') }
  const installed = await installPackaged({ ...installation, data: join(place.folder, 'data'), env })
  settings = installed.settings
  serve = () => installed.serve()
  await changeSetting(settings, 'ticketlab.runs', 'background')
  server = await serve()
  workbench = await openWorkbench({
    // All cells are in view: VS Code draws no others.
    height: 3600,
    files: { 'quick.ipynb': await shortQuickstart({ steps: 15_000, evaluateEvery: 3750, levels: 4 }) },
    server: { address: () => server.address, settings },
  })
})
afterAll(async () => {
  if (!isLong) return
  await workbench.close()
  await server.stop()
  await place.remove()
})
pictureFailures(() => workbench)

/** What a plot says of how far its run is, wherever that is written. */
const progressIn = (text: string): string | undefined =>
  /\d+ of \d+ tasks[^"<]*in the background/.exec(text)?.[0]

/** What is written in the first plot. */
async function firstPlot(): Promise<string> {
  const frame = await workbench.frameWith('.ticketlab-chart svg')
  return frame.locator('.ticketlab-chart svg').first().textContent().then(String, String)
}

// It takes a third of the time of all other journeys.
test.runIf(isLong)(
  'the browser tab and the server are lost in the middle of the quickstart, which goes on, and ends as undisturbed',
  async () => {
    await workbench.openNotebook('quick.ipynb')
    await workbench.command('Notebook: Run All')
    await expect.poll(firstPlot).toMatch(/[1-9]\d* of \d+ tasks.*in the background/)
    await workbench.screenshot('outage before')

    await workbench.page.goto('about:blank')
    server.kill()
    const before = Object.keys(await bitsOf(storeOf('disturbed'))).length
    await expect
      .poll(async () => Object.keys(await bitsOf(storeOf('disturbed'))).length, { timeout: 600_000 })
      .toBeGreaterThan(before)

    // What was saved with the notebook, if anything was, says how far it was then.
    const saved = progressIn(await readFile(join(workbench.folder, 'quick.ipynb'), 'utf8'))
    server = await serve()
    await workbench.reload()
    const opening = Date.now()
    await workbench.openNotebook('quick.ipynb')
    const opened = Date.now()
    console.log(`The notebook is there ${opened - opening} ms after it was asked for.`)
    await firstPlot()
    const drawn = Date.now()
    console.log(`Its plot, as it was saved, is drawn ${drawn - opened} ms after that.`)
    await expect
      .poll(async () => progressIn(await firstPlot()) ?? saved, { interval: 50, timeout: 60_000 })
      .not.toBe(saved)
    console.log(`The plot moves ${Date.now() - drawn} ms after it is drawn.`)
    await workbench.screenshot('outage watched')
    await workbench.command('Notebook: Run All')
    console.log(`Run All is taken ${Date.now() - opened} ms after the notebook is there.`)
    await expect.poll(firstPlot, { interval: 50 }).toMatch(/tasks.*in the background/)
    await workbench.screenshot('outage after')
    const ended = workbench.page.locator('.notebook-editor .codicon-notebook-state-success')
    await expect.poll(() => ended.count(), { timeout: 600_000 }).toBe(3)
    await workbench.screenshot('outage done')

    const notebook = join(workbench.folder, 'quick.ipynb')
    await promisify(execFile)(process.execPath, [cli, 'run', notebook, '--out', join(place.folder, 'out')], {
      env: { ...process.env, TICKETLAB_STORE: storeOf('undisturbed') },
    })
    expect(await bitsOf(storeOf('disturbed'))).toEqual(await bitsOf(storeOf('undisturbed')))
    expect(await locksHeldIn(storeOf('disturbed'))).toEqual([])
  },
  1_500_000,
)
