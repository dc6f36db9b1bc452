import { madeOf, type OfEveryRule } from '../optimizers/all'
import type { StepProgram } from '../program'
import type { Kernels, Machine, Pointer } from './machine'
import type { Variable, Variables } from './state'

/** Makes one step's changes, given its scalars (see `stepScalars`). */
export type UpdateCall = (scalars: readonly number[]) => void

/** The calls that update every parameter. */
export function compileUpdates(
  { kernels }: Machine,
  { updates }: StepProgram,
  variables: Variables,
): readonly UpdateCall[] {
  return updates.map(({ parameter, weightDecay, rule }) => {
    const { weights, gradient, mask, slots, bytes } = variables[parameter]!
    const place = [weights, gradient, mask, weightDecay] as const
    return madeOf(calls, rule, { kernels, place, slots, bytes })
  })
}

interface Updating extends Pick<Variable, 'slots' | 'bytes'> {
  readonly kernels: Kernels
  /** What every kernel begins with: weights, gradient, mask and weight decay. */
  readonly place: readonly [Pointer, Pointer, Pointer, number]
}

/** The call of the kernel that computes each rule. */
const calls: OfEveryRule<Updating, UpdateCall> = {
  sgd:
    (_, { kernels, place, bytes }) =>
    ([rate]) =>
      kernels.sgd(...place, rate!, bytes),
  momentum({ momentum, nesterov, velocity }, { kernels, place, slots, bytes }) {
    const kept = slots[velocity]!
    return ([rate]) => kernels.momentum(...place, kept, rate!, momentum, +nesterov, bytes)
  },
  adam({ beta1, beta2, m, v }, { kernels, place, slots, bytes }) {
    const kept = [slots[m]!, slots[v]!] as const
    // Of the betas in single precision, which the bias correction in the scalars is for.
    const rests = [1 - Math.fround(beta1), 1 - Math.fround(beta2)] as const
    return ([rate, epsilon]) => kernels.adam(...place, ...kept, rate!, epsilon!, ...rests, bytes)
  },
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
