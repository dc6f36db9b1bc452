/** A percentage of weights remaining as the papers print it: 100%, 51.3%, 3.57%. */
export function percentLabel(percent: number): string {
  return `${Number(percent.toPrecision(3))}%`
}

/** A fraction as percent, without the noise of binary fractions: 0.512 gives 51.2. */
export function toPercent(fraction: number): number {
  return rounded(fraction * 100)
}

/** Without the noise of binary fractions. */
export function rounded(value: number): number {
  return Number(value.toPrecision(8))
}
