import { withoutChance } from '../../networks/change'
import type { Tensors } from '../../support/tensor'
import { masked } from '../interpolate'
import { need, scoringBatches, type CriterionKind, type Scores } from './criterion'
import { timesWeights } from './shared'

/** |g w|, g being the derivative of the loss (Lee, Ajanthan & Torr 2019). */
export const snip: CriterionKind = {
  networks: { imp: 'SNIP', 'one-shot': 'SNIP' },
  isControl: false,
  iterative: false,
  atOnce: 'before-training',
  ranksTogether: true,
  ranking: {
    by: 'derivatives',
    scoringOf: ({ examples, backend }) => ({ examples: { ...examples, batches: scoringBatches }, backend }),
    async open({ task, scoring, weights }, derivatives) {
      const examples = need(task, scoring.examples, 'scoring.examples')
      const gradient = await derivatives.ofLoss(withoutChance(task.network), examples)
      return async (masks) => {
        const at = masked(weights, masks)
        return snipScores(at, await gradient(at, masks))
      }
    },
  },
}

/** The effect of removing a weight on the loss, to first order (Lee, Ajanthan & Torr 2019, eq. 4). */
function snipScores(weights: Tensors, gradient: Scores): Scores {
  const scores = timesWeights(gradient, weights)
  for (const data of Object.values(scores)) for (let i = 0; i < data.length; i++) data[i] = Math.abs(data[i]!)
  return scores
}
