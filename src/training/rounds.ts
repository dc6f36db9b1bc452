import type { PruneTask } from '../tasks/tasks'

/**
 * The prune tasks that one is computed by, each ranking what the one before has left: one, or with `rounds` n several,
 * of which the i-th keeps the share s^(i/n) of the weights when s is to be kept in the end (Tanaka et al. 2020,
 * algorithm 1).
 * @param left weights that are left at first, by parameter
 */
export function roundsOf(task: PruneTask, left: Readonly<Record<string, number>>): readonly PruneTask[] {
  const rounds = task.scoring?.rounds ?? 1
  return Array.from({ length: rounds }, (_, index): PruneTask => {
    if (index === rounds - 1) return task
    const between = (names: readonly string[], end: number): number => {
      const start = names.reduce((sum, name) => sum + left[name]!, 0)
      return Math.max(end, Math.round(start * shareAfter(index + 1, rounds, end / start)))
    }
    const { keep, keepTotal } = task
    return {
      ...task,
      ...(keep
        ? {
            keep: Object.fromEntries(Object.entries(keep).map(([name, end]) => [name, between([name], end)])),
          }
        : {}),
      ...(keepTotal ? { keepTotal: { ...keepTotal, count: between(keepTotal.among, keepTotal.count) } } : {}),
    }
  })
}

/** share^(round / rounds), by multiplication only: the bits of powers differ between versions of Node. */
function shareAfter(round: number, rounds: number, share: number): number {
  const power = (base: number, exponent: number): number => {
    let result = 1
    for (let i = 0; i < exponent; i++) result *= base
    return result
  }
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (power(middle, rounds) < share) low = middle
    else high = middle
  }
  return power(high, round)
}
