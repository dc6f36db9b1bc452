import type { CriterionKind } from './criterion'
import { eachOf } from './change'

/** |w_0|, whatever training made of it (Zhou et al. 2019, section 4). */
export const largeInitial: CriterionKind = {
  networks: { imp: 'large initial', 'one-shot': 'one-shot, large initial' },
  isControl: false,
  iterative: true,
  atOnce: 'trained',
  ranksTogether: false,
  ranking: { by: 'change', valuesOf: eachOf((_, initial) => Math.abs(initial)) },
}
