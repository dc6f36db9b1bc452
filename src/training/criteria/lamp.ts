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
  // It is told where it is ranked, and has no place in an order.
  if (weights.some(Number.isNaN)) return weights
  const squares = Float64Array.from(weights, (weight) => weight * weight)
  const order = Uint32Array.from(squares, (_, at) => at).sort((one, other) => squares[other]! - squares[one]!)
  const scores = new Float32Array(weights.length)
  let sum = 0
  for (let first = 0; first < order.length;) {
    const square = squares[order[first]!]!
    let after = first
    for (; after < order.length && squares[order[after]!] === square; after++) sum += square
    for (; first < after; first++) scores[order[first]!] = sum > 0 ? square / sum : 0
  }
  return scores
}
