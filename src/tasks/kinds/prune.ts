import type { BackendKey } from '../../backends/backend'
import type { Network } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { count, objectOf, recordOf } from '../../support/json-shape'
import { sizeOf } from '../../support/tensor'
import { unless } from './defaults'
import { around, sum } from './estimates'
import type { Digest, ScoringExamples, WeightsRef } from './inputs'
import { noSteps, type TaskRow } from './kind'

/** By what weights are ranked when a network is pruned; those of the largest value are kept. */
export type Criterion =
  /** |w| */
  | 'magnitude'
  /** Nothing: weights are drawn. */
  | 'random'
  /** -|w| (this and the next five: Zhou et al. 2019, section 4). */
  | 'small-final'
  /** |w_0|, w_0 being the weight at initialization. */
  | 'large-initial'
  /** -|w_0| */
  | 'small-initial'
  /** |w| - |w_0| */
  | 'magnitude-increase'
  /** |w - w_0| */
  | 'movement'
  /** |w| where it has the sign of w_0, 0 elsewhere. */
  | 'same-sign'
  /** w^2 over the sum of the squares of those of its layer that are no smaller (Lee et al. 2021). */
  | 'lamp'
  /** |g w|, g being the derivative of the loss (Lee et al. 2019). */
  | 'snip'
  /** w H g, H being the second derivative of the loss (Wang et al. 2020, who remove the largest of -w H g). */
  | 'grasp'
  /** |w| dR/d|w|, R being what a network of absolute weights makes of ones (Tanaka et al. 2020). */
  | 'synflow'

/** Makes a mask. The counts are exact and decided by the description, not by the weights. */
export interface PruneTask {
  readonly kind: 'prune'
  /** The network. */
  readonly network: Network
  /** What is looked at; absent for `random` and `shuffle`. */
  readonly weights?: WeightsRef
  /** W_0 of the same network, for criteria that look at it. */
  readonly initial?: WeightsRef
  /** The mask that the new one is nested in; absent at level 0. For `shuffle`, the mask that is shuffled. */
  readonly previous?: Digest
  /** By what weights are ranked; `shuffle` puts the places of a mask elsewhere. */
  readonly criterion: Criterion | 'shuffle'
  /**
   * Weights to keep, by parameter name, exactly; each parameter is ranked by itself. Parameters not named are not
   * pruned. Absent for `shuffle` and with `keepTotal`.
   */
  readonly keep?: Readonly<Record<string, number>>
  /** Weights to keep of all the parameters `among` together, exactly; how many of each follows from their ranking. */
  readonly keepTotal?: { readonly count: number; readonly among: readonly string[] }
  /** Whether a layer of which nothing is left stops the experiment, the default. */
  readonly collapse?: 'go on'
  /** Seed of random choices: `random`, `shuffle`, and ties of equal rank. */
  readonly seed: number
  /** How derivatives are taken, for criteria that need them. */
  readonly scoring?: Scoring
}

/** What scores depend on besides weights. */
export interface Scoring {
  /** Rounds of scoring and pruning, the counts falling exponentially; 1 by default. */
  readonly rounds?: number
  /** Where derivatives of the loss are taken: at the first `batches` batches of the order of `orderSeed`. */
  readonly examples?: ScoringExamples
  /** What logits are divided by before the softmax, for `grasp`; {@link graspTemperature} by default. */
  readonly temperature?: number
  /** What computes it, and with which arithmetic. */
  readonly backend: BackendKey
}

/** That of the code of Wang et al. (2020): gradients are then those of nearly equal probabilities. */
export const graspTemperature = 200

export interface PruneFacts {
  readonly kind: 'prune'
  /** Weights kept by parameter. */
  readonly kept: Readonly<Record<string, number>>
}

export const prune: TaskRow<PruneTask, PruneFacts> = {
  words: 'pruning',
  isCounted: true,
  inputs: ({ weights, initial, previous }) => [weights?.task, initial?.task, previous],
  steps: noSteps,
  withoutDefaults(task) {
    const { scoring } = task
    if (!scoring) return task
    return { ...task, scoring: { ...scoring, temperature: unless(graspTemperature, scoring.temperature) } }
  },
  takes({ network, keep, keepTotal, previous }, { countsOf }) {
    const among = keepTotal?.among ?? []
    const counts = keep ?? (previous === undefined ? {} : countsOf(previous))
    const lengths = parametersOf(network).flatMap(({ name, shape }) =>
      name in counts || among.includes(name) ? [sizeOf(shape)] : [],
    )
    return { bytes: lengths.length * around.entry + sum(lengths) }
  },
  keeps({ keep, keepTotal, previous }, under) {
    if (keepTotal) return { total: keepTotal.count, among: keepTotal.among }
    // One that is shuffled keeps as much as before.
    return keep ?? under(previous)
  },
  origin: ({ seed }) => ({ seed }),
  level: (_task, own) => ({ under: own }),
  facts: objectOf({ kept: recordOf(count) }),
  tell: ({ kept }, run) => run.kept(kept),
}
