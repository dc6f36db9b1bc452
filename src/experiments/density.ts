import type { Network, Parameter } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { TicketLabError } from '../support/errors'
import { sizeOf } from '../support/tensor'
import type { Setup } from './setup'

/** Weights to keep, by parameter name. */
export type Counts = Readonly<Record<string, number>>

/**
 * How many weights each prunable parameter keeps at levels 0 .. `levels` of iterative pruning: at every level
 * `round(rate * remaining)` of them are removed (Frankle & Carbin 2019, section 2, strategy 1 of appendix B with
 * a rate per layer). Exact and independent of the weights, so descriptions can carry it.
 *
 * @throws TicketLabError `bad-input` when a parameter would lose its last weight, naming the level
 */
export function keptCounts(setup: Pick<Setup, 'network' | 'rates'>, levels: number): readonly Counts[] {
  const prunable = prunableParameters(setup)
  let counts: Counts = Object.fromEntries(prunable.map(({ name, shape }) => [name, sizeOf(shape)]))
  const all = [counts]
  for (let level = 1; level <= levels; level++) {
    counts = Object.fromEntries(
      prunable.map(({ name, group }) => {
        const before = counts[name]!
        const kept = before - Math.round(setup.rates[group]! * before)
        if (kept < 1) {
          throw new TicketLabError(
            'bad-input',
            `Expected at least one weight left in ${name}, found none at level ${level}. Use fewer than ${level} levels or a lower rate.`,
          )
        }
        return [name, kept]
      }),
    )
    all.push(counts)
  }
  return all
}

/** The parameters that a setup prunes: those whose group has a rate. */
export function prunableParameters(
  setup: Pick<Setup, 'network' | 'rates'>,
): readonly (Parameter & Required<Pick<Parameter, 'group'>>)[] {
  return parametersOf(setup.network).filter(
    (parameter): parameter is Parameter & Required<Pick<Parameter, 'group'>> =>
      parameter.group !== undefined && setup.rates[parameter.group] !== undefined,
  )
}

/** Fraction of all weights (biases do not count) that `counts` keeps, in (0, 1]. */
export function densityOf(network: Network, counts: Counts): number {
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  const total = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const kept = weights.reduce((sum, { name, shape }) => sum + (counts[name] ?? sizeOf(shape)), 0)
  return kept / total
}
