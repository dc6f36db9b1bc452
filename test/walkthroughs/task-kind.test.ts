import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setupOf } from '../../src/lab/asked/presets'
import type * as Result from '../../src/store/result'
import type * as Digests from '../../src/tasks/digest'
import type { Task } from '../../src/tasks/tasks'
import type { TaskContext } from '../../src/trainer/context'
import type * as Computing from '../../src/trainer/compute'
import { initialize } from '../../src/training/initialize'
import { complaints, editsOf, sourceWith, type Edits } from './walkthrough'

const [row, table, computation, computations] = [
  'src/tasks/kinds/length.ts',
  'src/tasks/kinds/all.ts',
  'src/trainer/length.ts',
  'src/trainer/compute.ts',
]
/** Files that need, themselves or through others, all that knows of tasks. */
const users = ['src/lab/lab.ts', 'src/trainer/main.ts', 'src/cli/main.ts']
const edits = await editsOf('Add a kind of task')

/** Only some of the files. */
const only = (...files: readonly string[]): Edits =>
  new Map([...edits].filter(([file]) => files.includes(file)))

describe('a kind of task that is added as CONTRIBUTING.md says', () => {
  it('is two new files and their lines in two tables', () => {
    expect([...edits.keys()]).toEqual([row, table, computation, computations])
    expect(complaints(users, edits)).toEqual([])
  }, 120_000)

  it('is missed where it is computed, and nowhere else, where only its row is', () => {
    expect(complaints(users, only(row, table))).toEqual([
      expect.stringContaining(`${computations}: Property 'length' is missing in type`),
    ])
  }, 120_000)

  it('does not compile without its row', () => {
    const without = new Map(edits).set(table, edits.get(table)!.replace('\n  length,\n', '\n'))
    expect(complaints([table], without)).toContainEqual(
      expect.stringContaining(`${table}: Property 'length' is missing in type`),
    )
  }, 120_000)
})

describe('a task of such a kind', () => {
  let source: Awaited<ReturnType<typeof sourceWith>>
  let digests: typeof Digests
  let results: typeof Result
  let compute: typeof Computing.compute

  beforeAll(async () => {
    source = await sourceWith(edits)
    const load = (file: string): Promise<unknown> => import(join(source.folder, 'src', file))
    digests = (await load('tasks/digest.ts')) as typeof Digests
    results = (await load('store/result.ts')) as typeof Result
    ;({ compute } = (await load('trainer/compute.ts')) as typeof Computing)
  }, 120_000)
  afterAll(() => source.remove())

  const { network } = setupOf('lenet-mnist', { replicates: 1 }, () => ({
    backend: { id: 'wasm', arithmetic: 'test' },
  }))
  const drawn = { kind: 'initialize', network, seed: 1 } as const
  const weights = { task: '1'.repeat(64), step: 0 }
  const task = { kind: 'length', network, weights } as unknown as Task

  it('has a digest, inputs and no steps', () => {
    expect(digests.inputsOf(task)).toEqual([weights.task])
    expect(digests.stepsOf(task)).toBe(0)
    const later = { ...task, weights: { ...weights, step: 1 } } as unknown as Task
    expect(digests.digestOf(task)).not.toBe(digests.digestOf(later))
  })

  it('is computed, and what it finds is checked when it is read', async () => {
    const parameters = initialize(drawn)
    const context = {
      send: () => undefined,
      store: { readWeights: () => Promise.resolve(parameters) },
      work: { sums: () => Promise.resolve({}) },
    } as unknown as TaskContext
    const { facts } = await compute(task, context)
    // Biases are 0, and each layer's weights are of variance 2 / (fan in + fan out).
    const expected = Math.sqrt((784 * 300 * 2) / 1084 + (300 * 100 * 2) / 400 + (100 * 10 * 2) / 110)
    expect((facts as unknown as { l2: number }).l2 / expected).toBeCloseTo(1, 2)
    const text = (found: object) =>
      Buffer.from(
        results.resultText({
          ...{ kind: task.kind, facts: found as typeof facts, files: {}, finishedAt: '', seconds: 1 },
        }),
      )
    expect(results.parseResult(text(facts))?.facts).toEqual(facts)
    expect(results.parseResult(text({ kind: 'length', l2: 'long' }))).toBeUndefined()
  })
})
