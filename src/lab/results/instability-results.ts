import { percentText } from '../../support/quantities'
import type { Analysis } from '../../experiments/analysis'
import { barriersOf, usualThreshold, type Barrier, type Line } from '../../experiments/barriers'
import { nameOf, type Experiment, type InstabilityPlan } from '../../experiments/experiment'
import type { LearningCurve } from '../../experiments/learning-curves'
import { matchesOf, usualMargin, type Match, type Trained } from '../../experiments/matching'
import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import { tableBundle, tableText, type Table } from '../../report/showing/table'
import { chanceFor } from './chance'
import type { ResultReader } from './result-reader'
import { writeTensorboard, type TensorboardRuns } from './tensorboard'
import type { Chance } from '../../experiments/chance'
import {
  barrierText,
  connectivityText,
  lineNote,
  matchingNote,
  matchText,
  spreadText,
  stabilityNote,
} from '../../report/words/verdicts'

/** What verdicts are about, in percentage points. */
export interface Thresholds {
  /** Barrier height below which a network is stable. */
  readonly threshold: number
  /** Test accuracy that a matching subnetwork may lose to the full network. */
  readonly margin: number
}

/** Those of an analysis that was not told others. */
export const usualThresholds: Thresholds = { threshold: usualThreshold, margin: usualMargin }

/** What an analysis has computed. */
export interface Analysed {
  /** Loss and error on every line, and the distances between its ends. */
  readonly lines: readonly Line[]
  /** Test accuracies at the end of training: of every copy of a subnetwork, and of the full networks. */
  readonly trained: Trained
  /** What every copy recorded in training. */
  readonly learningCurves: readonly LearningCurve[]
}

/** What an instability analysis has found. Shown in a notebook as a table when it is a cell's last expression. */
export class InstabilityResults implements Analysis, Displayable {
  /** Loss and error on every line, and the distances between its ends. */
  readonly lines: readonly Line[]
  /** Test accuracies at the end of training: of every copy of a subnetwork, and of the full networks. */
  readonly trained: Trained
  /** What every copy recorded in training. */
  readonly learningCurves: readonly LearningCurve[]
  /** Barrier height, in percentage points, below which a network is called stable. */
  readonly threshold: number
  /** Percentage points of test accuracy that a matching subnetwork may lose to the full network. */
  readonly margin: number

  constructor(
    /** What was asked for, and the tasks that answer it. */
    readonly experiment: Experiment,
    { lines, trained, learningCurves }: Analysed,
    { threshold, margin }: Thresholds,
    private readonly reader: ResultReader,
  ) {
    this.lines = lines
    this.trained = trained
    this.learningCurves = learningCurves
    this.threshold = threshold
    this.margin = margin
  }

  /** Such as `instability lenet-mnist`. */
  get name(): string {
    return nameOf(this.experiment)
  }

  /** Which copies of which networks were compared, and how. */
  get plan(): InstabilityPlan {
    return this.experiment.instability!
  }

  private get chance(): Chance {
    return chanceFor(this.experiment.setup)
  }

  /** A row per level and step k: barrier heights in percentage points, verdict, distances. */
  get barriers(): readonly Barrier[] {
    return barriersOf(this.lines, this.threshold, this.chance)
  }

  /** A row per level of pruning and step k: test accuracy beside the full network's, and whether it is matching. */
  get matches(): readonly Match[] {
    return matchesOf(this.trained, this.margin, this.chance)
  }

  /**
   * Writes what every copy recorded in training as event files of TensorBoard: losses and accuracies against the step, a run
   * for each. `await full.tensorboard('runs')`, and then `tensorboard --logdir runs`.
   * @param folder relative to the notebook, made where it is missing
   * @returns the folders of the runs
   * @throws TicketLabError `bad-input` where events of another training are in a run's folder, and where nothing can be written;
   *   `disk-full`, `store-corrupt`
   */
  async tensorboard(folder: string): Promise<TensorboardRuns> {
    return writeTensorboard(this, folder, this.reader)
  }

  /** The table as text. */
  text(): string {
    return tableText(this.table())
  }

  /** A row per level and step k. */
  table(): Table {
    const { replicates } = this.experiment.setup
    const over = replicates > 1 ? `mean [min–max] over ${replicates} replicates` : '1 replicate'
    const { barriers, matches } = this
    const curved = barriers.some(({ curve }) => curve !== undefined)
    const header = [
      ...['remaining', 'k', 'test barrier (points)', 'train barrier (points)', 'verdict', 'pairs'],
      ...(curved ? ['barrier on the curve', 'connected'] : []),
      ...['L2 distance', 'over travelled since k', 'in all', 'cosine'],
      ...(matches.length > 0 ? ['against the full network (points)'] : []),
    ]
    const rows = barriers.map((row) => [
      percentText(row.density),
      String(row.step),
      spreadText(row.test, 2),
      spreadText(row.train, 2),
      barrierText(row),
      String(row.pairs),
      ...(curved
        ? row.curve
          ? [spreadText(row.curve.test, 2), connectivityText(row.curve)]
          : ['', '']
        : []),
      spreadText(row.l2, 2),
      row.relative ? spreadText(row.relative, 2) : '',
      row.relativeInAll ? spreadText(row.relativeInAll, 2) : '',
      spreadText(row.cosine, 3),
      ...(matches.length > 0 ? [matchOf(row, matches)] : []),
    ])
    const notes = [
      lineNote(this.plan.line),
      stabilityNote(this.threshold, barriers),
      ...(matches.length > 0 ? [matchingNote(matches)] : []),
    ]
    return {
      title: `${this.name}: ${over}, ${this.plan.orders} copies of each`,
      header,
      rows,
      notes: notes.filter((note) => note !== undefined),
    }
  }

  [display](): MimeBundle {
    return tableBundle(this.table())
  }

  /** Such as `Results of instability lenet-mnist: k = 0, 100; 2 of 2 stable`. */
  toString(): string {
    const { barriers } = this
    const steps = [...new Set(barriers.map(({ step }) => step))].join(', ')
    const stable = barriers.filter(({ verdict }) => verdict === 'stable').length
    return barriers.length === 0
      ? `Results of ${this.name}: nothing analysed`
      : `Results of ${this.name}: k = ${steps}; ${stable} of ${barriers.length} stable`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

function matchOf({ level, step }: Barrier, matches: readonly Match[]): string {
  const match = matches.find((one) => one.level === level && one.step === step)
  return match ? matchText(match) : ''
}
