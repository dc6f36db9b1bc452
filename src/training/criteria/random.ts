import type { CriterionKind } from './criterion'

/** Nothing: weights are drawn. What every other criterion has to be better than. */
export const random: CriterionKind = {
  networks: { imp: 'random pruning', 'one-shot': 'one-shot random pruning' },
  isControl: true,
  iterative: true,
  atOnce: 'before-training',
  ranksTogether: false,
  ranking: { by: 'lot' },
}
