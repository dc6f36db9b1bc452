import { adam, type Adam, type AdamRule } from './adam'
import { momentum, type Momentum, type MomentumRule } from './momentum'
import type { OptimizerRow } from './optimizer'
import { sgd, type Sgd, type SgdRule } from './sgd'

/** The update rule of a training step, with the hyperparameters that change its result. */
export type Optimizer = Sgd | Momentum | Adam

/**
 * An optimizer without defaults, w being the parameter, g its gradient (decayed, masked) and r the first of the
 * step's scalars (see `stepScalars`). A rule names tensors, initially zero, that it keeps between steps.
 */
export type UpdateRule = SgdRule | MomentumRule | AdamRule

export type OptimizerKind = Optimizer['kind']
export type OptimizerOf<K extends OptimizerKind> = Extract<Optimizer, { readonly kind: K }>
export type RuleOf<K extends OptimizerKind> = Extract<UpdateRule, { readonly kind: K }>
type Row<K extends OptimizerKind> = OptimizerRow<OptimizerOf<K>, RuleOf<K>>

/** What is known of every optimizer, in the order in which errors name them: one without a row does not compile. */
export const optimizers: { readonly [K in OptimizerKind]: Row<K> } = {
  sgd,
  momentum,
  adam,
}

/** What a backend makes of every rule: one without a line does not compile. */
export type OfEveryRule<Surroundings, Made> = {
  readonly [K in OptimizerKind]: (rule: RuleOf<K>, surroundings: Surroundings) => Made
}

/** What `table` makes of a rule. */
export function madeOf<Surroundings, Made>(
  table: OfEveryRule<Surroundings, Made>,
  rule: UpdateRule,
  surroundings: Surroundings,
): Made {
  return lineOf(table, rule.kind)(rule, surroundings)
}

function lineOf<K extends OptimizerKind, Surroundings, Made>(
  table: OfEveryRule<Surroundings, Made>,
  kind: K,
): (rule: RuleOf<K>, surroundings: Surroundings) => Made {
  return table[kind]
}

/** What is known of an optimizer. */
export function rowOf<K extends OptimizerKind>(kind: K): Row<K> {
  return optimizers[kind]
}

/** The rule by which `optimizer` updates `parameter`, with defaults filled in. */
export function updateRule(optimizer: Optimizer, parameter: string): UpdateRule {
  return rowOf(optimizer.kind).rule(optimizer, parameter)
}

/** The tensors that a rule keeps between steps, each of the parameter's shape. */
export function slotsOf(rule: UpdateRule): readonly string[] {
  return rowOf(rule.kind).slots(rule)
}

/** How many scalars a step takes. */
export function scalarCount(optimizer: Optimizer): number {
  return stepScalars(optimizer, 0, optimizer.learningRate).length
}

/**
 * The scalars of the step that follows `step` steps, first the factor r of {@link UpdateRule}.
 * @param step steps done before, from 0
 */
export function stepScalars(optimizer: Optimizer, step: number, learningRate: number): readonly number[] {
  return rowOf(optimizer.kind).scalars(optimizer, step, learningRate)
}

/** An optimizer of which only the name was given. */
export function optimizerNamed<K extends OptimizerKind>(kind: K, learningRate: number): OptimizerOf<K> {
  return { kind, learningRate, ...rowOf(kind).named } as unknown as OptimizerOf<K>
}

/** Hyperparameters of an optimizer that need not be given, as they are then. */
export function defaultsOf({ kind }: Optimizer): Readonly<Record<string, unknown>> {
  return rowOf(kind).defaults
}
