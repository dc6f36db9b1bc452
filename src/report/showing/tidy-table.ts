import { nameOf, type Experiment } from '../../experiments/experiment'
import type { LearningCurve } from '../../experiments/learning-curves'
import { countText } from '../../support/quantities'
import type { MetricsRow } from '../../tasks/recipe'
import type { Digest, SplitName } from '../../tasks/tasks'
import { display, inLine, type Displayable } from '../display'
import { numbered } from '../figures/data'
import { saveCsv } from '../save-csv'
import { csv } from '../words/table'
import { recordTable } from './records'
import { tableBundle, tableText, type Table } from './table'

/** What was recorded of one network at one step on one split. */
export interface TidyRow {
  /** Such as `IMP lenet-mnist`; numbered where several results would be called the same. */
  readonly experiment: string
  /** What was done: IMP, one-shot pruning, a control, or an instability analysis. */
  readonly kind: Experiment['kind']
  /** Counted from 1. */
  readonly replicate: number
  /** Which of several draws of a control, counted from 1; absent where there is one. */
  readonly draw?: number
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** The step k from which a copy was trained; of instability analyses only. */
  readonly k?: number
  /** Which copy, counted from 1; of instability analyses only. */
  readonly copy?: number
  /** Steps of training done. */
  readonly step: number
  /** On which examples. */
  readonly split: SplitName
  /** Mean cross-entropy; on the training examples over the steps since the last row. */
  readonly loss: number
  /** In [0, 1]; absent on the training examples, of which it is not recorded. */
  readonly accuracy?: number
  /** Digest of the training in the store. */
  readonly digest: Digest
}

/** Everything that some results recorded in training, one row per network, step and split. */
export interface TidyTable extends Displayable {
  /** All rows, in the order in which the results were given. */
  readonly rows: readonly TidyRow[]
  /** The rows as CSV (RFC 4180), a line for each under one of names; numbers to their last digit, what is absent empty. */
  csv(): string
  /**
   * Writes {@link csv} into a file.
   * @param file its name, relative to the notebook
   * @returns its path
   * @throws TicketLabError `bad-input` where it cannot be written, `disk-full`
   */
  saveCsv(file: string): Promise<string>
  /** What a notebook shows, as text. */
  text(): string
}

/** Rows beyond these are counted and not shown; what is shown is stored in the notebook. */
const mostRows = 100

const columns = {
  ...{ experiment: true, kind: true, replicate: true, draw: true, level: true, density: true },
  ...{ k: true, copy: true, step: true, split: true, loss: true, accuracy: true, digest: true },
} as const satisfies Readonly<Record<keyof TidyRow, true>>

const names = Object.keys(columns) as readonly (keyof TidyRow)[]

/** What experiments have recorded as one table. */
export function tidyTable(
  recorded: readonly { readonly experiment: Experiment; readonly learningCurves: readonly LearningCurve[] }[],
): TidyTable {
  const called = numbered(recorded.map(({ experiment }) => nameOf(experiment)))
  const rows = recorded.flatMap(({ experiment, learningCurves }, index) =>
    learningCurves.flatMap((curve) => rowsOf(curve, { experiment: called[index]!, kind: experiment.kind })),
  )
  const toCsv = (): string =>
    csv(
      names,
      rows.map((row) => names.map((name) => row[name] ?? '')),
    )
  const table: TidyTable = {
    rows,
    csv: toCsv,
    saveCsv: (file) => saveCsv(file, toCsv()),
    text: () => tableText(shown(rows)),
    [display]: () => tableBundle(shown(rows)),
  }
  return inLine(table, () => `Table of ${countText(rows.length)} rows: ${called.join('; ')}`)
}

function rowsOf(
  { replicate, draw, level, density, copy, task, rows }: LearningCurve,
  of: Pick<TidyRow, 'experiment' | 'kind'>,
): readonly TidyRow[] {
  const ofCopy = copy ? { k: copy.step, copy: copy.order } : {}
  return rows.flatMap((row) =>
    measuredIn(row).map((measured): TidyRow => ({
      ...{ ...of, replicate, ...(draw === undefined ? {} : { draw }), level, density, ...ofCopy },
      ...{ step: row.step, ...measured, digest: task },
    })),
  )
}

function measuredIn(row: MetricsRow): readonly Pick<TidyRow, 'split' | 'loss' | 'accuracy'>[] {
  const { trainLoss, validationLoss, validationAccuracy, testLoss, testAccuracy } = row
  return [
    ...(trainLoss === undefined ? [] : [{ split: 'train', loss: trainLoss } as const]),
    ...(validationLoss === undefined || validationAccuracy === undefined
      ? []
      : [{ split: 'validation', loss: validationLoss, accuracy: validationAccuracy } as const]),
    { split: 'test', loss: testLoss, accuracy: testAccuracy },
  ]
}

function shown(rows: readonly TidyRow[]): Table {
  const first = rows.slice(0, mostRows).map((row) => ({ ...row, digest: `${row.digest.slice(0, 12)}…` }))
  const table = recordTable(first) ?? { header: [], rows: [] }
  const left = rows.length - first.length
  return {
    ...table,
    title: `${countText(rows.length)} rows`,
    notes:
      left > 0
        ? [`... and ${countText(left)} more: rows has all of them, and so has await saveCsv(file)`]
        : [],
  }
}
