import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Naming from '../../src/experiments/experiment'
import type * as Describing from '../../src/experiments/imp'
import type { Setup } from '../../src/experiments/setup'
import type * as Asked from '../../src/lab/asked/pruning-options'
import { setupOf } from '../../src/lab/asked/presets'
import type { Masks, Tensors } from '../../src/support/tensor'
import type { PruneTask } from '../../src/tasks/tasks'
import type { ScoringContext } from '../../src/trainer/scores'
import type * as Pruning from '../../src/trainer/prune-in-rounds'
import { complaints, editsOf, sourceWith, type Edits } from './walkthrough'

const [row, union, table] = [
  'src/training/criteria/share.ts',
  'src/tasks/kinds/prune.ts',
  'src/training/criteria/all.ts',
]
/** Files that need, themselves or through others, all that knows of criteria: cells' lab, the trainer, summaries. */
const users = ['src/lab/lab.ts', 'src/trainer/main.ts', 'src/cli/main.ts']
const edits = await editsOf('Add a criterion')

/** Only some of the files. */
const only = (...files: readonly string[]): Edits =>
  new Map([...edits].filter(([file]) => files.includes(file)))

describe('a criterion that is added as CONTRIBUTING.md says', () => {
  it('is one new file, its name and its line in the table', () => {
    expect([...edits.keys()]).toEqual([row, union, table])
    expect(complaints(users, edits)).toEqual([])
  }, 120_000)

  it('is missed by the table, and nowhere else, where there is no row', () => {
    expect(complaints(users, only(row, union))).toEqual([
      expect.stringMatching(/^src\/training\/criteria\/all\.ts: Property 'share' is missing in type/),
    ])
  }, 120_000)

  it('does not compile with a row and no name', () => {
    expect(complaints([table], only(row, table))).toEqual([
      expect.stringMatching(/^src\/training\/criteria\/all\.ts: .*'share' does not exist in type/),
    ])
  }, 120_000)
})

describe('pruning by such a criterion', () => {
  let source: Awaited<ReturnType<typeof sourceWith>>
  let checkPruning: typeof Asked.checkPruning
  let described: typeof Describing
  let seriesNameOf: typeof Naming.seriesNameOf
  let pruneInRounds: typeof Pruning.pruneInRounds

  beforeAll(async () => {
    source = await sourceWith(edits)
    const load = (file: string): Promise<unknown> => import(join(source.folder, 'src', file))
    ;({ checkPruning } = (await load('lab/asked/pruning-options.ts')) as typeof Asked)
    described = (await load('experiments/imp.ts')) as typeof Describing
    ;({ seriesNameOf } = (await load('experiments/experiment.ts')) as typeof Naming)
    ;({ pruneInRounds } = (await load('trainer/prune-in-rounds.ts')) as typeof Pruning)
  })
  afterAll(() => source.remove())

  const backend = { id: 'wasm', arithmetic: 'test' } as const
  const lenet = setupOf('lenet-mnist', { replicates: 1 }, () => ({ backend }))
  const network: Setup['network'] = {
    name: 'tiny',
    input: [4],
    classes: 2,
    layers: [
      { kind: 'dense', name: 'first', units: 2, activation: 'relu' },
      { kind: 'dense', name: 'output', units: 2, activation: 'none' },
    ],
  }
  const tiny: Setup = { ...lenet, network, rates: { dense: 0.5, output: 0.5 } }
  const asked = (setup: Setup, criterion: string) =>
    checkPruning(setup, { levels: 1, criterion }, 'lab.imp').setup

  it('is asked for by its name, and named in plots', () => {
    expect(seriesNameOf(described.imp(asked(lenet, 'share'), 1))).toBe('pruning by share')
    expect(seriesNameOf(described.oneShot(asked(lenet, 'share'), 1))).toBe('one-shot pruning by share')
    expect(() => asked(lenet, 'shares')).toThrow("Did you mean 'share'?")
    const byMagnitude = described.imp(lenet, 1)
    expect(described.imp(asked(lenet, 'share'), 1).digest).not.toBe(byMagnitude.digest)
  })

  it('keeps the weights with the largest share of their tensor, of all layers together', async () => {
    const { tasks } = described.imp(asked(tiny, 'share'), 1)
    const task = [...tasks.values()].find((one): one is PruneTask => one.kind === 'prune')!
    // The smallest weight of the output is larger than any of the first layer; of its tensor it is 1 / 16.
    const weights: Tensors = {
      'first/weights': { shape: [4, 2], data: Float32Array.of(0.3, -0.3, 0.14, 0.05, 0.05, 0.1, 0.06, 0) },
      'output/weights': { shape: [2, 2], data: Float32Array.of(-8, 4, 3, 1) },
    }
    const context: ScoringContext = {
      open: Object.assign(() => Promise.reject(new Error('needs no session')), {
        dataset: () => Promise.reject(new Error('needs no dataset')),
        program: () => Promise.reject(new Error('needs no session')),
      }),
      signal: new AbortController().signal,
    }
    const masks: Masks = await pruneInRounds(task, { weights }, context)
    expect([...masks['first/weights']!.data]).toEqual([1, 1, 1, 0, 0, 0, 0, 0])
    expect([...masks['output/weights']!.data]).toEqual([1, 1, 1, 0])
  })
})
