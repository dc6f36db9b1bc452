import type { PlaneFacts } from '../tasks/facts'
import type { Digest } from '../tasks/tasks'
import type { LinePlan } from './lines'

/** On which examples a plane is evaluated. */
export type PlaneSplit = 'test' | 'train'

/** Which tasks are the plane through three networks, and how it is evaluated. */
export interface PlanePlan {
  /** What the three are called. */
  readonly names: readonly [string, string, string]
  /** About how many points the grid has in each direction. */
  readonly points: number
  /** How far it goes beyond the three on each side, as a part of their extent. */
  readonly margin: number
  /** On which examples. */
  readonly splits: readonly PlaneSplit[]
  /** Examples of a split at each point; absent for all. */
  readonly examples: Readonly<Partial<Record<PlaneSplit, number>>>
  /** Where the statistics of batch norm come from; absent for networks without. */
  readonly statistics?: LinePlan['statistics']
  /** Rows of the grid, and the three networks. */
  readonly rows: readonly PlaneRow[]
}

/** A row of a replicate's grid, or the three networks, and the task that evaluates it. */
export interface PlaneRow {
  /** Counted from 1. */
  readonly replicate: number
  /** Counted from 0, upwards; absent for the three networks. */
  readonly row?: number
  /** The task. */
  readonly task: Digest
}

/** Rows of a plane of which the result is known. */
export interface EvaluatedRow extends PlaneRow {
  /** What was found. */
  readonly facts: PlaneFacts
}

/** What was found at a point of a plane. */
export interface PlaneValue {
  /** Which replicate's plane, counted from 1. */
  readonly replicate: number
  /** Which of the three networks it is; absent for points of the grid. */
  readonly network?: string
  /** L2 distance from the first network in the direction of the second. */
  readonly x: number
  /** L2 distance from the line through these, in the direction of the third. */
  readonly y: number
  /** On which examples. */
  readonly split: PlaneSplit
  /** Mean cross-entropy. */
  readonly loss: number
  /** Fraction of examples that are classified wrongly, in [0, 1]. */
  readonly error: number
}

/** The grid of one replicate's plane, in L2 distance. */
export interface PlaneGrid {
  /** Counted from 1. */
  readonly replicate: number
  /** Width and height of the cell around a point. */
  readonly cell: readonly [number, number]
  /** Where its cells begin and end. */
  readonly x: readonly [number, number]
  /** Where its cells begin and end. */
  readonly y: readonly [number, number]
}
