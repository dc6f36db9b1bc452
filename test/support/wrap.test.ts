import { expect, it } from 'vitest'
import { wrapped } from '../../src/support/wrap'

it('Long lines are broken at spaces and keep their indentation', () => {
  expect(wrapped('one two three\n  four five six', 9)).toBe('one two\nthree\n  four\n  five\n  six')
})

it('Words are never broken, and short lines, empty ones and spaces at their beginning stay', () => {
  expect(wrapped('a /very/long/path b', 8)).toBe('a\n/very/long/path\nb')
  expect(wrapped('short\n\n  indented', 20)).toBe('short\n\n  indented')
})
