import { expect, test } from 'vitest'
import { paceParts, speedText } from '../../../src/report/words/pace'

test.each([
  [12_345.6, '12,346 steps/s'],
  [10.4, '10 steps/s'],
  [3.14, '3.1 steps/s'],
  [1, '1 step/s'],
  [0.4, '2.5 s per step'],
  [0.01, '100 s per step'],
])('%d steps a second are %s', (stepsPerSecond, text) => {
  expect(speedText(stepsPerSecond)).toBe(text)
})

test('what is done while nothing moves stands in place of the speed; time left is told once it is known', () => {
  expect(paceParts({ stepsPerSecond: 0 })).toEqual([])
  expect(paceParts({ stepsPerSecond: 0, phase: 'loading data', estimating: true })).toEqual([
    ...['loading data', 'estimating time left'],
  ])
  expect(paceParts({ stepsPerSecond: 200, estimating: true })).toEqual([
    '200 steps/s',
    'estimating time left',
  ])
  expect(paceParts({ stepsPerSecond: 200, phase: 'evaluating', secondsLeft: 80 })).toEqual([
    ...['evaluating', '1 min 20 s left'],
  ])
})
