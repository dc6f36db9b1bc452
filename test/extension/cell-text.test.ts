import { expect, test } from 'vitest'
import type { RunActivity } from '../../src/experiments/activity'
import { cellText } from '../../src/extension/status/cell-text'
import { cellCostText, runsExperiments } from '../../src/extension/status/cell-cost-text'

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

test('the cost of a cell is asked for, and then said', () => {
  expect(runsExperiments('const a = await lab.imp(lenet, { levels: 2 })')).toBe(true)
  expect(runsExperiments("const lenet = lab.preset('lenet-mnist')")).toBe(false)
  expect(runsExperiments("await lab.cost('imp', lenet, { levels: 2 })")).toBe(false)
  expect(cellCostText(undefined).text).toBe('$(dashboard) Cost?')
  const trainings = { total: 4, todo: 2 }
  const steps = { total: 164, todo: 82 }
  expect(cellCostText({ kind: 'told', cost: { trainings, steps } }).text).toMatch(
    /82 steps, time not measured yet/,
  )
  const told = cellCostText({ kind: 'told', cost: { trainings, steps, seconds: 65, bytes: 1 } })
  expect(told.text).toBe('$(dashboard) Cost: 82 steps, about 1 min 05 s')
  expect(told.tooltip).toMatch(/2 of 4 trainings, 82 of 164 steps/)
  const none = { total: 4, todo: 0 }
  expect(cellCostText({ kind: 'told', cost: { trainings: none, steps: none, seconds: 0 } }).text).toMatch(
    /nothing/,
  )
  expect(cellCostText({ kind: 'refused', reason: 'why' })).toEqual({
    text: '$(dashboard) Cost: not known',
    tooltip: 'why',
  })
})
