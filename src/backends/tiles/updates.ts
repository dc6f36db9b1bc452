import type { StepProgram } from '../program'
import type { Machine, Pointer } from './machine'
import type { Variables } from './state'

/** Makes one step's changes, given its scalars (see `stepScalars`). */
export type UpdateCall = (scalars: readonly number[]) => void

/** The calls that update every parameter. */
export function compileUpdates(
  { kernels }: Machine,
  { updates }: StepProgram,
  variables: Variables,
): readonly UpdateCall[] {
  return updates.map(({ parameter, weightDecay, rule }): UpdateCall => {
    const { weights, gradient, mask, slots, bytes } = variables[parameter]!
    switch (rule.kind) {
      case 'sgd':
        return ([rate]) => kernels.sgd(weights, gradient, mask, weightDecay, rate!, bytes)
      case 'momentum': {
        const velocity = slots[rule.velocity]!
        const { momentum, nesterov } = rule
        return ([rate]) =>
          kernels.momentum(weights, gradient, mask, weightDecay, velocity, rate!, momentum, +nesterov, bytes)
      }
      case 'adam': {
        const [m, v] = [slots[rule.m]!, slots[rule.v]!]
        // Of the betas in single precision, which the bias correction in the scalars is for.
        const [rest1, rest2] = [1 - Math.fround(rule.beta1), 1 - Math.fround(rule.beta2)]
        return ([rate, epsilon]) =>
          kernels.adam(weights, gradient, mask, weightDecay, m, v, rate!, epsilon!, rest1, rest2, bytes)
      }
    }
  })
}

/** Lets one statistic follow a batch's; with a decay of its own if one is given. */
export type FollowCall = (decay?: number) => void

/** The calls that let every statistic follow what a step wrote. */
export function compileFollowing(
  { kernels }: Machine,
  { statistics }: StepProgram,
  variables: Variables,
  at: (value: string) => Pointer,
): readonly FollowCall[] {
  return statistics.map(({ name, shape, value, decay, factor }): FollowCall => {
    const [running, fresh] = [variables[name]!.weights, at(value)]
    const count = shape.reduce((product, extent) => product * extent, 1)
    return (other = decay) => kernels.follow(running, fresh, other, factor, count)
  })
}
