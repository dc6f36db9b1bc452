import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { imp } from '../../src/experiments/imp'
import { startKernel } from '../../src/kernel/client'
import { storedRunOf } from '../../src/experiments/stored-run'
import { setupOf } from '../../src/lab/asked/presets'
import type { MimeBundle } from '../../src/report/display'
import { attendantsOf } from '../../src/runtime/attendance'
import { listRuns, writeRun } from '../../src/store/runs'
import { openStore } from '../../src/store/store'
import { places } from '../../src/support/paths'
import { temporaryFolder } from '../runtime/lab'
import { bitsOf } from './stores'
import { bundleCommandLine, lastText, start, writeNotebook, type Programs, type Running } from './programs'

const choices = { steps: 400, replicates: 2, evaluateEvery: 200 }
const experiment = imp(
  setupOf('lenet-mnist', choices, () => chooseBackend('wasm', places().backends)),
  2,
)
const small = (run: string, more: object = {}) =>
  `await lab.imp(lab.preset('lenet-mnist', ${JSON.stringify({ ...choices, ...more })}), { levels: 2${run} })`
const inBackground = ", run: 'background'"

let programs: Programs
let calm: { readonly folder: string; readonly remove: () => Promise<void> }
/** What comes out when one process computes everything, undisturbed. */
let calmBits: Record<string, unknown>
beforeAll(async () => {
  ;[programs, calm] = await Promise.all([bundleCommandLine(), temporaryFolder()])
  await keepForWorkers(calm.folder)
  const { text } = await start(programs, ['work', '--trainers', '2'], { TICKETLAB_STORE: calm.folder }).ended
  expect(computedBy(text)).toBe(experiment.tasks.size)
  calmBits = await bitsOf(calm.folder)
})
afterAll(() => Promise.all([programs.remove(), calm.remove()]))

let folder: string
let store: string
let remove: () => Promise<void>
const running = new Set<Running>()
beforeEach(async () => {
  ;({ folder, remove } = await temporaryFolder())
  store = join(folder, 'store')
})
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  running.clear()
  await remove()
})

function ticketlab(options: readonly string[], prefix: readonly string[] = []): Running {
  const one = start(programs, options, { TICKETLAB_STORE: store }, prefix)
  running.add(one)
  void one.ended.then(() => running.delete(one))
  return one
}

async function run(cell: string): Promise<Running> {
  const notebook = await writeNotebook(folder, cell)
  return ticketlab(['run', notebook, '--out', join(folder, 'out'), '--backend', 'wasm', '--trainers', '2'])
}

async function keepForWorkers(folder: string): Promise<void> {
  await openStore(folder)
  await writeRun(folder, storedRunOf(experiment, new Date().toISOString()))
}

/** Waits until so many tasks are done. */
const begun = (tasks: number) =>
  expect
    .poll(async () => Object.keys(await bitsOf(store)).length, { timeout: 60_000, interval: 50 })
    .toBeGreaterThanOrEqual(tasks)

const computedBy = (text: string) => Number(/finished; (\d+) tasks were computed here/.exec(text)?.[1])

async function kill({ child, ended }: Running): Promise<void> {
  process.kill(-child.pid!, 'SIGKILL')
  await ended
}

describe('a run in the background', () => {
  it('goes on when the kernel and the command line are killed, and the same cell shows it again', async () => {
    const first = await run(small(inBackground))
    await begun(1)
    await kill(first)
    const [digest] = await listRuns(store)
    expect(await attendantsOf(store, digest!)).toBe(1)

    const again = await run(small(inBackground))
    expect(await again.ended).toMatchObject({ code: 0 })
    expect(await listRuns(store)).toEqual([])
    expect(await bitsOf(store)).toEqual(calmBits)
    expect(await lastText(join(folder, 'out'))).toMatch(/^IMP lenet-mnist: mean/)
  })

  it.runIf(existsSync('/proc/self/autogroup'))('lets the editor go first', async () => {
    const shown = await run(small(inBackground, { steps: 100_000 }))
    await begun(1)
    const [digest] = await listRuns(store)
    const worker = execFileSync('pgrep', ['-f', `work ${digest}`], { encoding: 'utf8' }).trim()
    expect(readFileSync(`/proc/${worker}/autogroup`, 'utf8')).toMatch(/nice 10$/m)
    expect(await ticketlab(['cancel', digest!.slice(0, 8)]).ended).toMatchObject({ code: 0 })
    await shown.ended
  })

  it('stops everywhere when it is cancelled, and leaves nothing to go on with', async () => {
    const shown = await run(small(inBackground, { steps: 100_000 }))
    await begun(1)
    const [digest] = await listRuns(store)
    expect(await ticketlab(['cancel', digest!.slice(0, 8)]).ended).toMatchObject({ code: 0 })
    const { code, text } = await shown.ended
    expect(code).not.toBe(0)
    expect(text).toContain('was cancelled. What was computed is kept')
    await expect.poll(() => listRuns(store), { timeout: 20_000 }).toEqual([])
    expect(await ticketlab(['work']).ended).toMatchObject({ code: 0, text: 'Nothing is left to compute.\n' })
  })

  it('can be stopped like that where a kernel computes it, too', async () => {
    const shown = await run(small('', { steps: 100_000 }))
    await begun(1)
    await expect.poll(() => listRuns(store), { timeout: 20_000 }).toHaveLength(1)
    expect(await ticketlab(['cancel', 'IMP lenet-mnist']).ended).toMatchObject({ code: 0 })
    expect((await shown.ended).text).toContain('was cancelled. What was computed is kept')
    expect(await listRuns(store)).toEqual([])
  })

  it('is shown by a kernel in which no cell was run, for as long as somebody looks', async () => {
    const cell = await run(small(inBackground))
    await begun(1)
    await kill(cell)
    const runs = await listRuns(store)
    const settings = { home: join(folder, 'home'), store, trainers: 2 }
    const drawn: string[] = []
    const told = (bundle: MimeBundle): string =>
      'image/svg+xml' in bundle
        ? 'the end'
        : (/\d+ of \d+ tasks[^"]*/.exec(Object.values(bundle).join())?.[0] ?? '')
    const after: [number | undefined, string][] = []
    const watching = await startKernel({
      ...{ nodePath: process.execPath, kernelPath: join(programs.folder, 'kernel.cjs'), settings },
      place: { name: 'small.ipynb', folder },
      onMessage(message) {
        if (message.type !== 'output' || message.output.kind !== 'display') return
        const { execution, output } = message
        if (execution === 7) drawn.push(told(output.bundle))
        else after.push([execution, told(output.bundle)])
      },
    })
    try {
      watching.watch(7, runs)
      await expect.poll(() => drawn.at(-1), { timeout: 60_000 }).toMatch(/of 12 tasks, .*, in the background/)
      watching.unwatch(7)
      watching.watch(7, runs)
      await expect.poll(() => listRuns(store), { timeout: 60_000 }).toEqual([])
      await expect.poll(() => drawn.at(-1), { timeout: 20_000 }).toBe('the end')
      expect(await bitsOf(store)).toEqual(calmBits)
      // Over by now: it is drawn once, and nobody begins it again. Nothing is known of the other.
      watching.watch(9, ['0'.repeat(64)])
      watching.watch(8, runs)
      await expect.poll(() => after, { timeout: 20_000 }).toEqual([[8, 'the end']])
    } finally {
      await watching.shutdown()
    }
    expect(await listRuns(store)).toEqual([])
  })

  it('goes on when its cell is interrupted, which says so', async () => {
    const shown = await run(small(inBackground, { steps: 100_000 }))
    await begun(1)
    process.kill(shown.child.pid!, 'SIGINT')
    const { text } = await shown.ended
    expect(text).toContain('is no longer shown here, but goes on (in the background)')
    const [digest] = await listRuns(store)
    expect(await attendantsOf(store, digest!)).toBe(1)
    expect(await ticketlab(['cancel', 'IMP lenet-mnist']).ended).toMatchObject({ code: 0 })
    await expect.poll(() => listRuns(store), { timeout: 20_000 }).toEqual([])
  })

  it('takes over what a kernel has begun, when it is told to, which the cell goes on showing', async () => {
    const cell = `const done = ${small('').replace('await ', '')}\nsetTimeout(() => lab.toBackground(1), 1500)\nawait done`
    const shown = await run(cell)
    await shown.printed(/lenet-mnist/)
    await expect.poll(async () => (await listRuns(store)).length, { timeout: 60_000 }).toBe(1)
    const [digest] = await listRuns(store)
    const log = join(store, 'runs', digest!, 'worker.log')
    await expect.poll(() => existsSync(log), { timeout: 60_000 }).toBe(true)
    await kill(shown)
    await expect.poll(() => attendantsOf(store, digest!), { timeout: 60_000 }).toBe(1)
    const again = await run(small(inBackground))
    expect(await again.ended).toMatchObject({ code: 0 })
    expect(await bitsOf(store)).toEqual(calmBits)
  })

  it('says what is missing where there is no Slurm', async () => {
    const notebook = await writeNotebook(folder, small(', run: { slurm: {} }'))
    const options = ['run', notebook, '--out', join(folder, 'out'), '--backend', 'wasm']
    const { code, text } = await start(programs, options, { TICKETLAB_STORE: store, PATH: folder }).ended
    expect(code).not.toBe(0)
    expect(text).toContain("Expected Slurm's sbatch on the PATH, found none.")
    expect(await listRuns(store)).toEqual([])
  })

  it('says in the cell why a worker failed', async () => {
    const { code, text } = await (await run(small(inBackground, { learningRate: 1e30 }))).ended
    expect(code).not.toBe(0)
    expect(text).toMatch(/diverged/)
  })

  it('is not for criteria that only this notebook has', async () => {
    const own = small(`${inBackground}, criterion: ({ weights }) => weights`)
    const { text } = await (await run(own)).ended
    expect(text).toContain(
      "Expected run: 'here' with a criterion of your own in lab.imp, found 'background'.",
    )
  })
})

describe('workers', () => {
  it('go on with what a kernel that was killed has begun', async () => {
    const killed = await run(small(''))
    await begun(1)
    await kill(killed)
    const { code, text } = await ticketlab(['work', '--trainers', '2']).ended
    expect({ code, text }).toMatchObject({ code: 0 })
    expect(computedBy(text)).toBeGreaterThan(0)
    expect(await bitsOf(store)).toEqual(calmBits)
    expect(await listRuns(store)).toEqual([])
  })

  it('stop at an interrupt, and the next one goes on', async () => {
    await keepForWorkers(store)
    const first = ticketlab(['work', '--trainers', '1'])
    await begun(2)
    first.child.kill('SIGTERM')
    expect(await first.ended).toMatchObject({
      code: 130,
      text: expect.stringContaining('stopped; the next worker goes on from here') as string,
    })
    expect(await ticketlab(['work', experiment.digest.slice(0, 6)]).ended).toMatchObject({ code: 0 })
    expect(await bitsOf(store)).toEqual(calmBits)
  })

  it('of several machines compute each task once, and to the same bits', async ({ skip }) => {
    const node = (name: string) => ['unshare', '--uts', 'sh', '-c', `hostname ${name}; exec "$@"`, 'sh']
    const able = await start(programs, ['--version'], {}, node('node1')).ended
    if (able.code !== 0) skip('machines cannot be told apart here: unshare is not allowed')
    await keepForWorkers(store)
    const workers = ['node1', 'node2', 'node2'].map((name) =>
      ticketlab(['work', '--trainers', '1'], node(name)),
    )
    const ended = await Promise.all(workers.map((worker) => worker.ended))
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(await bitsOf(store)).toEqual(calmBits)
    const computed = ended.map(({ text }) => computedBy(text))
    expect(computed.reduce((sum, one) => sum + one, 0)).toBe(experiment.tasks.size)
    expect(computed.filter((count) => count > 0).length).toBeGreaterThan(1)
    expect(await listRuns(store)).toEqual([])
  })
})
