import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** |w - w_0| (Zhou et al. 2019, section 4). */
export const movement: CriterionKind = {
  networks: { imp: 'movement', 'one-shot': 'one-shot, movement' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((final, initial) => Math.abs(final - initial)) },
}
