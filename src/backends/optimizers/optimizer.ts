import type { Checks } from '../../support/options'

/** What every optimizer has. */
export interface AnyOptimizer {
  readonly kind: string
  readonly learningRate: number
}

/** What every rule has. */
export interface AnyRule {
  readonly kind: string
}

/** The hyperparameters of an optimizer. */
export type Hyperparameters<O> = Omit<O, 'kind'>

/** Those of them that need not be given. */
type Optional<O> = { readonly [H in keyof O]-?: object extends Pick<O, H> ? H : never }[keyof O]

/**
 * Everything that is known of an optimizer besides how each backend computes it: a row of the table in `all.ts`.
 *
 * @typeParam O the optimizer, as cells and descriptions of tasks name it
 * @typeParam R its rule: without defaults, and with the names of the tensors, initially zero, that are kept between steps
 */
export interface OptimizerRow<O extends AnyOptimizer, R extends AnyRule> {
  /** What its hyperparameters may be. Those without a default have to be given, in this order. */
  readonly checks: Checks<Hyperparameters<O>>
  /** Hyperparameters that need not be given, as they are then; descriptions leave them out. */
  readonly defaults: { readonly [H in Optional<O>]: NonNullable<O[H]> }
  /** The others besides the learning rate, as they are where only its name is given. */
  readonly named: Omit<O, 'kind' | 'learningRate' | Optional<O>>
  /** The rule by which it updates a parameter. */
  readonly rule: (optimizer: O, parameter: string) => R
  /** The names of what a rule keeps, each of the parameter's shape. */
  readonly slots: (rule: R) => readonly string[]
  /**
   * The scalars of the step that follows `step` steps (from 0), always as many; the first is r in w -= r move. What
   * depends on the number of steps is in them, so that the state of a training needs no powers of a decay, and a resumed
   * training goes on with the same bits.
   */
  readonly scalars: (optimizer: O, step: number, learningRate: number) => readonly number[]
  /**
   * What the rule means, in double precision: the move of each number of a parameter by its gradient, and what is kept of
   * it in `slots`, rounded to float32. Backends compute the same in single precision.
   */
  readonly move: (
    rule: R,
    slots: readonly Float32Array[],
    scalars: readonly number[],
  ) => (gradient: number, at: number) => number
}
