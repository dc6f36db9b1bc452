import type { Criterion } from '../../tasks/tasks'
import type { CriterionKind } from './criterion'
import { grasp } from './grasp'
import { magnitude } from './magnitude'
import { random } from './random'
import { snip } from './snip'
import { synflow } from './synflow'

/** What is known of every criterion, in the order in which errors name them. */
export const criteria: { readonly [K in Criterion]: CriterionKind } = {
  magnitude,
  random,
  snip,
  grasp,
  synflow,
}

/** What setups are pruned by that do not say; descriptions leave it out. */
export const usualCriterion = 'magnitude' satisfies Criterion

/** The names of those criteria of which something holds. */
export function criteriaThat(holds: (kind: CriterionKind) => boolean): readonly Criterion[] {
  return (Object.keys(criteria) as Criterion[]).filter((criterion) => holds(criteria[criterion]))
}
