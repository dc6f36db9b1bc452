import { describe, expect, test } from 'vitest'
import { appearance } from '../../src/extension/experiments/appearance'
import { children, parent, roots } from '../../src/extension/experiments/nodes'
import type { TreeNode } from '../../src/extension/experiments/nodes'
import {
  emptyRegistry,
  experiments,
  withLive,
  withoutKernel,
  withStored,
} from '../../src/extension/experiments/registry'
import { imp, running } from './views'

const [experiment] = roots([running]) as [TreeNode]
const levels = children(experiment)
const layersOf = (level: number) => children(levels[level]!)

describe('the tree', () => {
  test('lists experiments, latest first', () => {
    const later = { ...running, name: 'later', createdAt: '2026-02-01T00:00:00.000Z' }
    expect(roots([running, later]).map((node) => appearance(node).label)).toEqual([
      'later',
      'IMP lenet-mnist',
    ])
  })

  test('shows how far an experiment is, and how it differs from the paper', () => {
    const { label, description, tooltip, icon } = appearance(experiment)
    expect([label, description, icon]).toEqual([
      'IMP lenet-mnist',
      '1 of 3 levels · steps 2000 · replicates 2',
      'sync~spin',
    ])
    expect(tooltip).toContain('steps 2000 \\(paper: 50000\\)')
  })

  test('shows density and accuracy of a level, and says what the spread is', () => {
    expect(levels.map((level) => appearance(level).description)).toEqual([
      '100% · accuracy 97.90%',
      '80.1%',
      '64.2%',
    ])
    expect(appearance(levels[0]!).tooltip).toContain(
      '97.90% (mean of 2 replicates; minimum 97.80%, maximum 98.00%)',
    )
  })

  test('tells what a ticket takes beside the full network, where the view knows it', () => {
    const tooltips = levels.map((level) => appearance(level).tooltip)
    expect(tooltips[0]).toContain('1.07 MB at rest, 266,200 multiply-adds per example')
    expect(tooltips[1]).toContain('12.1 KB of 1.07 MB at rest, 14,800 of 266,200 multiply-adds per example')
    expect(tooltips[2]).not.toContain('multiply-adds')
  })

  test('shows percent, shape and counts of a layer', () => {
    expect(layersOf(1).map((layer) => appearance(layer).description)).toEqual([
      '80.0% · 784 × 300 · 188,160 of 235,200',
      '90.0% · 300 × 10 · 2,700 of 3,000',
    ])
  })

  test('opens the masks that there are: all of level 0, later those of any replicate', () => {
    expect([0, 1, 2].map((level) => appearance(layersOf(level)[0]!).opensMask)).toEqual([true, true, false])
  })

  test('gives every row an id of its own, and knows its way back', () => {
    const rows = [experiment, ...levels, ...levels.flatMap(children)]
    expect(new Set(rows.map((row) => appearance(row).id)).size).toBe(rows.length)
    const layer = layersOf(1)[0]!
    expect(appearance(parent(layer)!).id).toBe(appearance(levels[1]!).id)
    expect(parent(parent(parent(layer)!)!)).toBeUndefined()
  })

  test('does not claim that what is unfinished in the store runs', () => {
    const [stored] = roots([{ ...running, here: false }]) as [TreeNode]
    expect(appearance(stored).icon).toBe('history')
    expect(appearance(stored).tooltip).toContain('not finished')
  })
})

describe('what is known about experiments', () => {
  const stored = withStored(emptyRegistry, [{ ...imp, state: 'waiting' }])
  const live = withLive(stored, 'kernel 1', imp)

  test('a kernel knows better than the store', () => {
    expect(experiments(stored)).toMatchObject([{ state: 'waiting', here: false }])
    expect(experiments(live)).toMatchObject([{ state: 'running', here: true }])
    expect(experiments(withStored(live, []))).toHaveLength(1)
  })

  test('what a kernel was running is cancelled when it ends; its levels that are done stay so', () => {
    const [ended] = experiments(withoutKernel(live, 'kernel 1'))
    expect(ended?.state).toBe('cancelled')
    // Which says nothing of who stopped it: a time limit, perhaps.
    const [row] = roots([ended!])
    expect(appearance(row!).tooltip).toContain('stopped before its end; its cell, run again, goes on with it')
    expect(ended?.levels.map(({ state }) => state)).toEqual(['done', 'cancelled', 'cancelled'])
    expect(experiments(withoutKernel(live, 'kernel 2'))).toEqual(experiments(live))
  })

  test('what someone else has finished since is done', () => {
    const finished = withStored(withoutKernel(live, 'kernel 1'), [{ ...imp, state: 'done' }])
    expect(experiments(finished)).toMatchObject([{ state: 'done' }])
  })
})
