import type { Series } from '../../experiments/series'
import { rounded } from '../words/numbers'
import { type Measure } from './data'

/**
 * A published value. Those that a paper gives in relation to its own full network (`gain`, in points, or `factor`) are
 * drawn in relation to the full network of the results they stand beside.
 */
interface Published {
  /** Percent of weights remaining. */
  readonly percent: number
  readonly measure: Measure
  readonly found: { readonly value: number } | { readonly gain: number } | { readonly factor: number }
  readonly what: string
  readonly source: string
}

/** The k from which networks are stable, as published. */
interface PublishedOnset {
  readonly of: 'full network' | 'subnetworks'
  readonly step: number
  readonly what: string
  readonly source: string
}

/** The last argument of plots that can show published values. */
export interface ReferenceChoice {
  /** Draws the published values that there are for the networks shown; off by default. */
  readonly reference?: boolean
}

/** A published value as it is drawn. */
export interface ReferenceRow {
  readonly percent: number
  readonly value: number
  readonly what: string
  readonly source: string
  /** What the value is measured by. */
  readonly basis: string
}

/** A published k as it is drawn. */
export interface OnsetRow {
  readonly step: number
  readonly what: string
  readonly source: string
}

const first = 'Frankle & Carbin 2019'
const second = 'Frankle, Dziugaite, Roy & Carbin 2020'
/** Remembered, not read in a source. */
const remembered = `${second}, table 1 †`

/** An open diamond in a grey that stands out on light and dark; nothing else in our plots looks like it. */
export const referenceMark = {
  mark: {
    type: 'point',
    shape: 'diamond',
    filled: false,
    size: 110,
    strokeWidth: 1.8,
    color: '#7f7f7f',
    opacity: 1,
  },
} as const

/** The published k: a vertical line that cannot be taken for a value. */
export const onsetMark = {
  mark: { type: 'rule', strokeWidth: 1.8, strokeDash: [9, 4], color: '#7f7f7f' },
} as const

/** By preset. Figures are those that the papers' texts give; nothing was read off a plot. */
const published: Readonly<Record<string, readonly Published[]>> = {
  'lenet-mnist': [
    gain(
      'earlyStopAccuracy',
      13.5,
      0.3,
      'more than 0.3 points above the full network',
      `${first}, section 2`,
    ),
    gain('earlyStopAccuracy', 3.6, 0, "back at the full network's accuracy", `${first}, section 2`),
    sooner(21, 0.62, '38% sooner than the full network', `${first}, section 2`),
  ],
  'conv2-cifar10': conv(4.6, 3.4, 8.8, 3.5),
  'conv4-cifar10': conv(11.1, 3.5, 9.2, 3.5),
  'conv6-cifar10': conv(26.4, 3.3, 15.1, 2.5),
  'resnet20-cifar10': [accuracy(100, 90.5, 'full network', `${first}, section 4`)],
  'resnet20-cifar10-low': [
    accuracy(41.7, 89.5, 'tickets, 41.7-21.9%', `${first}, section 4`),
    accuracy(21.9, 89.5, 'tickets, 41.7-21.9%', `${first}, section 4`),
  ],
  'resnet20-cifar10-warmup': [accuracy(27.1, 90.5, 'tickets', `${first}, section 4`)],
  'vgg19-cifar10-low': [
    gain(
      'finalAccuracy',
      3.5,
      -1,
      'tickets within 1 point of the full network down to here',
      `${first}, section 4`,
    ),
  ],
  'vgg19-cifar10-warmup': [
    gain(
      'finalAccuracy',
      1.5,
      -1,
      'tickets within 1 point of the full network down to here',
      `${first}, section 4`,
    ),
  ],
  'lenet-mnist-instability': [ticket(3.5, 98.3)],
  'resnet20-cifar10-instability': [ticket(16.8, 91.7)],
  'resnet20-cifar10-instability-low': [ticket(8.6, 88.8)],
  'resnet20-cifar10-instability-warmup': [ticket(8.6, 89.7)],
  'vgg16-cifar10-instability': [ticket(1.5, 93.7)],
  'vgg16-cifar10-instability-low': [ticket(5.5, 91.7)],
  'vgg16-cifar10-instability-warmup': [ticket(1.5, 93.4)],
}

const onsets: Readonly<Record<string, readonly PublishedOnset[]>> = {
  'lenet-mnist-instability': [full(0), subnetworks(0)],
  'resnet20-cifar10-instability': [full(2000), subnetworks(500)],
  'resnet20-cifar10-instability-low': [subnetworks(0)],
  'resnet20-cifar10-instability-warmup': [subnetworks(0)],
  'vgg16-cifar10-instability': [full(1000), subnetworks(1000)],
  'vgg16-cifar10-instability-low': [subnetworks(0)],
  'vgg16-cifar10-instability-warmup': [subnetworks(0)],
}

/** The presets that there are published values for. */
export const referencedPresets: readonly string[] = [
  ...new Set([...Object.keys(published), ...Object.keys(onsets)]),
]

/** Published values of some measures for the networks of `series`. */
export function referenceRows(series: readonly Series[], measure: Measure): readonly ReferenceRow[] {
  return networksOf(series).flatMap((network) =>
    (published[network] ?? [])
      .filter((one) => one.measure === measure)
      .flatMap(({ percent, found, what, source }): ReferenceRow[] => {
        const common = { percent, what: several(series) ? `${network}: ${what}` : what, source }
        if ('value' in found) return [{ ...common, value: found.value, basis: 'as published' }]
        const own = fullNetworkMean(series, network, measure)
        if (own === undefined) return []
        const value = 'gain' in found ? own + found.gain : own * found.factor
        return [{ ...common, value: rounded(value), basis: 'in relation to this full network' }]
      }),
  )
}

/** Published k from which the networks of `series`, or subnetworks of them, are stable. */
export function onsetRows(
  series: readonly Series[],
  shown: readonly PublishedOnset['of'][],
): readonly OnsetRow[] {
  return networksOf(series).flatMap((network) =>
    (onsets[network] ?? [])
      .filter(({ of }) => shown.includes(of))
      .map(({ step, what, source }) => ({
        step,
        what: several(series) ? `${network}: ${what}` : what,
        source,
      })),
  )
}

/**
 * What stands under a plot with references: how they are marked, or that there are none.
 * @param marks what they look like and mean
 */
export function referenceCaption(
  rows: readonly { readonly source: string }[],
  marks = 'open diamonds: published values',
): string {
  if (rows.length === 0) return 'no published values for this plot'
  const note = rows.some(({ source }) => source.endsWith('†')) ? '; † remembered, not read in the paper' : ''
  return `${marks}${note}`
}

/** The published values as text, a line each, for tables. */
export function referenceText(rows: readonly (ReferenceRow | OnsetRow)[]): string {
  if (rows.length === 0) return 'published: no values for this plot'
  const lines = rows.map((row) => {
    const found = 'percent' in row ? `${twoDigits(row.value)} at ${row.percent}%` : `k = ${row.step}`
    return `published: ${found}, ${row.what} (${row.source})`
  })
  return lines.join('\n')
}

function twoDigits(value: number): number {
  return Number(value.toFixed(2))
}

function networksOf(series: readonly Series[]): readonly string[] {
  return [...new Set(series.map(({ network }) => network))]
}

function several(series: readonly Series[]): boolean {
  return networksOf(series).length > 1
}

/** The measure of the full network, mean over replicates, if one of the series has it. */
function fullNetworkMean(series: readonly Series[], network: string, measure: Measure): number | undefined {
  for (const { points } of series.filter((one) => one.network === network)) {
    const results = points.flatMap(({ level, result }) => (level === 0 && result ? [result] : []))
    const values = results.flatMap(({ earlyStop, final }) => {
      const row = measure === 'finalAccuracy' ? final : earlyStop
      if (!row) return []
      return [measure === 'earlyStop' ? row.step : 100 * row.testAccuracy]
    })
    if (values.length === 0) continue
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return undefined
}

function gain(measure: Measure, percent: number, points: number, what: string, source: string): Published {
  return { percent, measure, found: { gain: points }, what: `tickets: ${what}`, source }
}

function sooner(percent: number, factor: number, what: string, source: string): Published {
  return { percent, measure: 'earlyStop', found: { factor }, what: `tickets: ${what}`, source }
}

function accuracy(percent: number, value: number, what: string, source: string): Published {
  return { percent, measure: 'finalAccuracy', found: { value }, what, source }
}

function ticket(percent: number, value: number): Published {
  return accuracy(percent, value, `accuracy to be matched by tickets at ${percent}%`, remembered)
}

function conv(best: number, points: number, soonest: number, times: number): readonly Published[] {
  const source = `${first}, section 3`
  return [
    gain('earlyStopAccuracy', best, points, `${points} points above the full network`, source),
    sooner(soonest, 1 / times, `${times} times sooner than the full network`, source),
  ]
}

function full(step: number): PublishedOnset {
  return { of: 'full network', step, what: 'full network stable from here on', source: `${second}, figure 3` }
}

function subnetworks(step: number): PublishedOnset {
  return {
    of: 'subnetworks',
    step,
    what: 'IMP subnetworks stable and matching from here on',
    source: `${second}, section 4`,
  }
}
