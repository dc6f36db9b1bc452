import type { CriterionKind } from './criterion'

/** |w|: what trained networks are pruned by (Frankle & Carbin 2019, section 2). */
export const magnitude: CriterionKind = {
  networks: { imp: 'tickets', 'one-shot': 'one-shot' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'value', valuesOf: absolute },
}

function absolute(weights: Float32Array): Float32Array {
  const result = new Float32Array(weights.length)
  for (let i = 0; i < weights.length; i++) result[i] = Math.abs(weights[i]!)
  return result
}
