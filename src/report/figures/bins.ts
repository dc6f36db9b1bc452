/** A bin, from `from` up to `to`, which only the last one has itself. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

const mostBins = 50

/** Counts of numbers in bins of one width from the smallest to the largest of all lists, in each list. */
export function binned(lists: readonly ArrayLike<number>[], whole = false): readonly (readonly Bin[])[] {
  let [least, most] = [Infinity, -Infinity]
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      least = Math.min(least, list[i]!)
      most = Math.max(most, list[i]!)
    }
  }
  if (least > most) return lists.map(() => [])
  const range = whole ? most - least + 1 : most - least || 1
  const width = whole ? Math.ceil(range / mostBins) : range / mostBins
  const bins = whole ? Math.ceil(range / width) : mostBins
  return lists.map((list) => {
    const counts = new Array<number>(bins).fill(0)
    for (let i = 0; i < list.length; i++) {
      counts[Math.min(bins - 1, Math.floor((list[i]! - least) / width))]! += 1
    }
    return counts.map((count, at) => ({ from: least + at * width, to: least + (at + 1) * width, count }))
  })
}
