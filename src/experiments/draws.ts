import { groupBy, mean } from './spread'

/**
 * One value for each replicate: the mean over its draws, of those replicates whose draws all have one. Draws of one
 * replicate share what they control for, so only replicates are independent, and spreads are over them.
 * @param draws that each replicate has
 */
export function perReplicate<T extends { readonly replicate: number }>(
  items: readonly T[],
  draws: number,
  valueOf: (item: T) => number | undefined,
): number[] {
  return groupBy(items, ({ replicate }) => String(replicate)).flatMap((group) => {
    const values = group.flatMap((item) => valueOf(item) ?? [])
    return values.length < draws ? [] : [mean(values)]
  })
}
