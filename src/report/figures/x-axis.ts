import type { Series } from '../../experiments/series'
import { mean } from '../../experiments/spread'
import { countText, percentLabel } from '../../support/quantities'
import { rounded } from '../words/numbers'
import { percents, seriesNames, type LevelRow } from './data'

/** What the x axis of a plot against pruning shows. */
export type XName = 'remaining' | 'compression' | 'multiply-adds'

/** Options of plots that can be drawn against other measures of pruning than the weights that are left. */
export interface XChoice {
  /**
   * What the x axis shows: `'remaining'`, the percentage of weights remaining, by default; `'compression'`, how many times as
   * many weights the full network has; `'multiply-adds'`, those of surviving weights for one example, mean over replicates.
   */
  readonly x?: XName
}

/** A row at its place on the x axis. */
export type PlacedRow = LevelRow & {
  /** Where it stands; absent where `percent` says so. */
  readonly x?: number
}

/** What is known of a kind of x axis. All are logarithmic, and sparser networks stand further to the right. */
export interface XAxis {
  /** The member of rows that has it. */
  readonly field: 'percent' | 'x'
  readonly title: string
  /** In tables and tooltips. */
  readonly short: string
  readonly format: string
  /** Whether numbers fall to the right. */
  readonly falls: boolean
  readonly text: (value: number) => string
  /** From the densest to the sparsest. */
  readonly ends: (values: readonly number[]) => readonly [dense: number, sparse: number]
}

/** A plot of few levels is not stretched over the page: its ends are at least this factor apart. */
const leastSpan = 1 / 0.64

/** Every kind of x axis. */
export const xAxes: { readonly [X in XName]: XAxis } = {
  remaining: {
    ...{ field: 'percent', title: 'Percent of weights remaining', short: 'Weights remaining (%)' },
    ...{ format: '.3~r', falls: true, text: percentLabel },
    ends: (values) => [100, Math.min(100 / leastSpan, ...values)],
  },
  compression: {
    ...{
      field: 'x',
      title: 'Compression ratio: all weights over those remaining',
      short: 'Compression ratio',
    },
    ...{ format: '.3~r', falls: false, text: (value) => String(Number(value.toPrecision(3))) },
    ends: (values) => [1, Math.max(leastSpan, ...values)],
  },
  'multiply-adds': {
    ...{ field: 'x', title: 'Multiply-adds of surviving weights, per example', short: 'Multiply-adds' },
    ...{ format: '.3~s', falls: true, text: (value) => countText(Math.round(value)) },
    ends(values) {
      const most = Math.max(1, ...values)
      return [most, Math.min(most / leastSpan, ...values)]
    },
  },
}

/** The rows with their places on an axis; as they are where it shows what remains. */
export function placed(
  rows: readonly LevelRow[],
  series: readonly Series[],
  x: XName = 'remaining',
): readonly PlacedRow[] {
  if (x === 'remaining') return rows
  const names = seriesNames(series)
  return rows.map((row) => ({ ...row, x: placeOf(row, series[names.indexOf(row.series)]!, x) }))
}

function placeOf({ percent, level }: LevelRow, { points }: Series, x: Exclude<XName, 'remaining'>): number {
  if (x === 'compression') return rounded(100 / percent)
  return rounded(
    mean(points.flatMap((point) => (point.level === level && point.result ? [point.multiplyAdds] : []))),
  )
}

/** Where the rows stand, from dense to sparse. */
export function ticksOf(rows: readonly PlacedRow[], { field, falls }: XAxis): readonly number[] {
  if (field === 'percent') return percents(rows)
  const values = [...new Set(rows.flatMap(({ x }) => (x === undefined ? [] : [x])))]
  return values.sort((a, b) => (falls ? b - a : a - b))
}

/** The domain of the scale, with some room on both sides, which on a logarithmic scale is a factor. */
export function domainOf(values: readonly number[], { ends }: XAxis): readonly [number, number] {
  const [one, other] = ends(values)
  const [low, high] = [Math.min(one, other), Math.max(one, other)]
  const room = (high / low) ** 0.04
  return [low / room, high * room]
}
