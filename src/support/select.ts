/** Numbers of which only those count where `kept` is 1; elsewhere it is 0. */
export interface Ranked {
  readonly numbers: Float32Array | Float64Array
  readonly kept: Uint8Array
}

/**
 * Which of the numbers that count, in all lists together, are the `count` largest. A sample says between which two
 * numbers the smallest of them lies, almost certainly; one pass then settles all but the few between these.
 * @param size how many count
 * @param count from 1 to `size`
 * @param lot drawn once for every number equal to the smallest one, in order, where not all of these are kept: those
 *   with the smallest lots are, of equal lots the first
 * @param tries how many places are looked at for the sample; it decides how long this takes, and nothing else
 * @returns for each list 1 where a number is kept; `undefined` where one that counts is NaN
 */
export function keepLargest(
  lists: readonly Ranked[],
  size: number,
  count: number,
  lot: () => number,
  tries = 1 << 16,
): readonly Uint8Array[] | undefined {
  const few = size < 2 * tries
  const split = splitAt(lists, few ? everything : bracketOf(lists, (size - count) / size, tries))
  if (!split) return undefined
  const open = split.open.reduce((sum, places) => sum + places.length, 0)
  const missed = split.above >= count || split.above + open < count
  const { bits, ...sure } = missed ? splitAt(lists, everything)! : split
  const values = valuesOf(lists, sure.open)
  const wanted = count - sure.above
  const cut = nthSmallest(values.slice(), values.length - wanted)
  let [next, surplus] = [0, -wanted]
  for (const [list, places] of sure.open.entries()) {
    const bitsOfList = bits[list]!
    for (const place of places) {
      const bit = +(values[next++]! >= cut)
      bitsOfList[place] = bit
      surplus += bit
    }
  }
  if (surplus > 0) dropByLot(lists, sure.open, bits, { cut, surplus, lot })
  return bits
}

type Bracket = readonly [low: number, high: number]

const everything: Bracket = [-Infinity, Infinity]

/** The two numbers of a sample between which the number of some rank, from 0 to 1, lies with five standard deviations. */
function bracketOf(lists: readonly Ranked[], rank: number, tries: number): Bracket {
  const total = lists.reduce((sum, { kept }) => sum + kept.length, 0)
  // Any fixed sequence will do, and one without a pattern meets no input that is made for it.
  const random = fixedSequence()
  const sample = lists.map(({ numbers, kept }) => {
    const found: number[] = []
    for (let i = Math.ceil((tries * kept.length) / total); i > 0; i--) {
      const place = Math.floor(random() * kept.length)
      if (kept[place] === 1) found.push(numbers[place]!)
    }
    return found
  })
  const sorted = Float64Array.from(sample.flat()).sort()
  const middle = rank * sorted.length
  const margin = 5 * Math.sqrt(middle * (1 - rank)) + 2
  return [sorted[Math.floor(middle - margin)] ?? -Infinity, sorted[Math.ceil(middle + margin)] ?? Infinity]
}

interface Split {
  /** How many are above the bracket. */
  readonly above: number
  /** 1 for those above. */
  readonly bits: readonly Uint8Array[]
  /** The places of those in the bracket, in each list. */
  readonly open: readonly Uint32Array[]
}

/** @returns `undefined` where one that counts is NaN */
function splitAt(lists: readonly Ranked[], [low, high]: Bracket): Split | undefined {
  const { middle, reach } = aroundOf(low, high)
  const bits: Uint8Array[] = []
  const open: Uint32Array[] = []
  let above = 0
  for (const { numbers, kept } of lists) {
    const bitsOfList = new Uint8Array(kept.length)
    let places = new Uint32Array(1024)
    let found = 0
    let over = 0
    // No branch depends on where a number lies but one that is hardly ever taken: guessed wrong, it takes as long as all else.
    for (let i = 0; i < kept.length; i++) {
      const value = numbers[i]!
      const bit = kept[i]! & +(value > high)
      bitsOfList[i] = bit
      over += bit
      // Not "<=", so that NaN comes here, too.
      if (!(Math.abs(value - middle) > reach) && kept[i] === 1) {
        if (Number.isNaN(value)) return undefined
        if (value < low || value > high) continue
        if (found === places.length) places = grown(places)
        places[found++] = i
      }
    }
    above += over
    bits.push(bitsOfList)
    open.push(places.subarray(0, found))
  }
  return { above, bits, open }
}

/** A distance from a middle within which the whole bracket lies, and little else, though all of this is rounded. */
function aroundOf(low: number, high: number): { middle: number; reach: number } {
  const middle = low / 2 + high / 2
  if (!Number.isFinite(middle)) return { middle: 0, reach: Infinity }
  const exact = high / 2 - low / 2
  return { middle, reach: exact + (exact + Math.abs(middle)) * 2 ** -40 + 8 * Number.MIN_VALUE }
}

function grown(list: Uint32Array): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(list.length * 2)
  result.set(list)
  return result
}

function valuesOf(lists: readonly Ranked[], places: readonly Uint32Array[]): Float64Array {
  const values = new Float64Array(places.reduce((sum, { length }) => sum + length, 0))
  let next = 0
  for (const [list, { numbers }] of lists.entries()) {
    for (const place of places[list]!) values[next++] = numbers[place]!
  }
  return values
}

/** Of the numbers equal to `cut`, which are all kept, drops those that draw the largest lots. */
function dropByLot(
  lists: readonly Ranked[],
  open: readonly Uint32Array[],
  bits: readonly Uint8Array[],
  { cut, surplus, lot }: { cut: number; surplus: number; lot: () => number },
): void {
  const equals = lists.map(({ numbers }, list) => open[list]!.filter((place) => numbers[place] === cut))
  const lots = new Float64Array(equals.reduce((sum, { length }) => sum + length, 0)).map(lot)
  const staying = lots.length - surplus
  const last = nthSmallest(lots.slice(), staying - 1)
  let ofLast = staying - lots.reduce((sum, drawn) => sum + +(drawn < last), 0)
  let next = 0
  for (const [list, places] of equals.entries()) {
    for (const place of places) {
      const drawn = lots[next++]!
      const stays = drawn < last || (drawn === last && ofLast-- > 0)
      if (!stays) bits[list]![place] = 0
    }
  }
}

/** Numbers from 0 to 1 that are the same every time. */
function fixedSequence(): () => number {
  let state = 0x9e3779b9
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** The number that would be at `index` of a list, were it sorted, by partitions around one of three (Hoare's selection). */
function nthSmallest(work: Float64Array, index: number): number {
  let [low, high] = [0, work.length - 1]
  const random = fixedSequence()
  const drawn = (): number => work[low + Math.floor(random() * (high - low + 1))]!
  while (low < high) {
    const [a, b, c] = [drawn(), drawn(), drawn()]
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let [left, right] = [low, high]
    while (left <= right) {
      while (work[left]! < pivot) left++
      while (work[right]! > pivot) right--
      if (left > right) break
      const moved = work[left]!
      work[left++] = work[right]!
      work[right--] = moved
    }
    if (index <= right) high = right
    else if (index >= left) low = left
    else return work[index]!
  }
  return work[index]!
}
