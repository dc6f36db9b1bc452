import type { Criterion } from '../../tasks/tasks'
import type { CriterionKind } from './criterion'
import { grasp } from './grasp'
import { lamp } from './lamp'
import { largeInitial } from './large-initial'
import { magnitude } from './magnitude'
import { magnitudeIncrease } from './magnitude-increase'
import { movement } from './movement'
import { random } from './random'
import { sameSign } from './same-sign'
import { smallFinal } from './small-final'
import { smallInitial } from './small-initial'
import { snip } from './snip'
import { synflow } from './synflow'

/** What is known of every criterion, in the order in which errors name them. */
export const criteria: { readonly [K in Criterion]: CriterionKind } = {
  magnitude,
  random,
  'small-final': smallFinal,
  'large-initial': largeInitial,
  'small-initial': smallInitial,
  'magnitude-increase': magnitudeIncrease,
  movement,
  'same-sign': sameSign,
  lamp,
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
