import type { Spread } from './view'

/** Mean and range of one or more values. */
export function spreadOver(values: readonly number[]): Spread {
  return {
    mean: mean(values),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    count: values.length,
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Items with the same key together, in the order in which keys first occur. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups.values()]
}
