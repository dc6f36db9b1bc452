import { describe, expect, test } from 'vitest'
import { show } from '../../src/support/show'

const circle: Record<string, unknown> = { a: 1 }
circle['self'] = circle

describe('a value in an error message', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['a number', 1.5, '1.5'],
    ['a big integer', 5n, '5n'],
    ['a text', '10', `'10'`],
    ['a long text', 'x'.repeat(1000), `'${'x'.repeat(37)}...' of 1000 characters`],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['a function', () => 5, 'a function'],
    ['a promise', Promise.resolve(5), 'a promise'],
    ['a list', [1, 'two', 3n], `[1, 'two', 3n]`],
    ['a long list', Array.from({ length: 1e6 }, (_, index) => index), '[0, 1, 2, 3, 4, ...] of 1000000'],
    ['lists in lists', [[1, 2], []], '[a list of 2, a list of 0]'],
    ['bytes', new Uint8Array(47_040_000), 'a Uint8Array of 47040000 bytes'],
    [
      'a list of arrays',
      [new Uint8Array(47_040_000), new Uint8Array(60_000)],
      '[a Uint8Array of 47040000 bytes, a Uint8Array of 60000 bytes]',
    ],
    ['an object', { a: 1, b: [1, 2] }, '{ a: 1, b: a list of 2 }'],
    ['an empty object', {}, '{}'],
    [
      'an object of many members',
      Object.fromEntries(Array.from('abcdefgh', (name) => [name, 1])),
      '{ a: 1, b: 1, c: 1, d: 1, e: 1, ... }',
    ],
    ['an object whose members are long', { a: 'x'.repeat(40), b: 'x'.repeat(40) }, 'an object with a, b'],
    ['an object that contains itself', circle, '{ a: 1, self: an object }'],
    ['an object without a prototype', Object.create(null), '{}'],
    [
      'a getter',
      Object.defineProperty({}, 'bad', { enumerable: true, get: () => expect.fail('read') }),
      '{ bad: a getter }',
    ],
    ['an object of a class', new Map([[1, 2]]), 'a Map'],
  ])('%s', (_, value, text) => {
    expect(show(value)).toBe(text)
  })
})
