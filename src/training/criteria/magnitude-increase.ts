import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** |w| - |w_0| (Zhou et al. 2019, section 4). */
export const magnitudeIncrease: CriterionKind = {
  networks: { imp: 'magnitude increase', 'one-shot': 'one-shot, magnitude increase' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((final, initial) => Math.abs(final) - Math.abs(initial)) },
}
