import { describe, expect, it } from 'vitest'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { barrierHeight } from '../../src/experiments/barriers'
import { bendTask, lineTask, type Pair } from '../../src/experiments/lines'
import { digestOf, inputsOf } from '../../src/tasks/digest'
import type { InterpolateFacts } from '../../src/tasks/facts'
import type { BendTask, Task } from '../../src/tasks/tasks'
import * as lab from './lab'
import { openScheduler, type OpenScheduler } from './open-scheduler'

const installed = lab.trainTask(lab.initializeTask()).backend
const wasm = { id: 'wasm', arithmetic: wasmArithmetic } as const

/** A store and a scheduler of its own, gone after use. */
async function withScheduler<T>(use: (opened: OpenScheduler) => Promise<T>): Promise<T> {
  const opened = await openScheduler()
  try {
    return await use(opened)
  } finally {
    await opened.close()
  }
}

/** Two networks from different initializations, so that a line between them leads over a barrier. */
function strangers(backend: typeof installed) {
  const starts = [lab.initializeTask(1), lab.initializeTask(2)]
  const changes = { steps: 600, batchSize: 60, evaluateEvery: 600, backend }
  const [one, other] = starts.map((start) => lab.trainTask(start, changes))
  const ends = [one!, other!].map((end) => ({ task: digestOf(end), step: 600 }))
  const pair: Pair = { ends: [ends[0]!, ends[1]!], training: one!, seed: 1 }
  return { tasks: [...starts, one!, other!] as Task[], pair }
}

const plan = { points: 11, trainExamples: 2000 }
const bent = (pair: Pair, bend: BendTask) => lineTask(pair, plan, { task: digestOf(bend), step: bend.steps })

describe.each([installed, wasm])('a curve trained on $id', (backend) => {
  const { tasks, pair } = strangers(backend)
  const bend = bendTask(pair, 300)

  it('finds a way around the barrier on the line, the same one every time, and tells its steps', async () => {
    const told = lab.recorder()
    const [straight, curve] = [lineTask(pair, plan), bent(pair, bend)]
    const files = await withScheduler(async ({ scheduler, store }) => {
      expect(await scheduler.run([...tasks, bend, straight, curve], told)).toMatchObject({ kind: 'finished' })
      const factsOf = async (task: Task) => (await store.result(digestOf(task)))!.facts as InterpolateFacts
      const [line, around] = [await factsOf(straight), await factsOf(curve)]
      const heights = [line, around].map(({ splits }) => barrierHeight(splits.test!.error))
      expect(heights[0]).toBeGreaterThan(5)
      expect(heights[1]).toBeLessThan(heights[0]! / 2)
      // The ends are the networks, whatever lies between them.
      for (const at of [0, 10]) expect(around.splits.test!.loss[at]).toBe(line.splits.test!.loss[at])
      const { facts, files } = (await store.result(digestOf(bend)))!
      expect(facts).toMatchObject({ kind: 'bend', steps: 300 })
      return files
    })
    const progress = told.events.filter((event) => event.task === digestOf(bend) && event.kind === 'progress')
    expect(progress.at(-1)).toMatchObject({ step: 300, steps: 300 })
    await withScheduler(async ({ scheduler, store }) => {
      await scheduler.run([...tasks, bend])
      expect((await store.result(digestOf(bend)))!.files).toEqual(files)
    })
  })

  it('keeps pruned weights at 0, and stops when it is cancelled', async () => {
    const start = lab.initializeTask()
    const dense = lab.trainTask(start, { steps: 20, backend })
    const mask = lab.pruneTask(dense, 0.3)
    const copies = [1, 2].map((orderSeed) =>
      lab.trainTask(start, { steps: 20, mask: digestOf(mask), orderSeed, backend }),
    )
    const ends = copies.map((copy) => ({ task: digestOf(copy), step: 20 }))
    const sparse: Pair = { ends: [ends[0]!, ends[1]!], training: copies[0]!, seed: 1 }
    const [short, long] = [bendTask(sparse, 20), bendTask(sparse, 1_000_000)]
    expect(inputsOf(short)).toEqual([...copies, mask].map((task) => digestOf(task)))
    await withScheduler(async ({ scheduler, store }) => {
      expect(await scheduler.run([start, dense, mask, ...copies, short])).toMatchObject({ kind: 'finished' })
      const masks = await store.readMask(digestOf(mask))
      const middle = await store.readWeights({ task: digestOf(short), step: 20 })
      for (const [name, { data }] of Object.entries(masks)) {
        expect(middle[name]!.data.some((value, i) => data[i] === 0 && value !== 0)).toBe(false)
        expect(middle[name]!.data.some((value) => value !== 0)).toBe(true)
      }
      const cancel = new AbortController()
      const outcome = await scheduler.run([long], {
        signal: cancel.signal,
        onEvent: (event) => event.kind === 'progress' && cancel.abort(),
      })
      expect(outcome).toEqual({ kind: 'cancelled' })
      expect(await store.has(digestOf(long))).toBe(false)
    })
  })
})
