import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/tasks/digest'
import { metricsFile, taskFolder, weightsFile } from '../../src/store/layout'
import { openStore, openStoreView, type Store } from '../../src/store/store'
import { openWork } from '../../src/store/work'
import { seal } from '../../src/support/sealed'
import { initialize } from '../../src/training/initialize'
import { rejected } from '../support/thrown'
import { initializeTask, temporaryFolder, trainTask } from '../runtime/lab'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => ({ folder, remove } = await temporaryFolder()))
afterEach(() => remove())

const task = initializeTask()
const digest = digestOf(task)
const rows = [0, 100].map((step) => ({
  step,
  validationLoss: 1 / (step + 3),
  validationAccuracy: 0.1,
  testLoss: 2.3025851249694824,
  testAccuracy: 0.0987,
}))

/** Puts W_0 into the store, as a trainer and the scheduler do. */
async function finish(store: Store): Promise<void> {
  const work = await openWork(store.folder, task, digest)
  await work.writeWeights(0, initialize(task))
  await store.commit(digest, {
    kind: 'initialize',
    facts: { kind: 'initialize' },
    files: await work.sums([weightsFile(0)]),
    finishedAt: new Date().toISOString(),
    seconds: 0,
  })
}

type View = { readonly digest: string; readonly name: string }
const isView = (value: unknown): value is View =>
  typeof value === 'object' && value !== null && 'digest' in value && 'name' in value

describe('a store', () => {
  it('gives back what was put in, to the bit, also when opened again', async () => {
    await finish(await openStore(folder))
    const store = await openStore(folder)
    expect(await store.verify(digest)).toBe(true)
    expect(await store.readWeights({ task: digest, step: 0 })).toEqual(initialize(task))
    expect(await store.task(digest)).toEqual(task)
    expect(await store.result(digest)).toMatchObject({ facts: { kind: 'initialize' } })
  })

  it('shows a task as finished only when all of it is there', async () => {
    const store = await openStore(folder)
    const work = await openWork(folder, task, digest)
    await work.writeWeights(0, initialize(task))
    expect(await store.has(digest)).toBe(false)
    expect(await store.result(digest)).toBeUndefined()
    expect(await rejected(store.readWeights({ task: digest, step: 0 }))).toMatchObject({
      code: 'task-failed',
    })
  })

  it('lets metrics be read while they are written, without a half line', async () => {
    const store = await openStore(folder)
    const train = trainTask(task)
    const log = await (await openWork(folder, train, digestOf(train))).startMetrics(rows.slice(0, 1))
    await log.append(rows[1]!)
    await log.close()
    await appendFile(join(taskFolder(folder, digestOf(train)), metricsFile), '{"step":200,"vali')
    expect(await store.readMetrics(digestOf(train))).toEqual(rows)
    expect(await store.readMetrics(digest)).toEqual([])
  })

  it('removes what a killed process left half written', async () => {
    const home = (await openWork(folder, task, digest)).folder
    await writeFile(join(home, 'weights-0.safetensors.123-abcd.tmp'), 'half')
    await openWork(folder, task, digest)
    expect(await readdir(home)).toEqual(['task.json'])
  })

  it.each([
    [
      'a flipped bit',
      weightsFile(0),
      async (file: string) => {
        const bytes = await readFile(file)
        bytes[bytes.length - 5]! ^= 1
        await writeFile(file, bytes)
      },
    ],
    ['a cut file', weightsFile(0), (file: string) => truncate(file, 100)],
    ['a missing file', weightsFile(0), (file: string) => rm(file)],
    ['another description', 'task.json', (file: string) => writeFile(file, '{}')],
    ['a result that is not JSON', 'result.json', (file: string) => writeFile(file, 'oops')],
    [
      'another number in a result',
      'result.json',
      async (file: string) =>
        writeFile(file, (await readFile(file, 'utf8')).replace('"seconds":0', '"seconds":8')),
    ],
    [
      'a result whose sum is gone in part',
      'result.json',
      async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('"sum"', '"rum"')),
    ],
    [
      'the result of another task',
      'result.json',
      async (file: string) => {
        const text = (await readFile(file, 'utf8')).slice('{"sum":"'.length + 64 + '",'.length)
        await writeFile(file, seal(`{${text.replace(digest, 'f'.repeat(64))}`))
      },
    ],
  ])('notices %s and names the file', async (_, name, damage) => {
    const store = await openStore(folder)
    await finish(store)
    const file = join(taskFolder(folder, digest), name)
    await damage(file)
    expect(await rejected(store.verify(digest))).toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining(file) as string,
    })
  })

  it('moves a damaged task aside and loses nothing of it', async () => {
    const store = await openStore(folder)
    await finish(store)
    const aside = await store.setAside(digest)
    expect(await store.has(digest)).toBe(false)
    expect(aside).toContain(`${digest}.corrupt-`)
    expect((await readdir(aside)).sort()).toEqual(['result.json', 'task.json', 'weights-0.safetensors'])
  })
})

describe('opening a store', () => {
  it('refuses one of a newer version, and touches nothing', async () => {
    await writeFile(join(folder, 'store.json'), '{"format": 2, "more": true}')
    const error = await rejected(openStore(folder))
    expect(error).toMatchObject({ code: 'store-newer', message: expect.stringContaining(folder) as string })
    expect(await rejected(openStoreView(folder).experiments(isView))).toMatchObject({ code: 'store-newer' })
    expect(await readdir(folder)).toEqual(['store.json'])
    expect(await readFile(join(folder, 'store.json'), 'utf8')).toBe('{"format": 2, "more": true}')
  })

  it.each(['', 'oops', '[]', '{"format": "one"}'])(
    'moves a damaged store.json aside, says so, and writes it anew: %j',
    async (text) => {
      const file = join(folder, 'store.json')
      await writeFile(file, text)
      const told: string[] = []
      await openStore(folder, (_, message) => told.push(message))
      const [name] = (await readdir(folder)).filter((one) => one !== 'store.json')
      expect(name).toContain('store.json.corrupt-')
      expect(told).toEqual([expect.stringContaining(join(folder, name!)) as string])
      expect(await readFile(join(folder, name!), 'utf8')).toBe(text)
      await openStore(folder, (_, message) => told.push(message))
      expect(told).toHaveLength(1)
    },
  )

  it('believes a store of a newer version only as far as its sum', async () => {
    const text = seal('{"format":2}')
    await writeFile(join(folder, 'store.json'), text)
    expect(await rejected(openStore(folder))).toMatchObject({ code: 'store-newer' })
    // Two bits of {"format":1}.
    await writeFile(join(folder, 'store.json'), seal('{"format":1}').replace('1}', '2}'))
    await openStore(folder)
  })

  it('reads results and experiments of the first versions, which had no sums', async () => {
    const store = await openStore(folder)
    await finish(store)
    const file = join(taskFolder(folder, digest), 'result.json')
    const sealed = await readFile(file, 'utf8')
    const former = sealed.replace(/^\{"sum":"[0-9a-f]{64}",/, '{')
    expect(former).not.toBe(sealed)
    await writeFile(file, former)
    await writeFile(join(folder, 'store.json'), '{"format":1}\n')
    const view = { digest: 'a'.repeat(64), name: 'IMP a' }
    await mkdir(join(folder, 'experiments'))
    await writeFile(
      join(folder, 'experiments', `${view.digest}.json`),
      JSON.stringify({ view, description: {} }),
    )
    const again = await openStore(folder)
    expect(await again.verify(digest)).toBe(true)
    expect(await again.experiment(view.digest, isView)).toEqual({ view, description: {} })
  })

  it('does not mix with other files', async () => {
    await writeFile(join(folder, 'thesis.tex'), '')
    expect(await rejected(openStore(folder))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('thesis.tex') as string,
    })
    expect(await readdir(folder)).toEqual(['thesis.tex'])
  })

  it('may happen in several places at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => openStore(join(folder, 'new', 'store'))))
    expect(await readdir(join(folder, 'new', 'store'))).toEqual(['store.json'])
  })
})

describe('experiments in a store', () => {
  const view = (name: string) => ({ digest: name.repeat(64), name: `IMP ${name}` })

  it('are listed without a kernel, and a damaged one does not hide the others', async () => {
    const store = await openStore(folder)
    await store.writeExperiment(view('a'), { levels: 3 })
    await store.writeExperiment(view('b'), { levels: 5 })
    const later = { ...view('a'), name: 'IMP a, later' }
    await store.writeExperiment(later, { levels: 3 })
    const damaged = join(folder, 'experiments', 'c.json')
    await writeFile(damaged, '{"view": {}}')
    expect(await openStoreView(folder).experiments(isView)).toEqual({
      experiments: [
        { view: later, description: { levels: 3 } },
        { view: view('b'), description: { levels: 5 } },
      ],
      damaged: [damaged],
    })
    expect(await store.experiment(view('b').digest, isView)).toEqual({
      view: view('b'),
      description: { levels: 5 },
    })
  })

  it('are none where there is no store yet, and looking does not make one', async () => {
    const absent = join(folder, 'absent')
    expect(await openStoreView(absent).experiments(isView)).toEqual({ experiments: [], damaged: [] })
    expect(await readdir(folder)).toEqual([])
  })

  it('are told about when they change, also when the store appears later', async () => {
    const later = join(folder, 'later')
    await mkdir(later)
    let told: () => void
    const next = () => new Promise<void>((resolve) => (told = resolve))
    let changed = next()
    const stop = openStoreView(later).watch(() => told())
    const store = await openStore(later)
    await store.writeExperiment(view('a'), {})
    await changed
    changed = next()
    await store.writeExperiment(view('b'), {})
    await changed
    stop()
  })
})
