/** A fraction as percent, without the noise of binary fractions: 0.512 gives 51.2. */
export function toPercent(fraction: number): number {
  return rounded(fraction * 100)
}

/** Without the noise of binary fractions. */
export function rounded(value: number): number {
  return Number(value.toPrecision(8))
}
