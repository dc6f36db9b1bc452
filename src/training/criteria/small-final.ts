import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** -|w|: the smallest trained weights are kept, against which large final is held (Zhou et al. 2019, section 4). */
export const smallFinal: CriterionKind = {
  networks: { imp: 'small final', 'one-shot': 'one-shot, small final' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((final) => -Math.abs(final)) },
}
