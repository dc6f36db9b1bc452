import { expect, it } from 'vitest'
import { openWasm } from '../../src/backends/wasm/wasm'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { oneShot } from '../../src/experiments/imp'
import { checkPruning } from '../../src/lab/asked/pruning-options'
import { setupOf } from '../../src/lab/asked/presets'
import { countsOf, type Masks } from '../../src/support/tensor'
import type { Criterion, PruneTask } from '../../src/tasks/tasks'
import { pruneInRounds } from '../../src/trainer/prune-in-rounds'
import { createSessions } from '../../src/trainer/sessions'
import { criteria } from '../../src/training/criteria/all'
import { initialize } from '../../src/training/initialize'

/*
 * Every row of the table of criteria prunes LeNet, as `lab.oneShot` describes it and the trainer computes it, whatever
 * rows there are.
 */

const backend = { id: 'wasm', arithmetic: wasmArithmetic } as const
const context = { open: createSessions(() => openWasm()), signal: new AbortController().signal }
const lenet = setupOf('lenet-mnist', { replicates: 1 }, () => ({ backend }))
const names = Object.keys(criteria) as Criterion[]
const masksBy = new Map<Criterion, Masks>()

it.each(names)(
  '%s keeps as many weights as were asked for, and not those that another keeps',
  async (criterion) => {
    const { setup, levels } = checkPruning(lenet, { levels: 1, criterion }, 'lab.oneShot')
    const { tasks } = oneShot(setup, levels)
    const task = [...tasks.values()].find((one): one is PruneTask => one.kind === 'prune')!
    expect(task.criterion).toBe(criterion)

    // As if training had made others of them, so that criteria which look at both differ.
    const [initial, weights] = [1, 2].map((seed) => initialize({ network: task.network, seed }))
    const masks = await pruneInRounds(task, { weights, initial }, context)
    const counts = countsOf(masks)
    const kept = Object.values(counts).reduce((sum, count) => sum + count, 0)
    // 235,200 and 30,000 weights lose 20%, the 1,000 of the output 10%.
    expect(kept).toBe(188_160 + 24_000 + 900)
    if (!task.keepTotal) expect(counts).toEqual(task.keep)

    for (const other of masksBy.values()) expect(masks).not.toEqual(other)
    masksBy.set(criterion, masks)
  },
  120_000,
)
