import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/support/random'
import { keepLargest, type Ranked } from '../../src/support/select'

const stream = randomStream(1, 'select')
const kinds = {
  'different numbers': () => stream.below(2 ** 32) / 2 ** 32 - 0.5,
  'numbers of all sizes': () => Math.exp(stream.normal() * 40) * (stream.below(2) === 0 ? -1 : 1),
  'many equal ones': () => stream.below(3),
  'one value': () => 0,
  zeros: () => (stream.below(2) === 0 ? -0 : 0),
  infinities: () => [Infinity, -Infinity, 1][stream.below(3)]!,
  'the smallest numbers': () => stream.below(5) * Number.MIN_VALUE,
  'the largest numbers': () => Number.MAX_VALUE * (1 - stream.below(4) / 2),
  'one that is far from all others': () => (stream.below(1000) === 0 ? 1e30 : stream.uniform()),
}

/** What is said of it, said slowly: sort all by number, then by lot, then by place, and keep the last. */
function sorted(lists: readonly Ranked[], count: number, lot: () => number): number[][] {
  const all = lists.flatMap(({ numbers, kept }, list) =>
    [...numbers].flatMap((number, place) => (kept[place] === 1 ? [{ list, place, number, lot: 0 }] : [])),
  )
  const cut = [...all].sort((a, b) => Number(a.number < b.number) - Number(a.number > b.number))[count - 1]!
    .number
  const equals = all.filter(({ number }) => number === cut)
  for (const entry of equals) entry.lot = lot()
  equals.sort((a, b) => a.lot - b.lot)
  const above = all.filter(({ number }) => number > cut)
  const bits = lists.map(({ numbers }) => [...numbers].map(() => 0))
  for (const { list, place } of [...above, ...equals.slice(0, count - above.length)]) bits[list]![place] = 1
  return bits
}

const lots = (seed: number) => {
  const drawn = randomStream(seed, 'lots')
  // Few, so that lots are equal, too.
  return () => drawn.below(5)
}

const check = (
  lists: readonly Ranked[],
  counts: (size: number) => readonly number[],
  tries?: number,
): void => {
  const size = lists.reduce((sum, { kept }) => sum + kept.reduce((all, bit) => all + bit, 0), 0)
  const before = lists.map(({ numbers, kept }) => ({ numbers: numbers.slice(), kept: kept.slice() }))
  for (const count of counts(size)) {
    const found = keepLargest(lists, size, count, lots(count), tries)!
    const expected = sorted(lists, count, lots(count))
    expect(found.map(String)).toEqual(expected.map(String))
  }
  expect(lists).toEqual(before)
}

describe.each(Object.entries(kinds))('of %s, the largest are those of a sorted list', (_, draw) => {
  describe.each([Float32Array, Float64Array])('in a %o', (List) => {
    const listOf = (length: number, share: number): Ranked => ({
      numbers: Float64Array.from({ length }, draw),
      kept: Uint8Array.from({ length }, () => Number(stream.uniform() < share)),
    })
    const typed = ({ numbers, kept }: Ranked): Ranked => ({ numbers: List.from(numbers), kept })

    it('for every count, in one list and in three', () => {
      for (const length of [1, 2, 3, 10, 30]) {
        const list = typed({ ...listOf(length, 1), kept: new Uint8Array(length).fill(1) })
        const every = (size: number) => Array.from({ length: size }, (_, i) => i + 1)
        check([list], every)
        check([{ ...list, numbers: list.numbers.slice().sort() }], every)
        check([list, typed(listOf(7, 0.5)), typed(listOf(length, 0.7))], every)
      }
    })

    it('of more than are looked at for the first guess', () => {
      const list = typed(listOf(1500, 0.8))
      const some = (size: number) => [1, 3, Math.round(size / 5), Math.round(size / 2), size - 100, size]
      for (const tries of [3, 30, 300]) {
        check([list, typed(listOf(200, 0.05))], some, tries)
        check([{ ...list, numbers: list.numbers.slice().sort() }], some, tries)
      }
    })
  })
})

it('finds no answer where one that counts is NaN', () => {
  for (const List of [Float32Array, Float64Array]) {
    const numbers = List.from([1, NaN, 3, -2])
    expect(keepLargest([{ numbers, kept: Uint8Array.of(1, 1, 1, 1) }], 4, 2, lots(1))).toBeUndefined()
    const found = keepLargest([{ numbers, kept: Uint8Array.of(1, 0, 1, 1) }], 3, 2, lots(1))
    expect(found).toEqual([Uint8Array.of(1, 0, 1, 0)])
  }
})
