import { totalOf } from '../../../src/experiments/density'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Setup } from '../../../src/experiments/setup'
import { rowsOf } from '../../../src/tasks/kinds/train'
import { display } from '../../../src/report/display'
import { openStoreView } from '../../../src/store/store'
import type { TrainTask } from '../../../src/tasks/tasks'
import { network } from '../../runtime/lab'
import { openTestLab, someMnist, type TestLab } from '../lab'

let opened: TestLab
let small: Setup
beforeAll(async () => {
  opened = await openTestLab('/no/backends')
  const dataset = await someMnist(opened.lab)
  const options = { dataset, backend: 'wasm', steps: 200, evaluateEvery: 60, replicates: 2 } as const
  small = { ...opened.lab.preset('lenet-mnist', options), network }
})
afterAll(() => opened.close())

async function tasksInStore(): Promise<string[]> {
  const folders = await readdir(join(opened.store, 'tasks')).catch(() => [])
  return (await Promise.all(folders.map((folder) => readdir(join(opened.store, 'tasks', folder))))).flat()
}

async function bytesInStore(): Promise<number> {
  const folder = join(opened.store, 'tasks')
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

it('costs are told before anything is computed, and nothing of it is kept or shown', async () => {
  const cost = await opened.lab.cost('imp', small, { levels: 5 })
  expect(cost.tasks).toEqual([
    { kind: 'initialize', total: 2, cached: 0, todo: 2 },
    { kind: 'train', total: 12, cached: 0, todo: 12 },
    { kind: 'prune', total: 10, cached: 0, todo: 10 },
  ])
  expect(cost.steps).toEqual({ total: 2400, todo: 2400 })
  expect(cost.seconds).toBeGreaterThan(0)
  expect(cost.levels.map(({ multiplyAdds }) => multiplyAdds)).toEqual(
    cost.planned.experiment.counts.map((counts) => totalOf(counts).total),
  )
  expect(
    cost.levels.every(({ secondsPerStep }) => secondsPerStep! > 0 && Number.isFinite(secondsPerStep)),
  ).toBe(true)
  const text = cost[display]()['text/plain']!
  expect(text).toMatch(/^cost of IMP lenet-mnist: 2 replicates, on wasm, 2 at once\n/)
  expect(text).toMatch(/^train +12 +0 +12$/m)
  expect(text).toMatch(/^training steps: 2,400 to do of 2,400$/m)
  expect(text).toMatch(
    /^time: about (?:\d+ min )?\d+ s, from steps and evaluations timed on this machine just now$/m,
  )
  expect(text).toMatch(/^0 +100% +50.9 KB +12,704 +[\d.]+$/m)
  expect(await tasksInStore()).toEqual([])
  expect([opened.shown, opened.views]).toEqual([[], []])
})

it('the disk needed and the rows logged are those that running it then takes', async () => {
  const cost = await opened.lab.cost('imp', small, { levels: 5 })
  const tickets = await opened.lab.imp(small, { levels: 5 })
  const found = await bytesInStore()
  expect(cost.bytes / found).toBeGreaterThan(0.95)
  expect(cost.bytes / found).toBeLessThan(1.05)
  const store = openStoreView(opened.store)
  for (const { task } of tickets.experiment.trainings) {
    const description = tickets.experiment.tasks.get(task) as TrainTask
    expect(await store.readMetrics(task)).toHaveLength(rowsOf(description))
  }

  const again = await opened.lab.cost('imp', small, { levels: 5 })
  expect(again).toMatchObject({ seconds: 0, bytes: 0, steps: { total: 2400, todo: 0 } })
  expect(again.text()).toContain('time: nothing is to be computed, all of it is in the store')

  const control = await opened.lab.cost('control', tickets, 'random-mask')
  // A mask of every level is shuffled, for which the tickets of the last level need not be trained.
  expect(control.tasks).toContainEqual({ kind: 'train', total: 20, cached: 10, todo: 10 })
})

it('an analysis trains the way to its last k once, and takes the disk that it was said to', async () => {
  const setup = { ...small, seed: 700, replicates: 1 }
  const options = { steps: [0, 50, 100], points: 3, trainExamples: 100 }
  const cost = await opened.lab.cost('instability', setup, options)
  // To 50, to 100, and on to 200, which is the first copy at k = 0; the second; two copies from 50 on, two from 100 on.
  expect(cost.steps).toEqual({ total: 200 + 200 + 2 * 150 + 2 * 100, todo: 900 })
  const before = await bytesInStore()
  await opened.lab.instability(setup, options)
  const found = (await bytesInStore()) - before
  expect(cost.bytes / found).toBeGreaterThan(0.95)
  expect(cost.bytes / found).toBeLessThan(1.05)
})

it('one cost follows another: of controls and analyses of tickets that are only planned', async () => {
  const tickets = await opened.lab.cost('imp', { ...small, seed: 100, replicates: 1 }, { levels: 2 })
  const reinit = await opened.lab.cost('control', tickets, 'random-reinit')
  expect(reinit.tasks).toContainEqual({ kind: 'train', total: 4, cached: 0, todo: 4 })
  const analysis = await opened.lab.cost('instability', tickets, { steps: [0], levels: [2] })
  expect(analysis.tasks).toContainEqual({ kind: 'interpolate', total: 1, cached: 0, todo: 1 })
})

it('of variants is told what all take at once and each takes alone, what they share counted once', async () => {
  const one = { ...small, seed: 500, replicates: 1 }
  const more = { ...one, recipe: { ...one.recipe, steps: 300 } }
  const cost = await opened.lab.cost('variants', { one, same: one, more }, { levels: 2 })
  expect(Object.keys(cost.variants)).toEqual(['one', 'same', 'more'])
  expect(Object.values(cost.variants).map(({ steps }) => steps.todo)).toEqual([600, 600, 900])
  expect(cost.steps).toEqual({ total: 1500, todo: 1500 })
  expect(cost.tasks[0]).toEqual({ kind: 'initialize', total: 1, cached: 0, todo: 1 })
  // All three take the same steps, some more of them, so steps are timed once.
  const [alone, same, longer] = Object.values(cost.variants).map(({ seconds }) => seconds)
  expect(same).toBe(alone)
  expect(longer).toBeGreaterThan(alone!)
  // Two at once: the shorter variant is done while the longer one computes.
  expect(cost.seconds).toBeCloseTo(longer!, 9)
  const text = cost[display]()['text/plain']!
  expect(text).toMatch(/^cost of 3 variants, 2 at once\n/)
  expect(text).toMatch(/^more +900 +(?:\d+ min )?\d+ s +[\d.]+$/m)

  await opened.lab.variants({ one, more }, { levels: 2 })
  const again = await opened.lab.cost('variants', { one, more }, { levels: 2 })
  expect(again).toMatchObject({ seconds: 0, bytes: 0, steps: { total: 1500, todo: 0 } })
})

it('what a method refuses, its cost refuses', async () => {
  await expect(opened.lab.cost('imp', small, { level: 5 } as never)).rejects.toThrow(/Did you mean 'levels'/)
  await expect(opened.lab.cost('oneshot' as 'oneShot', small, { levels: 1 })).rejects.toThrow(
    /Did you mean 'oneShot'/,
  )
})

it('what computing took is told of several results, a shared task once', async () => {
  const tickets = await opened.lab.imp({ ...small, replicates: 1 }, { levels: 1 })
  const mask = await opened.lab.control(tickets, 'random-mask')
  const one = await opened.lab.seconds(tickets)
  expect(one).toBeGreaterThan(0)
  expect(await opened.lab.seconds(tickets, tickets)).toBe(one)
  const both = await opened.lab.seconds(tickets, mask)
  expect(both).toBeGreaterThan(one)
  expect(both).toBeLessThan(one + (await opened.lab.seconds(mask)))
  await opened.lab.cost('imp', { ...small, seed: 300, replicates: 1 }, { levels: 1 })
  expect(await opened.lab.seconds(tickets)).toBe(one)
})

it('steps that change their images are timed with the changes', async () => {
  const recipe = { ...small.recipe, augmentation: { flip: true, crop: 2 } }
  const cost = await opened.lab.cost('imp', { ...small, recipe, replicates: 1 }, { levels: 1 })
  expect(cost.seconds).toBeGreaterThan(0)
})
