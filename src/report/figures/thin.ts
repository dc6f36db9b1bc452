/** More points than this in a line are no line any more but a zigzag. */
const most = 100

/**
 * How many recorded steps in a row become one point, so that no line has more than a hundred; 1 draws all as they are.
 * The same for all lines of a figure, which are compared.
 *
 * @param lines of each the steps at which it was recorded, ascending
 */
export function stepsPerPoint(lines: readonly (readonly number[])[]): number {
  return Math.max(1, ...lines.map((steps) => Math.ceil((steps.length - beginningOf(steps)) / most)))
}

/**
 * The recorded steps that become one point each, `count` in a row; step 0, where there is one, stays alone.
 *
 * @param steps ascending
 */
export function stretchesOf(steps: readonly number[], count: number): readonly (readonly number[])[] {
  const start = beginningOf(steps)
  const pieces = Array.from({ length: Math.ceil((steps.length - start) / count) }, (_, index) =>
    steps.slice(start + index * count, start + (index + 1) * count),
  )
  return start === 0 ? pieces : [steps.slice(0, start), ...pieces]
}

/** At most about `most` of some points, evenly spread: always the first, which is that of step k, and the last. */
export function someOf<Item>(points: readonly Item[], most: number): readonly Item[] {
  const apart = Math.ceil(points.length / most)
  return points.filter((_, index) => index % apart === 0 || index === points.length - 1)
}

/** How many points there are before the first step: that of the untrained network, far from the others, or none. */
function beginningOf(steps: readonly number[]): number {
  return steps[0] === 0 ? 1 : 0
}
