import { intervalOf } from '../../experiments/certainty'
import { spreadOver } from '../../experiments/spread'
import type { Spread } from '../../experiments/view'

/** What error bars and bands over replicates show. */
export type Bars = 'range' | 'deviation' | 'interval'

/** Options of plots that have error bars or bands over replicates. */
export interface BarsChoice {
  /**
   * What error bars and bands over replicates show: `'range'`, minimum–maximum, by default, as Frankle & Carbin 2019;
   * `'deviation'`, the mean minus and plus the sample standard deviation; `'interval'`, the 95% interval of the mean by
   * Student's t, which verdicts rest on. All three end where a number cannot go on: at 0, and at 100%.
   */
  readonly bars?: Bars
}

/** Names for captions, and of the ends. */
export const barNames: Readonly<
  Record<Bars, { readonly name: string; readonly short: string; readonly ends: readonly [string, string] }>
> = {
  range: { name: 'minimum–maximum', short: 'min–max', ends: ['Minimum', 'Maximum'] },
  deviation: {
    name: 'mean ± standard deviation',
    short: '± standard deviation',
    ends: ['Mean minus standard deviation', 'Mean plus standard deviation'],
  },
  interval: {
    name: '95% interval of the mean',
    short: '95% interval of the mean',
    ends: ['95% interval from', '95% interval to'],
  },
}

/** What a number can be. */
export interface Limits {
  readonly least: number
  readonly most: number
}

export const limits = {
  percent: { least: 0, most: 100 },
  count: { least: 0, most: Infinity },
  difference: { least: -100, most: 100 },
} as const satisfies Readonly<Record<string, Limits>>

/** Where the error bar of a spread begins and ends; of one replicate at its value. */
export function barEnds(spread: Spread, bars: Bars, { least, most }: Limits): readonly [number, number] {
  const within = (value: number): number => Math.min(most, Math.max(least, value))
  const { mean, minimum, maximum, deviation = 0 } = spread
  switch (bars) {
    case 'range':
      return [minimum, maximum]
    case 'deviation':
      return [within(mean - deviation), within(mean + deviation)]
    case 'interval': {
      const { low, high } = intervalOf(spread) ?? { low: mean, high: mean }
      return [within(low), within(high)]
    }
  }
}

/** Mean and error bar of some values. */
export function barOf(
  values: readonly number[],
  bars: Bars,
  most: Limits,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const spread = spreadOver(values)
  const [low, high] = barEnds(spread, bars, most)
  return { mean: spread.mean, low, high }
}
