import { expect, test } from 'vitest'
import type { RunActivity } from '../../src/experiments/activity'
import { statusText } from '../../src/extension/status/status-text'

const activity: RunActivity = {
  run: 1,
  name: 'IMP lenet-mnist',
  total: 36,
  done: 18,
  cached: 4,
  stepsDone: 5999,
  stepsTotal: 12_000,
  stepsPerSecond: 1234.4,
  secondsLeft: 80,
  running: ['level 3, replicate 0'],
  levels: [3, 3],
}
const run = (changes: Partial<RunActivity> = {}) => ({
  notebook: 'file:///a.ipynb',
  activity: { ...activity, ...changes },
})

test('nothing is shown while nothing runs', () => expect(statusText([])).toBeUndefined())

test('one run: level, percent, speed, time left', () => {
  const status = statusText([run()])
  expect(status?.text).toBe('$(sync~spin) level 3 · 49% · 1,234 steps/s · 1 min 20 s left')
  expect(status?.label).toBe('Ticket Lab: level 3, 49%, 1,234 steps/s, 1 min 20 s left')
  expect(status?.tooltip).toContain('IMP lenet-mnist: ')
  expect(status?.tooltip).toContain('18 of 36 tasks (4 from the store)')
})

test('what is not known yet is left out', () => {
  const early: RunActivity = {
    ...{ run: 1, name: 'IMP', total: 36, done: 0, cached: 0, running: [] },
    ...{ stepsDone: 0, stepsTotal: 0, stepsPerSecond: 0 },
  }
  expect(statusText([{ notebook: 'a', activity: early }])?.text).toBe('$(sync~spin) 0 of 36 tasks')
})

test('what trains nothing is told in tasks, and how far the next one is', () => {
  const align: RunActivity = {
    ...{ run: 1, name: 'full network, aligned', total: 6, done: 5, cached: 5, running: ['alignment'] },
    ...{ stepsDone: 0, stepsTotal: 0, stepsPerSecond: 0, part: 0.617 },
  }
  const status = statusText([{ notebook: 'a', activity: align }])
  expect(status?.text).toBe('$(sync~spin) 5 of 6 tasks · 61% of the next')
})

test('several levels at once', () => {
  expect(statusText([run({ levels: [2, 4] })])?.text).toContain('levels 2–4')
})

test('several runs together: steps are summed, the longest decides', () => {
  const text = statusText([run(), run({ stepsDone: 12_000, secondsLeft: 200 })])?.text
  expect(text).toBe('$(sync~spin) 2 runs · 74% · 2,469 steps/s · 3 min 20 s left')
})
