import { expect, test } from 'vitest'
import type { RunActivity } from '../../src/experiments/activity'
import { cellText } from '../../src/extension/status/cell-text'

const run: RunActivity = {
  ...{ run: 1, name: 'IMP lenet-mnist', total: 36, done: 36, cached: 0, running: [] },
  ...{ stepsDone: 12_000, stepsTotal: 12_000, stepsPerSecond: 0 },
}

test('a cell says how far its runs are, and a click shows them', () => {
  const now = {
    ...run,
    done: 18,
    stepsDone: 6000,
    stepsPerSecond: 1234,
    secondsLeft: 80,
    levels: [3, 3] as const,
  }
  const shown = cellText({ running: [now], ended: [] })
  expect(shown?.text).toBe('$(sync~spin) level 3 · 50% · 1,234 steps/s · 1 min 20 s left')
  expect(shown?.runs).toBe(true)
})

test('afterwards it says what was in the store', () => {
  const stored = { ...run, cached: 36 }
  expect(cellText({ running: [], ended: [stored] })?.text).toBe('$(database) from the store')
  expect(cellText({ running: [], ended: [stored, { ...run, cached: 4 }] })?.text).toBe(
    '$(database) 40 of 72 tasks from the store',
  )
})

test('a cell that asked for nothing, or computed all, says nothing', () => {
  expect(cellText({ running: [], ended: [] })).toBeUndefined()
  expect(cellText({ running: [], ended: [run] })).toBeUndefined()
})
