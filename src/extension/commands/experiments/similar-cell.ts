/** Words that a cell must share with what it was, so that it counts as the same cell. */
const leastShared = 0.5

/**
 * Which cell has become of one.
 * @param cells what they say now
 * @param code what it said then
 * @returns the first that says the same, else the one that shares most of its words; `undefined` when none shares half
 */
export function cellLike(
  cells: readonly string[],
  code: string,
): { readonly index: number; readonly same: boolean } | undefined {
  const same = cells.findIndex((text) => text.trim() === code.trim())
  if (same >= 0) return { index: same, same: true }
  const wanted = wordsOf(code)
  const shared = cells.map((text) => {
    const words = wordsOf(text)
    const common = [...wanted].filter((word) => words.has(word)).length
    return common / Math.max(1, new Set([...wanted, ...words]).size)
  })
  const most = Math.max(0, ...shared)
  return most < leastShared ? undefined : { index: shared.indexOf(most), same: false }
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[\w.'-]+/g) ?? [])
}
