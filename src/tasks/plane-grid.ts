/** The alphas of a grid: around a, b and the foot of c, which may be beyond them. */
export function alphasOfPlane({ foot }: { readonly foot: number }, points: number, margin: number): number[] {
  return ticks(Math.min(0, foot), Math.max(1, foot), points, margin)
}

/** The betas of a grid: from below the line through a and b to above c. */
export function betasOfPlane(points: number, margin: number): number[] {
  return ticks(0, 1, points, margin)
}

/**
 * About `points` evenly spaced numbers from `margin` of the range before `low` to as much after `high`; 0 is one of them, and 1
 * unless the range is far too wide.
 */
function ticks(low: number, high: number, points: number, margin: number): number[] {
  const air = margin * (high - low)
  const wide = (high - low + 2 * air) / (points - 1)
  const perUnit = Math.round(1 / wide)
  // Two rules, so that the numbers are whole before they are divided.
  const at = perUnit >= 1 ? (i: number) => i / perUnit : (i: number) => i * Math.ceil(wide)
  const unit = at(1)
  const nearly = 1e-9
  const first = Math.floor((low - air) / unit + nearly)
  const last = Math.ceil((high + air) / unit - nearly)
  return Array.from({ length: last - first + 1 }, (_, i) => at(first + i) + 0)
}
