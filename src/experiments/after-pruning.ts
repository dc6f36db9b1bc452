import { countText } from '../support/quantities'
import type { AfterPruning, Setup } from './setup'

/** What is known of something that may happen to the survivors of pruning (Renda, Frankle & Carbin 2020, section 2). */
interface AfterPruningKind {
  /** Which weights they begin with: W_k, or those that were pruned. */
  readonly start: 'rewound' | 'trained'
  /** Where in the schedule their training begins, if not at the step of the weights, and ends, if not at T. */
  readonly span: (setup: Setup) => { readonly from?: number; readonly until?: number }
  /** Whether a setup has to say for how many steps; only then may it. */
  readonly takesSteps: boolean
  /** What names of networks say of it. */
  readonly words: (setup: Setup) => string
  /** What summaries of setups say of it. */
  readonly summary: (setup: Setup) => string
}

/** What may happen after pruning, in the order in which errors name it: what has no row does not compile. */
export const afterPruningKinds: { readonly [K in AfterPruning]: AfterPruningKind } = {
  rewind: {
    start: 'rewound',
    span: () => ({}),
    takesSteps: false,
    words: ({ rewindTo }) => `rewound to step ${rewindTo}`,
    summary: ({ rewindTo }) => `rewinding to step ${countText(rewindTo)}`,
  },
  'learning-rate': {
    start: 'trained',
    span: ({ rewindTo }) => ({ from: rewindTo }),
    takesSteps: false,
    words: ({ rewindTo }) => (rewindTo === 0 ? 'not rewound' : `learning rates rewound to step ${rewindTo}`),
    summary: () => 'afterwards learning-rate',
  },
  'fine-tune': {
    start: 'trained',
    span: ({ recipe, fineTuneSteps = 0 }) => ({ from: recipe.steps, until: recipe.steps + fineTuneSteps }),
    takesSteps: true,
    words: ({ fineTuneSteps }) => `fine-tuned for ${fineTuneSteps} steps`,
    summary: () => 'afterwards fine-tune',
  },
}
