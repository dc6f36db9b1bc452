import type { AlignFacts, InterpolateFacts, PlaneFacts } from '../facts'
import { align, type AlignTask } from './align'
import { bend, type BendFacts, type BendTask } from './bend'
import { evaluate, type EvaluateFacts, type EvaluateTask } from './evaluate'
import { given, type GivenFacts, type GivenTask } from './given'
import { gradients, type GradientsFacts, type GradientsTask } from './gradients'
import { initialize, type InitializeFacts, type InitializeTask } from './initialize'
import { interpolate, type InterpolateTask } from './interpolate'
import type { TaskRow } from './kind'
import { plane, type PlaneTask } from './plane'
import { prune, type PruneFacts, type PruneTask } from './prune'
import { train, type TrainFacts, type TrainTask } from './train'
import { treat, type TreatFacts, type TreatTask } from './treat'

/** What a trainer computes, under the digest of its description. */
export type Task =
  | InitializeTask
  | TreatTask
  | TrainTask
  | PruneTask
  | EvaluateTask
  | InterpolateTask
  | PlaneTask
  | BendTask
  | GradientsTask
  | AlignTask
  | GivenTask

/** What is worth knowing about a finished task without reading its files. */
export type Facts =
  | InitializeFacts
  | TreatFacts
  | GivenFacts
  | GradientsFacts
  | TrainFacts
  | PruneFacts
  | EvaluateFacts
  | InterpolateFacts
  | PlaneFacts
  | BendFacts
  | AlignFacts

/** What a task does. */
export type TaskKind = Task['kind']
export type TaskOf<K extends TaskKind> = Extract<Task, { readonly kind: K }>
export type FactsOf<K extends TaskKind> = Extract<Facts, { readonly kind: K }>
type Row<K extends TaskKind> = TaskRow<TaskOf<K>, FactsOf<K>>

/** What is known of every kind of task, in the order in which costs name them: one without a row does not compile. */
export const taskKinds: { readonly [K in TaskKind]: Row<K> } = {
  given,
  initialize,
  treat,
  train,
  gradients,
  prune,
  align,
  evaluate,
  bend,
  interpolate,
  plane,
}

/** What is known of a kind of task. */
export function rowOf<K extends TaskKind>(kind: K): Row<K> {
  return taskKinds[kind]
}

/** The kinds of which something holds. */
export function kindsThat(holds: (row: Pick<Row<TaskKind>, 'isCounted'>) => boolean): readonly TaskKind[] {
  return (Object.keys(taskKinds) as TaskKind[]).filter((kind) => holds(taskKinds[kind]))
}
