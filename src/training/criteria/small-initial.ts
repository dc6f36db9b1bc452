import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** -|w_0| (Zhou et al. 2019, section 4). */
export const smallInitial: CriterionKind = {
  networks: { imp: 'small initial', 'one-shot': 'one-shot, small initial' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((_, initial) => -Math.abs(initial)) },
}
