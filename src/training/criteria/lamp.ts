import type { CriterionKind } from './criterion'

/** w^2 over the sum of the squares of all weights of the layer that are no smaller (Lee et al. 2021, equation 5). */
export const lamp: CriterionKind = {
  networks: { imp: 'LAMP', 'one-shot': 'one-shot LAMP' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: true,
  ranking: { by: 'value', valuesOf: lampScores },
}

/** Weights of equal magnitude count among those that are no smaller, so that they have equal scores. */
function lampScores(weights: Float32Array): Float32Array {
  const squares = Float64Array.from(weights, (weight) => weight * weight)
  const order = Uint32Array.from(squares, (_, at) => at).sort((one, other) => squares[other]! - squares[one]!)
  const scores = new Float32Array(weights.length)
  let sum = 0
  for (let first = 0; first < order.length;) {
    const square = squares[order[first]!]!
    let after = first
    while (after < order.length && squares[order[after]!] === square) {
      sum += square
      after++
    }
    for (; first < after; first++) scores[order[first]!] = sum > 0 ? square / sum : 0
    // NaN equals nothing, not even itself: it is its own score, which is told when it is ranked.
    if (Number.isNaN(square)) scores[order[first++]!] = square
  }
  return scores
}
