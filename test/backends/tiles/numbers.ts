/** Whole numbers in [0, below), by a linear congruential generator (Numerical Recipes). */
export function numbers(): (below: number) => number {
  let state = 1
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
