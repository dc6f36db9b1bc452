import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** |w| of weights that kept the sign they began with, 0 of the others: max(0, w w_0 / |w_0|) (Zhou et al. 2019, section 4). */
export const sameSign: CriterionKind = {
  networks: { imp: 'large final, same sign', 'one-shot': 'one-shot, large final, same sign' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((final, initial) => Math.max(0, final * Math.sign(initial))) },
}
