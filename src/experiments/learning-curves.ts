import type { MetricsRow } from '../tasks/recipe'
import type { Digest } from '../tasks/tasks'
import { densityOf } from './density'
import type { Experiment } from './experiment'

/** What was recorded while one network of an experiment was trained. */
export interface LearningCurve {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** Which of several draws of a control, counted from 1; absent where there is one. */
  readonly draw?: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** Of an instability analysis: the step k from which the copy was trained, and which copy it is, counted from 1. */
  readonly copy?: { readonly step: number; readonly order: number }
  /** Digest of the training in the store; experiments that share it have the same curve. */
  readonly task: Digest
  /** In order of step. */
  readonly rows: readonly MetricsRow[]
}

/** The learning curves of an experiment in the order of its trainings, of those that have recorded anything. */
export function learningCurvesOf(
  { trainings, counts, setup }: Experiment,
  rowsOf: (task: Digest) => readonly MetricsRow[] | undefined,
): readonly LearningCurve[] {
  return trainings.flatMap(({ level, replicate, draw, copy, task }): LearningCurve[] => {
    const rows = rowsOf(task) ?? []
    if (rows.length === 0) return []
    const density = densityOf(setup.network, counts[level]!)
    const drawn = draw === undefined ? {} : { draw }
    return [{ level, replicate, ...drawn, density, ...(copy ? { copy } : {}), task, rows }]
  })
}
