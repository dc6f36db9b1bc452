import { describe, expect, it } from 'vitest'
import { nthSmallest } from '../../src/support/select'
import { randomStream } from '../../src/support/random'

const stream = randomStream(1, 'select')
const kinds = {
  'different numbers': () => stream.below(2 ** 32) / 2 ** 32 - 0.5,
  'many equal ones': () => stream.below(3),
  'one value': () => 0,
  zeros: () => (stream.below(2) === 0 ? -0 : 0),
  infinities: () => [Infinity, -Infinity, 1][stream.below(3)]!,
}

describe.each(Object.entries(kinds))('of %s, the n-th smallest is that of a sorted list', (_, draw) => {
  it.each([Float32Array, Float64Array])('in a %o', (List) => {
    for (const length of [1, 2, 3, 10, 257]) {
      const orders = [new List(Array.from({ length }, draw))]
      orders.push(orders[0]!.slice().sort(), orders[0]!.slice().sort().reverse())
      for (const numbers of orders) {
        const [before, sorted] = [numbers.slice(), numbers.slice().sort()]
        for (let index = 0; index < length; index++)
          expect(nthSmallest(numbers, index) === sorted[index]).toBe(true)
        expect(numbers).toEqual(before)
      }
    }
  })
})
