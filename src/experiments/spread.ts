import type { Spread } from './view'

/** Mean, range and sample standard deviation of one or more values. */
export function spreadOver(values: readonly number[]): Spread {
  const [minimum, maximum] = [Math.min(...values), Math.max(...values)]
  return {
    mean: mean(values),
    minimum,
    maximum,
    count: values.length,
    // Equal values have a mean that may differ from them by a binary fraction.
    ...(values.length < 2 ? {} : { deviation: minimum === maximum ? 0 : deviationOf(values) }),
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation of two or more values: the root of their squares from the mean over one less than there are. */
export function deviationOf(values: readonly number[]): number {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** Without the noise of binary fractions, which would decide on which side of a limit a value exactly on it is. */
export function withoutNoise(value: number): number {
  return Number(value.toFixed(8))
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
