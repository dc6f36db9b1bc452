import { TicketLabError } from '../support/errors'
import type { Criterion, WeightsRef } from '../tasks/tasks'
import { criteria, usualCriterion } from '../training/criteria/all'
import type { CriterionKind } from '../training/criteria/criterion'
import { treatments } from '../training/treatments'
import { afterPruningKinds } from './after-pruning'
import type { AfterPruning, PrunedValue, Setup } from './setup'

/** What plots call networks whose pruned weights are one of these: what has no row does not compile. */
export const prunedValues: { readonly [K in PrunedValue]: string } = {
  zero: 'pruned weights zero',
  initial: 'pruned weights initial',
  'initial-unless-decreased': 'pruned weights initial unless decreased',
}

/** What names of networks say of weights that do not go back to W_k and 0 at every level. */
export function levelStartTexts({ kept, pruned }: Pick<Setup, 'kept' | 'pruned'>): string[] {
  return [
    ...(kept ? [`${treatments[kept].words} at every level`] : []),
    ...(pruned ? [prunedValues[pruned]] : []),
  ]
}

/** Where the training of a pruned network begins and ends. */
export interface Retraining {
  readonly start: WeightsRef
  /** The step of the schedule that it begins at, where that is not the step of the weights. */
  readonly from?: number
  /** T where absent. */
  readonly until?: number
  /** That pruned weights stay what they begin with. */
  readonly frozen?: true
}

/**
 * How the survivors of pruning are trained again (Renda, Frankle & Carbin 2020, section 2).
 * @param rewindPoint W_k
 * @param trained the weights that were pruned
 */
export function retrainingOf(setup: Setup, rewindPoint: WeightsRef, trained: WeightsRef): Retraining {
  const { start, span } = afterPruningKinds[afterPruningOf(setup)]
  return { start: { rewound: rewindPoint, trained }[start], ...span(setup) }
}

export function afterPruningOf({ afterPruning = 'rewind' }: Pick<Setup, 'afterPruning'>): AfterPruning {
  return afterPruning
}

export function criterionOf({ criterion = usualCriterion }: Pick<Setup, 'criterion'>): Criterion {
  return criterion
}

/** What is known of the criterion that a setup prunes by. */
export function criterionKindOf(setup: Pick<Setup, 'criterion'>): CriterionKind {
  return criteria[criterionOf(setup)]
}

/**
 * Checks what a setup says of rewinding and of what comes after pruning.
 * @throws TicketLabError `bad-input`
 */
export function checkRetraining(setup: Setup): void {
  const { recipe, rewindTo, fineTuneSteps } = setup
  if (!Number.isSafeInteger(rewindTo) || rewindTo < 0 || rewindTo >= recipe.steps) {
    throw new TicketLabError(
      'bad-input',
      `Expected the step k of rewindTo to be a whole number from 0 to ${recipe.steps - 1}, below the ` +
        `${recipe.steps} steps of a training, found ${rewindTo}.`,
    )
  }
  const after = afterPruningOf(setup)
  const changed = (['kept', 'pruned'] as const).find((one) => setup[one] !== undefined)
  if (changed && after !== 'rewind') {
    throw new TicketLabError(
      'bad-input',
      `Expected afterPruning: 'rewind' with ${changed}: '${setup[changed]}', found '${after}': what becomes of W_k at ` +
        'every level is said of weights that go back to it.',
    )
  }
  const fineTunes = afterPruningKinds[afterPruningOf(setup)].takesSteps
  if (fineTunes !== (fineTuneSteps !== undefined)) {
    throw new TicketLabError(
      'bad-input',
      fineTunes
        ? "Expected fineTuneSteps with afterPruning: 'fine-tune', found none. For example { fineTuneSteps: 1000 }."
        : `Expected fineTuneSteps with afterPruning: 'fine-tune' only, found it with '${afterPruningOf(setup)}'.`,
    )
  }
}
