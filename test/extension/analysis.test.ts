import { expect, test } from 'vitest'
import type { LevelView } from '../../src/experiments/view'
import { appearance } from '../../src/extension/experiments/appearance'
import { children } from '../../src/extension/experiments/nodes'
import type { KnownExperiment } from '../../src/extension/experiments/registry'

const row = (step: number, rest: Partial<LevelView> = {}): LevelView => ({
  level: 0,
  step,
  density: 1,
  state: 'waiting',
  layers: [],
  ...rest,
})
const analysis: KnownExperiment = {
  digest: 'a'.repeat(64),
  name: 'instability lenet-mnist-instability',
  kind: 'instability',
  createdAt: '2026-01-02T03:04:05.000Z',
  state: 'running',
  replicates: 3,
  deviations: [],
  levels: [
    row(0, { state: 'done', barrier: { mean: 2.5, minimum: 1.25, maximum: 4, count: 3 } }),
    row(100, { state: 'running' }),
  ],
  here: true,
}

test('an instability analysis is listed with how many of its barriers are known', () => {
  expect(appearance({ kind: 'experiment', experiment: analysis })).toMatchObject({
    label: 'instability lenet-mnist-instability',
    description: '1 of 2 barriers · 3 replicates',
  })
})

test('each level and k has a row of its own, with the height of its barrier and its spread', () => {
  const rows = children({ kind: 'experiment', experiment: analysis }).map(appearance)
  expect(rows.map(({ label, description }) => [label, description])).toEqual([
    ['Level 0, k = 0', '100% · barrier 2.50 points'],
    ['Level 0, k = 100', '100%'],
  ])
  expect(rows[0]!.tooltip).toContain('(mean of 3 replicates; minimum 1.25, maximum 4.00)')
  expect(rows[1]!.tooltip).toContain('no line between them is finished yet')
  expect(new Set(rows.map(({ id }) => id)).size).toBe(2)
  expect(rows.map(({ expandable }) => expandable)).toEqual([false, false])
})
