import { rounded, type CurveRow } from './data'

/** More points than this in a line are no line any more but a zigzag. */
const most = 100

/**
 * How many recorded steps in a row become one point, so that no line has more than a hundred; 1 draws all as they are.
 * The same for all lines of a figure, which are compared.
 */
export function stepsPerPoint(rows: readonly CurveRow[]): number {
  return Math.max(1, ...curvesOf(rows).map((curve) => Math.ceil((curve.length - beginningOf(curve)) / most)))
}

/** Lines of which every `count` recorded steps in a row are their mean; step 0, where there is one, stays. */
export function thinned(rows: readonly CurveRow[], count: number): readonly CurveRow[] {
  if (count === 1) return rows
  return curvesOf(rows).flatMap((curve) => {
    const start = beginningOf(curve)
    const pieces = Array.from({ length: Math.ceil((curve.length - start) / count) }, (_, index) =>
      curve.slice(start + index * count, start + (index + 1) * count),
    )
    return [...curve.slice(0, start), ...pieces.map(meanRow)]
  })
}

/** How many rows there are before the first step: that of the untrained network, far from the others, or none. */
function beginningOf(curve: readonly CurveRow[]): number {
  return curve[0]?.step === 0 ? 1 : 0
}

function curvesOf(rows: readonly CurveRow[]): readonly (readonly CurveRow[])[] {
  const curves = new Map<string, CurveRow[]>()
  for (const row of rows) {
    const key = JSON.stringify([row.series, row.level])
    const curve = curves.get(key)
    if (curve) curve.push(row)
    else curves.set(key, [row])
  }
  return [...curves.values()]
}

function meanRow(rows: readonly CurveRow[]): CurveRow {
  const mean = (of: (row: CurveRow) => number): number =>
    rounded(rows.reduce((sum, row) => sum + of(row), 0) / rows.length)
  return {
    ...rows[0]!,
    step: mean(({ step }) => step),
    // Where some replicates have not come so far, those that all of it has.
    replicates: Math.min(...rows.map(({ replicates }) => replicates)),
    accuracy: mean(({ accuracy }) => accuracy),
    accuracyLow: mean(({ accuracyLow }) => accuracyLow),
    accuracyHigh: mean(({ accuracyHigh }) => accuracyHigh),
  }
}
