import type { BackendKey } from '../backends/backend'
import type { Task } from './kinds/all'

export type { BackendKey, SplitName } from '../backends/backend'
export type { Task, TaskKind } from './kinds/all'
export type { AlignTask } from './kinds/align'
export type { BendTask } from './kinds/bend'
export type { EvaluateTask } from './kinds/evaluate'
export type { GivenTask } from './kinds/given'
export type { GradientsTask } from './kinds/gradients'
export {
  usualInitializer,
  type BatchNormScale,
  type InitializeTask,
  type Initializer,
} from './kinds/initialize'
export type {
  Digest,
  LineStatistics,
  RecomputedStatistics,
  ScoringExamples,
  WeightsRef,
} from './kinds/inputs'
export type { InterpolateTask } from './kinds/interpolate'
export type { PlaneTask } from './kinds/plane'
export { graspTemperature, type Criterion, type PruneTask, type Scoring } from './kinds/prune'
export { firstStep, type TrainTask } from './kinds/train'
export type { PrunedTreatment, Treatment, TreatTask } from './kinds/treat'

/** What computes a task, where it is a backend that does: random choices and rankings need none. */
export function backendFor(task: Task): BackendKey | undefined {
  return task.kind === 'prune' ? task.scoring?.backend : 'backend' in task ? task.backend : undefined
}
