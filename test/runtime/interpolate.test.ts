import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barrierHeight } from '../../src/experiments/barriers'
import { digestOf, inputsOf } from '../../src/tasks/digest'
import type { Scheduler } from '../../src/runtime/scheduler'
import type { InterpolateFacts } from '../../src/tasks/facts'
import type { Store } from '../../src/store/store'
import { distancesOf } from '../../src/training/interpolate'
import type { EvaluateTask, InterpolateTask, Task, TrainTask } from '../../src/tasks/tasks'
import * as lab from './lab'
import { openScheduler, type OpenScheduler } from './open-scheduler'

const start = lab.initializeTask()
const dense = lab.trainTask(start, { steps: 20 })
const mask = lab.pruneTask(dense, 0.3)
const copy = (orderSeed: number) =>
  lab.trainTask(start, { steps: 20, mask: digestOf(mask), orderSeed, evaluateEvery: 20 })
const [one, other] = [copy(1), copy(2)]

let opened: OpenScheduler
let store: Store
let scheduler: Scheduler
/** Two copies, trained once for all tests. */
beforeAll(async () => {
  opened = await openScheduler(2)
  ;({ store, scheduler } = opened)
  await scheduler.run([start, dense, mask, one, other])
})
afterAll(() => opened.close())

const line = (
  ends: readonly [TrainTask, TrainTask],
  points = 3,
  under: Pick<InterpolateTask, 'origin' | 'mask'> = {
    origin: { task: digestOf(start), step: 0 },
    mask: digestOf(mask),
  },
): InterpolateTask => ({
  kind: 'interpolate',
  network: lab.network,
  dataset: one.dataset,
  ends: [
    { task: digestOf(ends[0]), step: 20 },
    { task: digestOf(ends[1]), step: 20 },
  ],
  ...under,
  points,
  splits: ['train', 'test'],
  backend: one.backend,
})

const factsOf = async (task: Task) => (await store.result(digestOf(task)))!.facts
const lineFacts = async (task: Task) => (await factsOf(task)) as InterpolateFacts

describe('an interpolation', () => {
  it('needs both ends, their start and their mask', () => {
    expect(inputsOf(line([one, other]))).toEqual([one, other, start, mask].map((task) => digestOf(task)))
  })

  it('has ends that are evaluated as the trained networks are, bit for bit, and tells every point', async () => {
    const task = line([one, other], 5)
    const evaluations = (['train', 'test'] as const).flatMap((split) =>
      [one, other].map((end) => ({ ...lab.evaluateTask(end), split }) as EvaluateTask),
    )
    const told = lab.recorder()
    const outcome = await scheduler.run([task, ...evaluations], told)
    expect(outcome).toMatchObject({ kind: 'finished' })

    const { alphas, splits } = await lineFacts(task)
    expect(alphas).toEqual([0, 0.25, 0.5, 0.75, 1])
    for (const evaluation of evaluations) {
      const figures = splits[evaluation.split]!
      const at = evaluation.weights.task === digestOf(one) ? 0 : 4
      const { loss, accuracy } = (await factsOf(evaluation)) as { loss: number; accuracy: number }
      expect([figures.loss[at], figures.error[at]]).toEqual([loss, 1 - accuracy])
    }
    // The copies are different networks, so that this says something.
    expect(splits.test!.loss[0]).not.toBe(splits.test!.loss[4])
    expect(splits.test!.loss).toHaveLength(5)
    const last = told.events.filter((event) => event.task === digestOf(task) && event.kind === 'progress')
    expect(last.at(-1)).toMatchObject({ step: 5, steps: 5 })
  })

  it('measures distances over all weights, from where the copies started', async () => {
    const task = line([one, other], 2)
    await scheduler.run([task])
    const [from, a, b] = await Promise.all(
      [{ task: digestOf(start), step: 0 }, ...task.ends].map((end) => store.readWeights(end)),
    )
    const masks = await store.readMask(digestOf(mask))
    const flat = (weights: typeof from) =>
      Object.entries(weights!).flatMap(([name, { data }]) =>
        Array.from(data, (value, i) => (masks[name]?.data[i] === 0 ? 0 : value)),
      )
    const [w0, wa, wb] = [from, a, b].map(flat)
    const norm = (x: number[], y?: number[]) => Math.hypot(...x.map((value, i) => value - (y?.[i] ?? 0)))
    const { l2, cosine, travelled, relative } = (await lineFacts(task)).distances
    expect(l2).toBeCloseTo(norm(wa!, wb), 6)
    expect(travelled).toBeCloseTo((norm(wa!, w0) + norm(wb!, w0)) / 2, 6)
    expect(relative).toBeCloseTo(l2 / travelled!, 10)
    const product = wa!.reduce((sum, value, i) => sum + value * wb![i]!, 0)
    expect(cosine).toBeCloseTo(product / (norm(wa!) * norm(wb!)), 6)
  })

  it('measures what was travelled in all from where the network that was copied had begun', async () => {
    const trunk = lab.trainTask(start, { steps: 20, until: 10 })
    const [left, right] = [1, 2].map((orderSeed) =>
      lab.trainTask(trunk, { steps: 20, step: 10, orderSeed, evaluateEvery: 20 }),
    )
    const origin = { task: digestOf(trunk), step: 10 }
    const task = line([left!, right!], 2, { origin })
    expect(await scheduler.run([trunk, left!, right!, task])).toMatchObject({ kind: 'finished' })
    const references = [...task.ends, task.origin!, { task: digestOf(start), step: 0 }]
    const [a, b, w10, w0] = await Promise.all(references.map((weights) => store.readWeights(weights)))
    const { distances } = await lineFacts(task)
    expect(distances.travelled).toBe(distancesOf(a!, b!, w10).travelled)
    expect(distances.travelledInAll).toBe(distancesOf(a!, b!, w0).travelled)
    expect(distances.travelledInAll).not.toBe(distances.travelled)
  })

  it('of a network with itself is flat: the barrier is exactly 0', async () => {
    const task = line([one, one], 7)
    await scheduler.run([task])
    const { splits, distances } = await lineFacts(task)
    for (const figures of Object.values(splits)) {
      expect(new Set(figures.loss).size).toBe(1)
      expect(barrierHeight(figures.error)).toBe(0)
    }
    expect(distances).toMatchObject({ l2: 0, relative: 0 })
    expect(distances.cosine).toBeCloseTo(1, 10)
  })

  it('stops soon when it is cancelled, is not kept as finished, and its trainer can go on with another', async () => {
    const task = line([one, other], 2000)
    const cancel = new AbortController()
    const outcome = await scheduler.run([task], {
      signal: cancel.signal,
      onEvent: (event) => event.kind === 'progress' && cancel.abort(),
    })
    expect(outcome).toEqual({ kind: 'cancelled' })
    expect(await store.has(digestOf(task))).toBe(false)
    const short = line([one, other], 2)
    expect(await scheduler.run([short])).toMatchObject({ kind: 'finished' })
  })

  it('with one point is refused', async () => {
    const outcome = await scheduler.run([line([one, other], 1)])
    expect(outcome).toMatchObject({ kind: 'failed', failures: [{ failure: { code: 'bad-input' } }] })
  })
})
