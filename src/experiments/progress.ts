import type { Phase, TaskEvent } from '../tasks/events'
import type { InterpolateFacts, PlaneFacts } from '../tasks/facts'
import type { MetricsRow } from '../tasks/recipe'
import type { Digest } from '../tasks/tasks'
import { densityOf, shared } from './density'
import { multiplyAddsOf } from './size'
import { isTickets, seriesNameOf, type Experiment, type LineTask } from './experiment'
import { trainedOf, type Trained } from './matching'
import type { EvaluatedRow } from './plane-plan'
import type { Point, Series } from './series'
import { spreadOver } from './spread'
import type { Spread, State } from './view'

/** How far one task is, as the scheduler's events tell. */
export interface TaskProgress {
  readonly state: State
  /** Whether its result was in the store already. */
  readonly cached: boolean
  /** Steps done since step 0 of the network's training; of tasks that do not train, points or assignments. */
  readonly step: number
  /** Of how many steps, points or assignments, once that was told. */
  readonly steps?: number
  readonly stepsPerSecond: number
  /** The machine and job of another process that computes it; absent for this one. */
  readonly where?: string | undefined
  /** How often its trainer has told of steps: the first figures say little. */
  readonly told: number
  /** Steps per second that it had in the end. */
  readonly pace?: number
  /** What its trainer does that makes no step; absent while steps are made. */
  readonly phase?: Phase | undefined
  /** The metrics log so far. */
  readonly rows: readonly MetricsRow[]
  /** Weights that a mask keeps, by parameter, where that follows from the weights. */
  readonly kept?: Readonly<Record<string, number>>
  /** What an interpolation has found. */
  readonly line?: InterpolateFacts
  /** What was found in a row of a plane. */
  readonly plane?: PlaneFacts
}

/** Progress by task; a task without an entry has not been heard of. */
export type Progress = ReadonlyMap<Digest, TaskProgress>

export const unheard: TaskProgress = {
  state: 'waiting',
  cached: false,
  step: 0,
  stepsPerSecond: 0,
  told: 0,
  rows: [],
}

/** The progress of a task after an event. */
export function afterEvent(before: TaskProgress | undefined, event: TaskEvent): TaskProgress {
  const task = before ?? unheard
  switch (event.kind) {
    case 'waiting':
      // One that was stopped here may go on elsewhere.
      return task.state === 'cancelled' ? { ...task, state: 'waiting' } : task
    case 'cached':
      // What another process was seen to compute cost something.
      return { ...task, state: 'done', cached: task.state !== 'running', stepsPerSecond: 0 }
    case 'started': {
      // Rows after the checkpoint that is resumed from will be written again.
      const resumedAt = event.resumedAt ?? 0
      return {
        ...task,
        ...{ state: 'running', where: event.where, step: resumedAt, told: 0 },
        rows: task.rows.filter(({ step }) => step <= resumedAt),
      }
    }
    case 'progress':
      return {
        ...task,
        ...{ step: event.step, steps: event.steps, stepsPerSecond: event.stepsPerSecond },
        told: task.told + 1,
        phase: undefined,
      }
    case 'phase':
      return { ...task, phase: event.phase }
    case 'metrics':
      return { ...task, rows: [...task.rows.filter(({ step }) => step < event.row.step), event.row] }
    case 'retried':
      return { ...task, state: 'waiting', stepsPerSecond: 0 }
    case 'finished':
    case 'failed':
    case 'cancelled':
      return {
        ...task,
        phase: undefined,
        state: event.kind === 'finished' ? 'done' : event.kind,
        ...(measured(task) ? { pace: task.stepsPerSecond } : {}),
        stepsPerSecond: 0,
      }
  }
}

/** After how many reports the speed of a task is believed. */
const believed = 5

/** The steps per second of a task that are known well enough to reckon with; 0 for none. */
export function measured({ told, stepsPerSecond, pace = 0 }: TaskProgress): number {
  return told >= believed && stepsPerSecond > 0 ? stepsPerSecond : pace
}

/** The progress of a task whose metrics log was read from the store; rows heard of since then stay. */
export function afterRows(before: TaskProgress | undefined, rows: readonly MetricsRow[]): TaskProgress {
  const task = before ?? unheard
  const last = rows.at(-1)?.step ?? -1
  return { ...task, rows: [...rows, ...task.rows.filter(({ step }) => step > last)] }
}

/** The progress of a prune task whose result was read from the store. */
export function afterPrune(
  before: TaskProgress | undefined,
  kept: Readonly<Record<string, number>>,
): TaskProgress {
  return { ...(before ?? unheard), kept }
}

/** The progress of an interpolation whose result was read from the store. */
export function afterLine(before: TaskProgress | undefined, line: InterpolateFacts): TaskProgress {
  return { ...(before ?? unheard), line }
}

/** The progress of a row of a plane whose result was read from the store. */
export function afterPlane(before: TaskProgress | undefined, plane: PlaneFacts): TaskProgress {
  return { ...(before ?? unheard), plane }
}

/** The rows of a plane that are known so far. */
export function planeSoFar({ plane }: Experiment, progress: Progress): readonly EvaluatedRow[] {
  return (plane?.rows ?? []).flatMap((row) => {
    const facts = progress.get(row.task)?.plane
    return facts ? [{ ...row, facts }] : []
  })
}

/** The networks that have been trained to T so far. */
export function trainedSoFar(experiment: Experiment, progress: Progress): Trained {
  return trainedOf(experiment, (task) => {
    const { state, rows } = progress.get(task) ?? unheard
    return state === 'done' ? rows.at(-1)?.testAccuracy : undefined
  })
}

/** The results so far, as plots draw them. */
export function seriesOf(experiment: Experiment, progress: Progress): Series {
  const { setup, counts } = experiment
  return {
    name: seriesNameOf(experiment),
    role: isTickets(experiment) ? 'tickets' : 'control',
    network: setup.name,
    replicates: setup.replicates,
    ...(experiment.draws === undefined ? {} : { draws: experiment.draws }),
    deviations: setup.deviations,
    points: experiment.trainings.flatMap(({ level, replicate, draw, task, mask }): Point[] => {
      const { rows, state } = progress.get(task) ?? unheard
      if (rows.length === 0) return []
      const density = densityOf(setup.network, counts[level]!)
      // Of what is ranked together the masks say how much is left of each layer, when they are there.
      const kept = progress.get(mask ?? '')?.kept ?? shared(setup.network, counts[level]!)
      const multiplyAdds = multiplyAddsOf(setup.network, kept)
      const result = state === 'done' ? resultOf(rows) : undefined
      const place = { level, replicate, ...(draw === undefined ? {} : { draw }) }
      return [{ ...place, density, multiplyAdds, curve: rows, ...(result ? { result } : {}) }]
    }),
    full: trainedSoFar(experiment, progress).full,
    ...emptyOf(experiment, progress),
  }
}

function emptyOf({ trainings }: Experiment, progress: Progress): Pick<Series, 'empty'> {
  const levels = new Map<string, number>()
  for (const { level, mask } of trainings) {
    for (const [parameter, count] of Object.entries((mask && progress.get(mask)?.kept) ?? {})) {
      const layer = parameter.replace(/\/weights$/, '')
      if (count === 0) levels.set(layer, Math.min(level, levels.get(layer) ?? level))
    }
  }
  const empty = [...levels].map(([layer, level]) => ({ layer, level }))
  return empty.length > 0 ? { empty: empty.sort((one, other) => one.level - other.level) } : {}
}

/** What a training that ended with the last of these rows has found. */
export function resultOf(rows: readonly MetricsRow[]): NonNullable<Point['result']> {
  const earlyStop = earlyStopOf(rows)
  return { ...(earlyStop ? { earlyStop } : {}), final: rows.at(-1)! }
}

/**
 * The row at which early stopping would have ended training: that of minimum validation loss, the first of
 * equals (Frankle & Carbin 2019, section 2). Test figures have no say: without validation examples there is none.
 */
export function earlyStopOf(rows: readonly MetricsRow[]): MetricsRow | undefined {
  const [first, ...others] = rows
  if (first?.validationLoss === undefined) return undefined
  return others.reduce((best, row) => (row.validationLoss! < best.validationLoss! ? row : best), first)
}

/** Such as `row 3`. */
export function rowText(row: number | undefined): string {
  return row === undefined ? 'the three networks' : `row ${row + 1}`
}

/** What evaluates a line, and what trains and evaluates the curve beside it. */
export function tasksOf({ task, bend, curve }: LineTask): readonly Digest[] {
  return [task, bend, curve].filter((one) => one !== undefined)
}

export function stateOf(task: Digest, progress: Progress): State {
  return (progress.get(task) ?? unheard).state
}

/** Mean and range; `undefined` for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  return values.length === 0 ? undefined : spreadOver(values)
}
