import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attendantsOf } from '../../src/runtime/attendance'
import { listRuns, readSlurmJob, runFolder } from '../../src/store/runs'
import { isLong } from '../campaigns/long'
import { temporaryFolder } from '../runtime/lab'
import { bundleCommandLine, start, writeNotebook, type Programs, type Running } from './programs'
import { noSlurm, startSlurm, type Slurm } from './slurm'
import { bitsOf } from './stores'

const reason = await noSlurm()
let programs: Programs
let slurm: Slurm
let folder: string
let store: string
let remove: () => Promise<void>
let shown: Running | undefined

const choices = { steps: 400, replicates: 2, evaluateEvery: 200 }
const ladder = (options: string, more: object = {}) =>
  `await lab.imp(lab.preset('lenet-mnist', ${JSON.stringify({ ...choices, ...more })}), { levels: 1${options} })`
const onSlurm = (workers: number, options = '') =>
  `, run: { slurm: { workers: ${workers}, options: '--mem=1200M ${options}' } }`

const environment = () => ({ TICKETLAB_STORE: store, ...slurm.environment })
async function run(cell: string): Promise<Running> {
  const notebook = await writeNotebook(folder, cell)
  const options = ['run', notebook, '--out', join(folder, 'out'), '--backend', 'wasm', '--trainers', '2']
  return (shown = start(programs, options, environment()))
}
const ask = async (program: string, ...options: string[]) =>
  (await promisify(execFile)(program, options, { env: { ...process.env, ...slurm.environment } })).stdout
const jobs = async () =>
  (await ask('squeue', '--noheader', '--array', '--format=%T')).split('\n').filter(Boolean)

/** Waits until jobs work on the run. */
async function atWork(workers: number): Promise<string> {
  await expect.poll(() => listRuns(store), { timeout: 60_000 }).toHaveLength(1)
  const [digest] = await listRuns(store)
  await expect.poll(() => attendantsOf(store, digest!), { timeout: 60_000 }).toBeGreaterThanOrEqual(workers)
  return digest!
}

describe.skipIf(reason !== undefined)(`a Slurm cluster of two nodes${reason ? ` (${reason})` : ''}`, () => {
  beforeAll(async () => {
    ;[programs, slurm] = await Promise.all([bundleCommandLine(), startSlurm(['node1', 'node2'])])
  }, 120_000)
  afterAll(async () => {
    await slurm.stop()
    await programs.remove()
  })
  beforeEach(async () => {
    ;({ folder, remove } = await temporaryFolder())
    store = join(folder, 'store')
  })
  afterEach(async () => {
    shown?.child.kill('SIGKILL')
    await ask('scancel', '--user=root')
    await expect.poll(jobs, { timeout: 30_000 }).toEqual([])
    await remove()
  })

  it('computes a ladder with a control through three workers, to the same bits, while the cell shows it', async () => {
    const cells = (options: string) =>
      `const tickets = ${ladder(options)}\nawait lab.control(tickets, 'random-reinit'${options ? `, { ${options.slice(2)} }` : ''})`
    const onCluster = await run(cells(onSlurm(3)))
    const digest = await atWork(2)
    const where = join(runFolder(store, digest), 'activity.json')
    await expect
      .poll(() => readFile(where, 'utf8').catch(() => ''), { timeout: 60_000 })
      .toMatch(/node[12], job \d+_\d/)
    const { code, text } = await onCluster.ended
    expect({ code, text }).toMatchObject({ code: 0 })
    expect(text).toMatch(/IMP lenet-mnist {2}.*\d+%/)
    const bits = await bitsOf(store)
    store = join(folder, 'local')
    expect(await (await run(cells(''))).ended).toMatchObject({ code: 0 })
    expect(bits).toEqual(await bitsOf(store))
  })

  it('puts a worker back into the queue when its time is nearly over, and goes on from its checkpoint', async () => {
    const onCluster = await run(ladder(onSlurm(1), { replicates: 1, steps: 2000 }))
    const digest = await atWork(1)
    const { job } = (await readSlurmJob(store, digest))!
    await expect
      .poll(async () => Object.keys(await bitsOf(store)).length, { timeout: 60_000 })
      .toBeGreaterThan(0)
    await ask('scancel', '--signal=USR2', '--batch', `${job}_1`)
    await expect.poll(() => attendantsOf(store, digest), { timeout: 60_000 }).toBe(0)
    const { code, text } = await onCluster.ended
    expect({ code, text }).toMatchObject({ code: 0 })
  })

  it('is told to forget its jobs when the run is cancelled', async () => {
    const onCluster = await run(ladder(onSlurm(2), { steps: 100_000 }))
    const digest = await atWork(1)
    expect(await start(programs, ['cancel', digest.slice(0, 8)], environment()).ended).toMatchObject({
      code: 0,
    })
    expect((await onCluster.ended).text).toContain('was cancelled. What was computed is kept')
    await expect.poll(jobs, { timeout: 30_000 }).toEqual([])
    expect(await listRuns(store)).toEqual([])
  })

  it('says in its own words why it refuses a job', async () => {
    const { code, text } = await (await run(ladder(onSlurm(1, '--partition=nowhere')))).ended
    expect(code).not.toBe(0)
    expect(text).toMatch(/Slurm's sbatch refused: .*invalid partition specified: nowhere/)
    expect(await readdir(join(store, 'runs'))).toEqual([])
  })

  it.runIf(isLong)(
    'loses a node in the middle, whose tasks the other takes over within a minute',
    async () => {
      const onCluster = await run(ladder(onSlurm(2), { steps: 3000 }))
      const digest = await atWork(2)
      await expect
        .poll(async () => Object.keys(await bitsOf(store)).length, { timeout: 60_000 })
        .toBeGreaterThan(1)
      await slurm.killNode('node1')
      const { code, text } = await onCluster.ended
      expect({ code, text }).toMatchObject({ code: 0 })
      expect(await listRuns(store)).not.toContain(digest)
    },
    300_000,
  )

  it.runIf(isLong)(
    'stops at a time limit that Slurm itself enforces, and goes on in the queue',
    async () => {
      // Slurm counts in minutes, and tells a worker two before its last.
      const long = { replicates: 1, steps: 40_000, evaluateEvery: 4000 }
      const onCluster = await run(ladder(onSlurm(1, '--time=3'), long))
      const digest = await atWork(1)
      await expect.poll(() => attendantsOf(store, digest), { timeout: 200_000 }).toBe(0)
      // It has stopped, and is not over.
      expect(await listRuns(store)).toContain(digest)
      const { code, text } = await onCluster.ended
      expect({ code, text }).toMatchObject({ code: 0 })
      expect(await listRuns(store)).toEqual([])
    },
    900_000,
  )
})
