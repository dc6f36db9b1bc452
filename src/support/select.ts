/**
 * The number that would be at `index` if `numbers` were sorted in ascending order; none may be NaN. It is looked for in a
 * copy, by partitions around one of three numbers (Hoare's selection), in a time that grows with their count.
 */
export function nthSmallest(numbers: Float32Array | Float64Array, index: number): number {
  const work = numbers.slice()
  let [low, high] = [0, work.length - 1]
  // Where the three are: any fixed sequence will do, and one without a pattern meets no input that is made for it.
  let state = 0x9e3779b9
  const place = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return low + Math.floor((state / 2 ** 32) * (high - low + 1))
  }
  while (low < high) {
    const [a, b, c] = [work[place()]!, work[place()]!, work[place()]!]
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
