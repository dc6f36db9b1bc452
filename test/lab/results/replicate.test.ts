import { expect, test } from 'vitest'
import { replicateOf } from '../../../src/lab/results/replicate'

test('a replicate is named in options, or by its number alone; the first by default', () => {
  expect(replicateOf(undefined, 'mask')).toBe(1)
  expect(replicateOf({}, 'mask')).toBe(1)
  expect(replicateOf({ replicate: 3 }, 'mask')).toBe(3)
  expect(replicateOf(2, 'mask')).toBe(2)
})

test('what is none says what was expected', () => {
  expect(() => replicateOf({ replicat: 2 } as never, 'mask')).toThrow(/replicat.*replicate/s)
  expect(() => replicateOf({ replicate: 0 }, 'mask')).toThrow(/whole number/)
})
