import { execFileSync } from 'node:child_process'
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from 'tar'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { isExperimentView } from '../../../src/experiments/view'
import { attend, attendantsOf } from '../../../src/runtime/attendance'
import { taskLocks } from '../../../src/runtime/locks/task-locks'
import { readLabels, writeLabel } from '../../../src/store/labels'
import { storeFile, taskFolder } from '../../../src/store/layout'
import { listRuns, removeRun, runFolder, writeRun } from '../../../src/store/runs'
import { openStore } from '../../../src/store/store'
import { exportExperiments } from '../../../src/store/upkeep/export'
import { findExperiments } from '../../../src/store/upkeep/find'
import { free, freeable } from '../../../src/store/upkeep/free'
import { copyExperiments, importExperiments } from '../../../src/store/upkeep/import'
import { deleteExperiments, emptyTrash, restore } from '../../../src/store/upkeep/trash'
import { verifyStore } from '../../../src/store/upkeep/verify'
import { temporaryFolder } from '../../runtime/lab'
import { rejected } from '../../support/thrown'
import { labThatOnlyReads, listed, numbersOf, trainRealStore, type RealStore } from './real-store'

let real: RealStore
let folder: string
let store: string
let remove: () => Promise<void>
beforeAll(async () => {
  real = await trainRealStore()
}, 120_000)
afterAll(() => real.close())
beforeEach(async () => {
  ;({ folder, remove } = await temporaryFolder())
  store = join(folder, 'store')
  await cp(real.store, store, { recursive: true })
})
afterEach(() => remove())

const arrival = { isView: isExperimentView, takeTask: taskLocks }
const [imp, reinit, own] = ['IMP small', 'random reinit small', 'pruned by own criterion small']

/** Sum of the sizes of all files below a folder, as the system has them. */
async function bytesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map((file) => lstat(join(file.parentPath, file.name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** As if everything had been made a day ago. */
async function age(path: string): Promise<void> {
  const then = new Date(Date.now() - 86_400_000)
  for (const entry of await readdir(path, { recursive: true })) await utimes(join(path, entry), then, then)
}

/** Every file below a folder with its content. */
async function everything(path: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name))
  const contents = await Promise.all(files.map((file) => readFile(file, 'latin1')))
  return new Map(files.map((file, index) => [file.slice(path.length), contents[index]!]))
}

describe('the list of a store', () => {
  it('says what every experiment takes, and counts what they share once', async () => {
    const { byName, bytes, unreferred } = await listed(store)
    expect([...byName.keys()].sort()).toEqual([imp, own, reinit].sort())
    expect(bytes).toBe(await bytesBelow(join(store, 'tasks')))
    expect(unreferred.tasks).toBe(0)
    const tickets = byName.get(imp)!
    // Two replicates of W_0, three trainings, two masks, and the evaluations of the three networks.
    expect(tickets.needs.size).toBe(2 * (1 + 3 + 2 + 3))
    const sizes = await Promise.all([...tickets.needs].map((digest) => bytesBelow(taskFolder(store, digest))))
    expect(tickets.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0))
    // The control trains other weights under the same masks, and cannot be read without them.
    const control = byName.get(reinit)!
    const shared = [...tickets.needs].filter((digest) => control.needs.has(digest))
    expect(shared.length).toBeGreaterThanOrEqual(4)
    expect(tickets.alone).toBeLessThan(tickets.bytes)
    expect(tickets.missing + control.missing).toBe(0)
  })

  it('finds experiments by digest, beginning, name or label, and lists those that could be meant', async () => {
    await writeLabel(store, (await listed(store)).byName.get(reinit)!.experiment.view.digest, {
      name: 'Mine',
    })
    const all = [...(await listed(store)).byName.values()]
    const digestOf = (name: string) =>
      all.find(({ experiment }) => experiment.view.name === name)!.experiment.view.digest
    const found = findExperiments(all, [digestOf(imp), digestOf(own).slice(0, 10), 'mine', imp])
    expect(found.map(({ experiment }) => experiment.view.name)).toEqual([imp, own, reinit])
    expect(() => findExperiments(all, ['absent'])).toThrow(/'absent'.*store list/)
    const twins = [all[0]!, { ...all[0]!, experiment: { ...all[0]!.experiment } }]
    expect(() => findExperiments(twins, [digestOf(all[0]!.experiment.view.name).slice(0, 6)])).toThrow(
      new RegExp(`means 2:\\n- ${twins[0]!.experiment.view.digest.slice(0, 12)} `),
    )
  })
})

test('a store of a newer version is neither read nor changed', async () => {
  await writeFile(storeFile(store), '{"format":2}')
  const before = await everything(store)
  const digest = 'a'.repeat(64)
  const attempts = [
    () => listed(store),
    () => verifyStore(store, isExperimentView),
    () => exportExperiments(store, [imp], join(folder, 'x.tar'), isExperimentView),
    () => importExperiments(store, join(real.store, 'store.json'), arrival),
    () => writeLabel(store, digest, { pinned: true }),
    () => deleteExperiments(store, [digest], attendantsOf),
    () => free(store, isExperimentView, taskLocks(store)),
    () => restore(store, taskLocks(store)),
    () => emptyTrash(store),
  ]
  for (const attempt of attempts) expect(await rejected(attempt())).toMatchObject({ code: 'store-newer' })
  expect(await everything(store)).toEqual(before)
})

describe('verifying a store', () => {
  it('finds nothing in one that is whole, names what is damaged, and changes nothing', async () => {
    const whole = await verifyStore(store, isExperimentView)
    expect(whole).toMatchObject({ unfinished: 0, experiments: 3, damaged: [], incomplete: [] })
    const [first, second, third] = [...(await listed(store)).byName.get(imp)!.needs]
    const file = join(taskFolder(store, first!), 'result.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace(/.\n$/, ' \n'))
    const other = join(taskFolder(store, second!), 'task.json')
    await rm(other)
    await rm(taskFolder(store, third!), { recursive: true })
    const experiment = join(store, 'experiments', (await readdir(join(store, 'experiments')))[0]!)
    const { name } = (JSON.parse(await readFile(experiment, 'utf8')) as { view: { name: string } }).view
    await writeFile(experiment, (await readFile(experiment, 'utf8')).replace('"view"', '"wiew"'))
    const before = await everything(store)
    const { damaged, incomplete, tasks } = await verifyStore(store, isExperimentView)
    expect(damaged).toHaveLength(3)
    for (const path of [file, other, experiment]) {
      expect(damaged.join()).toContain(path)
    }
    expect(tasks).toBe(whole.tasks - 3)
    const users = incomplete.map(({ view, missing }) => [view.name, missing])
    expect(users).toContainEqual([name === imp ? reinit : imp, [third]])
    expect(await everything(store)).toEqual(before)
  })
})

describe('an archive of experiments', () => {
  it('gives a lab the same numbers in an empty store, where nothing can be trained', async () => {
    const file = join(folder, 'tickets.tar')
    const digest = (await listed(store)).byName.get(imp)!.experiment.view.digest
    await writeLabel(store, digest, { name: 'the good one', pinned: true })
    const packed = await exportExperiments(store, ['the good one', reinit, own], file, isExperimentView)
    const there = join(folder, 'elsewhere', 'store')
    const taken = await importExperiments(there, file, arrival)
    expect(taken).toMatchObject({ tasks: packed.tasks.length, there: 0, busy: 0 })
    expect(taken.experiments.map(({ there, missing }) => [there, missing])).toEqual(Array(3).fill([false, 0]))
    const lab = labThatOnlyReads(there)
    expect(await numbersOf(lab, real.setup)).toEqual(real.numbers)
    await lab.close()
    expect(await verifyStore(there, isExperimentView)).toMatchObject({ damaged: [], incomplete: [] })
    expect((await readLabels(there)).get(digest)).toEqual({ name: 'the good one', pinned: true })
    expect(await readdir(join(there, 'incoming'))).toEqual([])
  })

  it('is a tar file, laid out as a store', async () => {
    const file = join(folder, 'one.tar')
    await exportExperiments(store, [imp], file, isExperimentView)
    const unpacked = join(folder, 'unpacked')
    await mkdir(unpacked)
    execFileSync('tar', ['-xf', file, '-C', unpacked])
    const { byName } = await listed(unpacked)
    expect([...byName.keys()]).toEqual([imp])
    expect(await verifyStore(unpacked, isExperimentView)).toMatchObject({ damaged: [], incomplete: [] })
  })

  it('replaces nothing: neither a file, nor a task, nor an experiment', async () => {
    const file = join(folder, 'tickets.tar')
    await exportExperiments(store, [imp], file, isExperimentView)
    expect(await rejected(exportExperiments(store, [imp], file, isExperimentView))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(file) as string,
    })
    const before = await everything(store)
    const taken = await importExperiments(store, file, arrival)
    expect(taken).toMatchObject({ tasks: 0, experiments: [{ there: true }] })
    expect(await everything(store)).toEqual(before)
  })

  it('mends a task that is damaged, and keeps what was damaged', async () => {
    const file = join(folder, 'tickets.tar')
    await exportExperiments(store, [imp], file, isExperimentView)
    const [first] = (await listed(store)).byName.get(imp)!.needs
    await writeFile(join(taskFolder(store, first!), 'task.json'), '{}')
    expect(await importExperiments(store, file, arrival)).toMatchObject({ tasks: 1 })
    expect((await verifyStore(store, isExperimentView)).damaged).toEqual([])
    expect((await listed(store)).contents.leftovers).toHaveLength(1)
  })

  it('says what is not finished, and takes the rest along', async () => {
    const digest = (await listed(store)).byName.get(reinit)!.experiment.view.digest
    const { needs } = (await listed(store)).byName.get(imp)!
    const last = [...(await listed(store)).byName.get(reinit)!.needs].find((one) => !needs.has(one))!
    await rm(join(taskFolder(store, last), 'result.json'))
    const file = join(folder, 'part.tar')
    const packed = await exportExperiments(store, [digest], file, isExperimentView)
    expect(packed.experiments).toMatchObject([{ missing: 1 }])
    const taken = await importExperiments(join(folder, 'other'), file, arrival)
    expect(taken.experiments).toMatchObject([{ there: false, missing: 1 }])
  })

  it('leaves a task alone that somebody computes just now', async () => {
    const file = join(folder, 'tickets.tar')
    await exportExperiments(store, [imp], file, isExperimentView)
    const other = join(folder, 'other')
    await openStore(other)
    const [first] = (await listed(store)).byName.get(imp)!.needs
    const release = await taskLocks(other)(first!)
    expect(await importExperiments(other, file, arrival)).toMatchObject({
      busy: 1,
      experiments: [{ missing: 1 }],
    })
    await release!()
    expect(await importExperiments(other, file, arrival)).toMatchObject({ busy: 0, tasks: 1 })
  })

  it.each([
    ['a path outside', 'link', "'../outside'"],
    ['a link', 'tasks', "'tasks'"],
    ['another file', 'notes.txt', "'notes.txt'"],
  ])('with %s in it is refused, and nothing is taken in', async (_, name, found) => {
    const there = join(folder, 'store-in-work')
    await cp(store, there, { recursive: true })
    const file = join(folder, 'bad.tar')
    if (name === 'link') {
      await writeFile(join(folder, 'outside'), 'x')
      await create({ file, cwd: there, preservePaths: true }, ['store.json', 'experiments', '../outside'])
    } else if (name === 'tasks') {
      await rm(join(there, 'tasks'), { recursive: true })
      await symlink('/tmp', join(there, 'tasks'))
      await create({ file, cwd: there }, ['store.json', 'tasks', 'experiments'])
    } else {
      await writeFile(join(there, name), 'x')
      await create({ file, cwd: there }, ['store.json', 'experiments', name])
    }
    const target = join(folder, 'target')
    expect(await rejected(importExperiments(target, file, arrival))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(found) as string,
    })
    expect([...(await everything(target)).keys()]).toEqual(['/store.json'])
  })

  it.each(['cut off', 'changed', 'no archive', 'of a newer version'])(
    'that is %s is refused, and nothing is taken in',
    async (how) => {
      const file = join(folder, 'bad.tar')
      if (how === 'of a newer version') await writeFile(storeFile(store), '{"format":2}')
      else await exportExperiments(store, [imp], file, isExperimentView)
      if (how === 'cut off') await writeFile(file, (await readFile(file)).subarray(0, 20_000))
      if (how === 'no archive') await writeFile(file, 'oops'.repeat(1000))
      if (how === 'changed') {
        const bytes = await readFile(file)
        // A number of the metrics of a training.
        bytes[bytes.indexOf('"validationLoss":0.') + '"validationLoss":0.'.length]! ^= 1
        await writeFile(file, bytes)
      }
      if (how === 'of a newer version') {
        const names = [
          'store.json',
          ...(await readdir(join(store, 'experiments'))).map((n) => `experiments/${n}`),
        ]
        await create({ file, cwd: store }, names)
      }
      const target = join(folder, 'target')
      expect(await rejected(importExperiments(target, file, arrival))).toMatchObject({
        code: how === 'of a newer version' ? 'store-newer' : 'data-corrupt',
      })
      expect([...(await everything(target)).keys()]).toEqual(['/store.json'])
    },
  )

  it('can be a folder as well: a copy has the same files', async () => {
    const other = join(folder, 'other')
    const { sent, taken } = await copyExperiments(store, [imp, reinit], other, arrival)
    expect(taken.tasks).toBe(sent.tasks.length)
    const [ours, theirs] = [await everything(store), await everything(other)]
    for (const [path, content] of theirs) expect(ours.get(path)).toBe(content)
    expect((await listed(other)).bytes).toBe(taken.bytes)
    expect(await rejected(copyExperiments(store, [imp], store, arrival))).toMatchObject({ code: 'bad-input' })
  })
})

describe('freeing', () => {
  it('takes what no experiment refers to, and gives it back until the trash is emptied', async () => {
    await age(store)
    expect(await freeable(store, isExperimentView)).toMatchObject({ tasks: [], bytes: 0 })
    const before = await everything(store)
    const { byName } = await listed(store)
    const { experiment, alone } = byName.get(reinit)!
    await writeLabel(store, experiment.view.digest, { name: 'controls' })
    const deleted = await deleteExperiments(store, [experiment.view.digest], attendantsOf)
    expect((await listed(store)).byName.has(reinit)).toBe(false)
    const told = await freeable(store, isExperimentView)
    expect(told.bytes).toBe(alone)
    const freed = await free(store, isExperimentView, taskLocks(store))
    expect(freed).toMatchObject({ bytes: alone, tasks: told.tasks.length, busy: 0 })
    expect(await verifyStore(store, isExperimentView)).toMatchObject({ damaged: [], incomplete: [] })
    expect(await rejected(restore(store, taskLocks(store), ['yesterday']))).toMatchObject({
      code: 'bad-input',
    })
    await restore(store, taskLocks(store), [freed.part!])
    await restore(store, taskLocks(store), [deleted])
    expect((await readLabels(store)).get(experiment.view.digest)).toEqual({ name: 'controls' })
    await writeLabel(store, experiment.view.digest, {})
    expect(await everything(store)).toEqual(before)

    await deleteExperiments(store, [experiment.view.digest], attendantsOf)
    await free(store, isExperimentView, taskLocks(store))
    expect(await emptyTrash(store)).toBeGreaterThan(alone)
    expect(await restore(store, taskLocks(store))).toEqual({ restored: [], kept: [] })
    const lab = labThatOnlyReads(store)
    const tickets = await lab.imp(real.setup, { levels: 2 })
    expect(JSON.parse(JSON.stringify(tickets.levels))).toEqual(
      (real.numbers[0] as { levels: unknown }).levels,
    )
    await lab.close()
  })

  it('leaves what is young, what is locked, and everything while an experiment is damaged', async () => {
    const { byName } = await listed(store)
    const { experiment, needs } = byName.get(reinit)!
    await deleteExperiments(store, [experiment.view.digest], attendantsOf)
    const young = await freeable(store, isExperimentView)
    expect(young.tasks).toEqual([])
    expect(young.young.count).toBeGreaterThan(0)
    await age(join(store, 'tasks'))
    const locked = [...needs].find(
      (one) => !byName.get(imp)!.needs.has(one) && !byName.get(own)!.needs.has(one),
    )!
    const release = await taskLocks(store)(locked)
    const freed = await free(store, isExperimentView, taskLocks(store))
    expect(freed).toMatchObject({ busy: 1, tasks: young.young.count - 1 })
    expect(await lstat(taskFolder(store, locked))).toBeDefined()
    await release!()
    const [name] = await readdir(join(store, 'experiments'))
    await writeFile(join(store, 'experiments', name!), 'oops')
    expect(await rejected(free(store, isExperimentView, taskLocks(store)))).toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining(name!) as string,
    })
  })

  it('leaves what a run needs that is not over, and deletes none that somebody works on', async () => {
    await age(store)
    const { experiment, needs, alone } = (await listed(store)).byName.get(reinit)!
    const { digest, name, createdAt: startedAt } = experiment.view
    const opened = await openStore(store)
    const tasks = await Promise.all([...needs].map(async (one) => (await opened.task(one))!))
    await writeRun(store, { digest, name, startedAt, tasks, experiment: {} })
    const attendance = await attend(store, digest, 'worker')
    expect(await rejected(deleteExperiments(store, [digest], attendantsOf))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Cancel it first') as string,
    })
    await attendance.leave()
    const run = await readFile(join(runFolder(store, digest), 'graph.json'))
    await rm(join(store, 'experiments', `${digest}.json`))
    expect((await freeable(store, isExperimentView)).bytes).toBe(0)
    await writeFile(
      join(runFolder(store, digest), 'graph.json'),
      run.toString().replace('"digest"', '"digits"'),
    )
    expect(await rejected(freeable(store, isExperimentView))).toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining(runFolder(store, digest)) as string,
    })
    await writeFile(join(runFolder(store, digest), 'graph.json'), run)
    // Nobody works on it any more: what was still to be computed goes along, and comes back.
    const part = await deleteExperiments(store, [digest], attendantsOf)
    expect([await listRuns(store), (await freeable(store, isExperimentView)).bytes]).toEqual([[], alone])
    await restore(store, taskLocks(store), [part])
    expect(await listRuns(store)).toEqual([digest])
    await removeRun(store, digest)
    expect((await freeable(store, isExperimentView)).bytes).toBe(alone)
  })

  it('gives back what an experiment needs that begins meanwhile', async () => {
    await age(store)
    const { view, description, ...notes } = (await listed(store)).byName.get(reinit)!.experiment
    await deleteExperiments(store, [view.digest], attendantsOf)
    const opened = await openStore(store)
    let begun = false
    const freed = await free(store, isExperimentView, async (digest) => {
      const release = await taskLocks(store)(digest)
      if (!begun) await opened.writeExperiment(view, description, notes)
      begun = true
      return release
    })
    expect(freed).toMatchObject({ tasks: 0, bytes: 0 })
    expect(await verifyStore(store, isExperimentView)).toMatchObject({ damaged: [], incomplete: [] })
  })

  it('takes what was moved aside since it was damaged, and does not put it where something is again', async () => {
    await age(store)
    const [first] = (await listed(store)).byName.get(imp)!.needs
    const opened = await openStore(store)
    const copy = join(folder, 'copy')
    await cp(taskFolder(store, first!), copy, { recursive: true })
    await opened.setAside(first!)
    await cp(copy, taskFolder(store, first!), { recursive: true })
    const freed = await free(store, isExperimentView, taskLocks(store))
    expect(freed).toMatchObject({ tasks: 0, leftovers: 1, bytes: await bytesBelow(copy) })
    const { restored } = await restore(store, taskLocks(store))
    expect(restored).toEqual([expect.stringContaining(`${first}.corrupt-`)])
  })

  it('keeps what experiments of the first versions may need, which noted no tasks', async () => {
    await age(store)
    const all = join(store, 'experiments')
    for (const name of await readdir(all)) {
      const text = await readFile(join(all, name), 'utf8')
      const { view, description } = JSON.parse(text) as Record<string, unknown>
      if ((view as { name: string }).name !== imp) await rm(join(all, name))
      else await writeFile(join(all, name), JSON.stringify({ view, description }))
    }
    expect(await freeable(store, isExperimentView)).toMatchObject({ tasks: [] })
    expect((await listed(store)).byName.get(imp)).toMatchObject({ noted: false })
    expect(
      await rejected(exportExperiments(store, [imp], join(folder, 'x.tar'), isExperimentView)),
    ).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Run its cell once more') as string,
    })
  })
})
