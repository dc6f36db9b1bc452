import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isExperimentView } from '../../src/experiments/view'
import type { Experiment } from '../../src/experiments/experiment'
import { openStore } from '../../src/store/store'
import { randomStream } from '../../src/support/random'
import type { Task } from '../../src/tasks/tasks'
import { openTestLab, type TestLab } from '../lab/lab'
import { campaign, patience } from './long'
import { damageSome, filesBelow, unitOf } from './mutations'
import { look, type Sight, type Sights } from './seen'

/*
 * A store with every kind of task and several experiments, its data beside it, is damaged in up to twenty places at a
 * time. Whatever is shown then is what was shown before, or a failure that names a damaged file, or is not there; what
 * does not come from that file is shown unchanged. Running the cells again brings everything back, to the bit, and the
 * damaged file lies beside it.
 */

const { rounds: wanted, seed } = campaign(40, 1000)

let home: string
let opened: TestLab
const homeBefore = process.env['TICKETLAB_HOME']
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ticketlab-test-'))
  process.env['TICKETLAB_HOME'] = home
  opened = await openTestLab(join(home, 'backends'), 1)
})
afterAll(async () => {
  await opened.close()
  if (homeBefore === undefined) delete process.env['TICKETLAB_HOME']
  else process.env['TICKETLAB_HOME'] = homeBefore
  await rm(home, { recursive: true, force: true })
})

/** The cells: a dataset of the user's own, tickets with rewinding, controls, instability with a curve, an evaluation. */
async function runCells(): Promise<{ tasks: Map<string, Task>; contents: string[] }> {
  const { lab } = opened
  const random = randomStream(1, 'images')
  const images = (count: number) => Array.from({ length: count * 64 }, () => random.below(256))
  const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 4)
  const dataset = await lab.dataset({
    ...{ images: images(80), labels: labels(80), testImages: images(20), testLabels: labels(20) },
    shape: [8, 8, 1],
  })
  const setup = lab.setup({
    ...{
      dataset,
      validation: 10,
      backend: 'wasm',
      replicates: 1,
      steps: 12,
      batchSize: 10,
      evaluateEvery: 6,
    },
    network: {
      input: [8, 8, 1],
      layers: [
        { kind: 'dense', units: 16, activation: 'relu' },
        { kind: 'dense', units: 4, activation: 'none' },
      ],
    },
    optimizer: 'adam',
    learningRate: 0.01,
    rates: { dense: 0.5, output: 0.2 },
    rewindTo: 4,
  })
  const tickets = await lab.imp(setup, { levels: 3 })
  const control = await lab.control(tickets, 'random-mask')
  const shuffled = await lab.control(tickets, 'reshuffle', { levels: [2] })
  const analysis = await lab.instability(tickets, {
    ...{ steps: [0, 4], levels: [2], points: 3, curve: { steps: 4 } },
  })
  await lab.evaluate(tickets, { split: 'train' })
  const experiments: Experiment[] = [tickets, control, shuffled, analysis].map(({ experiment }) => experiment)
  return {
    tasks: new Map(experiments.flatMap(({ tasks }) => [...tasks])),
    contents: [dataset.content],
  }
}

it(
  `${wanted} mutations are found, named, moved aside, and computed again to the same bits`,
  async () => {
    const made = await runCells()
    const { store } = opened
    const data = join(home, 'data')
    // An evaluation is no part of an experiment: its task is found in the store.
    for (const path of await filesBelow(join(store, 'tasks'))) {
      if (basename(path) !== 'task.json') continue
      made.tasks.set(basename(dirname(path)), JSON.parse(await readFile(path, 'utf8')) as Task)
    }
    const kinds = new Set([...made.tasks.values()].map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual([
      ...['bend', 'evaluate', 'initialize', 'interpolate', 'prune', 'train', 'treat'],
    ])

    const see = () => look(store, data, made.tasks, made.contents)
    const whole = await see()
    for (const [name, { sight }] of whole) expect(sight.kind, name).toBe('shown')
    const bits = await sumsOf(store)
    const random = randomStream(seed, 'mutations')
    // Locks hold no results, and those of this process are held.
    const files = [
      ...(await filesBelow(store)).filter((path) => !path.startsWith(join(store, 'locks'))),
      ...(await filesBelow(data)),
    ]
    const counts: Record<string, number> = {}
    let [mutations, rounds] = [0, 0]
    while (mutations < wanted) {
      rounds++
      const done = await damageSome(files, Math.min(wanted - mutations, 1 + random.below(20)), random)
      mutations += done.length
      const paths = done.flatMap((one) => one.paths)
      const which = `seed ${seed}, round ${rounds}: ${done.map((one) => `${one.kind} in ${one.paths.join(', ')}`).join('; ')}`
      const damaged = await contentsOf(paths)
      const log = opened.log.length
      const refused = checkSights(whole, await see(), paths, which)
      for (const { kind } of done) counts[kind] = (counts[kind] ?? 0) + 1

      // The cells are run again, in a kernel that has just opened the store.
      const told: string[] = []
      await openStore(store, (_, message) => told.push(message))
      await runCells()
      expect(await see(), which).toEqual(whole)
      expect(await sumsOf(store), which).toEqual(bits)
      const said = [...told, ...opened.log.slice(log), ...refused].join('\n')
      for (const [path, content] of damaged) {
        // Of two damaged files of one task, one is enough to move both aside.
        const named = paths.some((one) => unitOf(one) === unitOf(path) && said.includes(one))
        if (content) expect(named, `${which}: ${path} is named`).toBe(true)
        if (content && path.startsWith(store)) expect(await isAside(path, content), which).toBe(true)
      }
      await cleanUp(store)
    }
    console.log(
      `${mutations} mutations of ${files.length} files in ${rounds} rounds, seed ${seed}: ${JSON.stringify(counts)}`,
    )
    const views = await openStore(store).then((opened) => opened.experiments(isExperimentView))
    expect(views.damaged).toEqual([])
  },
  patience,
)

/** @returns the failures that were told */
function checkSights(whole: Sights, now: Sights, paths: readonly string[], which: string): string[] {
  const told: string[] = []
  for (const [name, { from, sight }] of whole) {
    const found: Sight = now.get(name)?.sight ?? { kind: 'absent' }
    const what = `${which}: ${name}`
    if (found.kind === 'shown' || !isTouched(from, paths)) {
      expect(found, what).toEqual(sight)
      continue
    }
    expect(found.kind, what).not.toBe('broken')
    if (found.kind !== 'refused') continue
    expect(['store-corrupt', 'data-corrupt', 'data-missing', 'task-failed'], what).toContain(found.code)
    expect(found.message, what).toContain(from)
    told.push(found.message)
  }
  // Nothing that was not there.
  expect(
    [...now.keys()].filter((name) => !whole.has(name) && !isNamed(now.get(name)!.sight)),
    which,
  ).toEqual([])
  return told
}

function isTouched(from: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === from || path.startsWith(`${from}/`))
}

function isNamed(sight: Sight): boolean {
  return sight.kind === 'refused'
}

async function contentsOf(paths: readonly string[]): Promise<Map<string, Buffer | undefined>> {
  const all = await Promise.all(
    paths.map(async (path) => [path, await readFile(path).catch(() => undefined)] as const),
  )
  return new Map(all)
}

/** The sums of all files of all results, which say that they are the same to the bit. */
async function sumsOf(store: string): Promise<unknown> {
  const view = await openStore(store)
  const folders = await readdir(join(store, 'tasks'), { recursive: true })
  const digests = folders.map((path) => basename(path)).filter((name) => /^[0-9a-f]{64}$/.test(name))
  return Promise.all(
    digests.sort().map(async (digest) => {
      expect(await view.verify(digest), digest).toBe(true)
      return (await view.result(digest))?.files
    }),
  )
}

/** Whether what was found damaged lies beside what has replaced it. */
async function isAside(path: string, content: Buffer): Promise<boolean> {
  const [folder, name] = [dirname(path), basename(path)]
  const beside = async (folder: string, name: string): Promise<string[]> =>
    (await readdir(folder))
      .filter((one) => one.startsWith(`${name}.corrupt-`))
      .map((one) => join(folder, one))
  const candidates = [
    ...(await beside(folder, name)),
    ...(await beside(dirname(folder), basename(folder))).map((aside) => join(aside, name)),
  ]
  const found = await Promise.all(candidates.map((one) => readFile(one).catch(() => undefined)))
  return found.some((one) => one?.equals(content))
}

/** Removes what was moved aside, so that the next mutation meets the same store. */
async function cleanUp(store: string): Promise<void> {
  const names = await readdir(store, { recursive: true })
  for (const name of names.filter((one) => /\.corrupt-[^/]*$/.test(one))) {
    await rm(join(store, name), { recursive: true, force: true })
  }
}
