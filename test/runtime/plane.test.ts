import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { networkOf } from '../../src/networks/describe'
import type { Scheduler } from '../../src/runtime/scheduler'
import { digestOf, inputsOf } from '../../src/tasks/digest'
import type { InterpolateFacts, PlaneFacts } from '../../src/tasks/facts'
import type { InterpolateTask, PlaneTask, Task, TrainTask } from '../../src/tasks/tasks'
import * as lab from './lab'
import { openScheduler, type OpenScheduler } from './open-scheduler'

/** Dense layers, of which one has batch norm: whose statistics are those of the point, or interpolated. */
const network = networkOf({
  name: 'normalized',
  input: [28, 28, 1],
  layers: [
    { kind: 'dense', units: 16, batchNorm: true },
    { kind: 'dense', units: 10 },
  ],
})
const backends = [
  lab.trainTask(lab.initializeTask()).backend,
  { id: 'wasm', arithmetic: wasmArithmetic } as const,
]

let opened: OpenScheduler
let scheduler: Scheduler
beforeAll(async () => {
  opened = await openScheduler()
  ;({ scheduler } = opened)
})
afterAll(() => opened.close())

const factsOf = (task: Task) => opened.factsOf(task)

describe.each(backends)('a plane on $id', (backend) => {
  const starts = [1, 2, 3].map((seed) => ({ ...lab.initializeTask(seed), network }))
  const trained = starts.map((start): TrainTask => {
    const task = lab.trainTask(start, { steps: 60, evaluateEvery: 60, batchSize: 60, backend })
    return { ...task, network }
  })
  const ends = trained.map((task) => ({ task: digestOf(task), step: 60 }))
  const splits = ['test', 'train'] as const
  const measured = {
    ...{ network, dataset: trained[0]!.dataset, backend, splits },
    examples: { train: 1000, test: 2000 },
  }
  const plane = (changes: Partial<PlaneTask> = {}): PlaneTask => ({
    kind: 'plane',
    ...measured,
    corners: [ends[0]!, ends[1]!, ends[2]!],
    ...{ points: 5, margin: 0.2, statistics: { examples: 1200, batchSize: 60 } },
    ...changes,
  })
  const line = (one: number, other: number, statistics: InterpolateTask['statistics']): InterpolateTask => ({
    kind: 'interpolate',
    ...measured,
    ends: [ends[one]!, ends[other]!],
    points: 4,
    ...(statistics ? { statistics } : {}),
  })

  it.each(['interpolate', { examples: 1200, batchSize: 60 }] as const)(
    'has the lines along its sides, with batch norm as on lines: %o',
    async (statistics) => {
      const [corners, bottom] = [plane({ statistics }), plane({ statistics, row: 1 })]
      const [side, left] = [line(0, 1, statistics), line(0, 2, statistics)]
      expect(inputsOf(corners)).toEqual(ends.map(({ task }) => task))
      const outcome = await scheduler.run([...starts, ...trained, corners, bottom, side, left])
      expect(outcome).toMatchObject({ kind: 'finished' })
      const [atCorners, row] = [(await factsOf(corners)) as PlaneFacts, (await factsOf(bottom)) as PlaneFacts]
      const [below, beside] = [
        (await factsOf(side)) as InterpolateFacts,
        (await factsOf(left)) as InterpolateFacts,
      ]
      for (const split of splits) {
        expect(row.betas.every((beta) => beta === 0)).toBe(true)
        for (const measure of ['loss', 'error'] as const) {
          const along = row.splits[split]![measure].filter(
            (_, at) => row.alphas[at]! >= 0 && row.alphas[at]! <= 1,
          )
          expect(along).toEqual(below.splits[split]![measure])
          const [first, second, third] = atCorners.splits[split]![measure]
          expect([first, second]).toEqual([along[0], along.at(-1)])
          expect(third).toBe(beside.splits[split]![measure].at(-1))
        }
      }
      expect(row.shape).toEqual(atCorners.shape)
      expect(row.shape.width).toBeCloseTo(below.distances.l2, 9)
      expect(Math.hypot(row.shape.foot * row.shape.width, row.shape.height)).toBeCloseTo(
        beside.distances.l2,
        9,
      )
    },
  )

  it('stops soon when it is cancelled, and keeps the rows that were there', async () => {
    const rows = Array.from({ length: 5 }, (_, row) => plane({ row, splits: ['test'], examples: {} }))
    const cancel = new AbortController()
    const outcome = await scheduler.run([...starts, ...trained, ...rows], {
      signal: cancel.signal,
      onEvent: (event) => event.kind === 'finished' && cancel.abort(),
    })
    expect(outcome).toEqual({ kind: 'cancelled' })
    const again = lab.recorder()
    expect(await scheduler.run([...starts, ...trained, ...rows], again)).toMatchObject({ kind: 'finished' })
    const cached = rows.filter((row) => again.of(row).includes('cached'))
    expect(cached).toHaveLength(1)
  })

  it('is refused for a row that there is not, and for networks on a line', async () => {
    const failures = [{ failure: { code: 'bad-input' } }]
    expect(await scheduler.run([...starts, ...trained, plane({ row: 6 })])).toMatchObject({ failures })
    const flat = plane({ corners: [ends[0]!, ends[1]!, ends[1]!] })
    expect(await scheduler.run([...starts, ...trained, flat])).toMatchObject({ kind: 'failed', failures })
  })
})
