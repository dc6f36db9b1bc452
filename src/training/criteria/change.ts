/** Scores of weights from what each has become and what it was at initialization (Zhou et al. 2019, section 4). */
export function eachOf(
  score: (final: number, initial: number) => number,
): (weights: Float32Array, initial: Float32Array) => Float32Array {
  return (weights, initial) => weights.map((final, at) => score(final, initial[at]!))
}
