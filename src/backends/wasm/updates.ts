import type { StepProgram, Update } from '../program'
import type { Machine } from './memory'
import type { Variable, Variables } from './state'

/** Makes one step's changes, given its scalars (see `stepScalars`). */
export type UpdateCall = (scalars: readonly number[]) => void

/** The calls that update every parameter. */
export function compileUpdates(
  machine: Machine,
  program: StepProgram,
  variables: Variables,
): readonly UpdateCall[] {
  return program.updates.map((update) => {
    const variable = variables[update.parameter]!
    const { gradient, weights, mask, bytes } = variable
    const apply = applyRule(machine, update, variable)
    return (scalars) => {
      machine.kernels.prepareGradient(gradient, weights, mask, update.weightDecay, bytes)
      apply(scalars)
    }
  })
}

function applyRule(
  { kernels }: Machine,
  { rule }: Update,
  { weights, gradient, slots, bytes }: Variable,
): UpdateCall {
  switch (rule.kind) {
    case 'sgd':
      return ([rate]) => kernels.sgd(weights, gradient, rate!, bytes)
    case 'momentum': {
      const velocity = slots[rule.velocity]!
      const nesterov = rule.nesterov ? 1 : 0
      return ([rate]) => kernels.momentum(weights, velocity, gradient, rate!, rule.momentum, nesterov, bytes)
    }
    case 'adam': {
      const [m, v] = [slots[rule.m]!, slots[rule.v]!]
      // Of the betas in single precision, which the bias correction in the scalars is for.
      const [rest1, rest2] = [1 - Math.fround(rule.beta1), 1 - Math.fround(rule.beta2)]
      return ([rate, epsilon]) => kernels.adam(weights, m, v, gradient, rate!, epsilon!, rest1, rest2, bytes)
    }
  }
}
