import { countText } from '../../support/quantities'
import type { TrainingInProgress, Watched } from '../../experiments/in-progress'
import type { MetricsRow } from '../../tasks/recipe'
import { toPercent } from '../words/numbers'
import { paddedDomain, type FigureOptions, type Panel } from './figure'
import { legendColumns, plainLegend } from './legend'
import { number, panelTitle } from './marks'
import { cycled, seriesColors } from './palette'
import { withNotice } from './panels'
import { someOf } from './thin'
import { namesOf, type WatchNames } from './watch-names'

/** Points of one line, and of all lines of a split: a picture that is drawn twice a second must be small. */
const most = { ofOne: 60, ofAll: 240 }

/** As many trainings have a colour and a name each; of more, only the mouse tells which is which. */
const mostNamed = seriesColors.length

/** Curves of no more points than this are shown from the first. */
const few = 3

const height = 110

/** A recorded step of a training; accuracies in percent. */
interface WatchRow {
  readonly training: string
  readonly step: number
  readonly test: number
  /** Absent where no examples are held out. */
  readonly validation?: number
  /** Whether it is the last one so far. */
  readonly last: boolean
}

/**
 * What networks in training have recorded so far: validation and test accuracy against the step, a colour for each of
 * them. The axis reaches to the end of training from the beginning, so that curves grow along it.
 */
export function watchPanel({ trainings, steps }: Watched): NonNullable<FigureOptions['below']> {
  const names = namesOf(trainings)
  const rows = watchRows(trainings, names.own)
  const x = stepDomain(trainings, steps)
  const y = accuracyDomain(trainings)
  const splits = splitsOf(trainings)
  const accuracy = {
    type: 'quantitative',
    title: 'Accuracy (%)',
    scale: { domain: y, zero: false, nice: false },
    axis: { tickCount: 4 },
  }
  const panel = {
    title: panelTitle(titleOf(trainings.length, names.common), 72),
    data: { values: rows },
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        title: 'Training iteration',
        scale: { domain: x, nice: false },
        axis: { grid: false, format: ',d', tickCount: 8, labelOverlap: 'greedy' },
      },
      stroke: trainingColor(names.own),
    },
    layer: [
      ofSplits(
        { type: 'line', strokeWidth: names.own.length > 1 ? 1.3 : 1.7, strokeJoin: 'round' },
        accuracy,
        {
          splits,
          more: { strokeDash: splitDash(splits) },
        },
      ),
      // One point is no line yet.
      ofSplits({ type: 'point', size: 6, strokeWidth: 4, opacity: 1 }, accuracy, {
        splits,
        then: [{ filter: 'datum.last' }],
      }),
      {
        transform: [
          { calculate: `${JSON.stringify(Object.fromEntries(zipped(names)))}[datum.training]`, as: 'name' },
        ],
        // Many, and not to be read out: the last figures are.
        mark: { type: 'point', filled: true, size: 60, opacity: 0, strokeWidth: 0, clip: true, aria: false },
        encoding: {
          y: { ...accuracy, field: 'test' },
          tooltip: [
            { field: 'name', title: 'Training', type: 'nominal' },
            number('step', 'Iteration', ',d'),
            ...(splits.length > 1 ? [number('validation', 'Validation accuracy (%)', '.2f')] : []),
            number('test', 'Test accuracy (%)', '.2f'),
          ],
        },
      },
    ],
  } as Panel
  if (rows.length > 0) return { panel, height }
  const notice =
    trainings.length > 0 ? 'Nothing has been evaluated yet' : 'The next training has not begun yet'
  return { panel: withNotice(panel, middle(x), middle(y), notice), height }
}

/** Colours of other panels mean something else; so theirs is another channel. */
function trainingColor(labels: readonly string[]): object {
  // Without any, the legend keeps its place: the panel below a cell is not to jump between one training and the next.
  const all = labels.length > 0 ? labels : [' ']
  const named = all.length <= mostNamed
  const colors =
    labels.length > 0 ? all.map((_, index) => cycled(seriesColors, named ? index : 0)) : ['transparent']
  return {
    field: 'training',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: all, range: colors },
    legend: named ? { ...plainLegend, ...legendColumns(all) } : null,
  }
}

type WatchedSplit = 'test' | 'validation'

/** The splits that networks are evaluated on: no validation where no examples are held out for it. */
function splitsOf(trainings: readonly TrainingInProgress[]): readonly WatchedSplit[] {
  const rows = trainings.flatMap(({ curve }) => curve)
  const none = rows.length > 0 && rows.every(({ validationAccuracy }) => validationAccuracy === undefined)
  return none ? ['test'] : ['test', 'validation']
}

/** Test is solid, as in the plots of results; validation is dotted, because dashes are for controls. */
const dashes: Readonly<Record<WatchedSplit, readonly number[]>> = { test: [1, 0], validation: [2, 2.5] }

function splitDash(splits: readonly WatchedSplit[]): object {
  return {
    field: 'split',
    type: 'nominal',
    title: null,
    sort: null,
    scale: { domain: splits, range: splits.map((split) => dashes[split]) },
    // Where curves that rise leave room.
    legend: { ...plainLegend, orient: 'bottom-right', offset: 6 },
  }
}

/** A table with the last figures of what trains below it, for where nothing is drawn. */
export function withWatched(table: string, watched: Watched | undefined): string {
  const { trainings } = watched ?? { trainings: [] }
  const { whole } = namesOf(trainings)
  const lines = trainings.map(({ step, until, curve }, index) => {
    const last = curve.at(-1)
    const found = last ? `${accuraciesText(last)} at step ${countText(last.step)}` : 'not evaluated yet'
    return `training ${whole[index]!}: step ${countText(step)} of ${countText(until)}, ${found}`
  })
  return lines.length > 0 ? [table, '', ...lines].join('\n') : table
}

function accuraciesText({ validationAccuracy, testAccuracy }: MetricsRow): string {
  const validation = validationAccuracy === undefined ? '' : `validation ${percent(validationAccuracy)} and `
  return `${validation}test ${percent(testAccuracy)}`
}

/** A layer of a mark for each of the splits. */
function ofSplits(
  mark: object,
  y: object,
  {
    splits,
    then = [],
    more = {},
  }: {
    readonly splits: readonly WatchedSplit[]
    readonly then?: readonly object[]
    readonly more?: object
  },
): object {
  return {
    transform: [{ fold: splits, as: ['split', 'accuracy'] }, ...then],
    mark: { ...mark, clip: true },
    encoding: { y: { ...y, field: 'accuracy' }, ...more },
  }
}

function titleOf(count: number, common: string): string {
  if (count === 0) return 'Training now'
  const what = count === 1 ? 'Training now' : `${count} trainings now`
  return common === '' ? what : `${what}: ${common}`
}

function watchRows(trainings: readonly TrainingInProgress[], labels: readonly string[]): WatchRow[] {
  const mostOfOne = Math.min(most.ofOne, Math.ceil(most.ofAll / Math.max(1, trainings.length)))
  return trainings.flatMap(({ curve }, index) =>
    someOf(curve, mostOfOne).map((row) => ({
      training: labels[index]!,
      step: row.step,
      test: toPercent(row.testAccuracy),
      ...(row.validationAccuracy === undefined ? {} : { validation: toPercent(row.validationAccuracy) }),
      last: row === curve.at(-1),
    })),
  )
}

/** From the first step of any training to the last of any, with some room for points. */
function stepDomain(trainings: readonly TrainingInProgress[], steps: number): [number, number] {
  const first = Math.min(...(trainings.length > 0 ? trainings.map((one) => one.first) : [0]))
  const last = Math.max(first + 1, ...(trainings.length > 0 ? trainings.map(({ until }) => until) : [steps]))
  const room = (last - first) * 0.01
  return [first - room, last + room]
}

/**
 * The first steps of a training, far below the rest, would press what follows into a few pixels. So once there are
 * enough others, they are cut off: the axis has what comes after the first quarter of what has been trained.
 */
function accuracyDomain(trainings: readonly TrainingInProgress[]): [number, number] {
  const longer = trainings.filter(({ curve }) => curve.length > few)
  const values = longer.flatMap(({ curve }) => {
    const [first, last] = [curve[0]!.step, curve.at(-1)!.step]
    return curve.filter(({ step }) => step > first && step >= first + (last - first) / 4)
  })
  if (values.length === 0) return [0, 100]
  return paddedDomain(
    values.flatMap(({ testAccuracy, validationAccuracy }) => [
      toPercent(testAccuracy),
      ...(validationAccuracy === undefined ? [] : [toPercent(validationAccuracy)]),
    ]),
    1,
    100,
  )
}

function middle([from, to]: readonly [number, number]): number {
  return (from + to) / 2
}

function zipped({ own, whole }: WatchNames): [string, string][] {
  return own.map((name, index) => [name, whole[index]!])
}

function percent(fraction: number): string {
  return `${toPercent(fraction).toFixed(2)}%`
}
