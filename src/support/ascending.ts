/** The values, each once, the smallest first. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((one, other) => one - other)
}
