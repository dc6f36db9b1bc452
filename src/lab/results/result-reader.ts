import type { Masks, Tensors } from '../../support/tensor'
import type { TaskResult } from '../../store/result'
import type { WeightsRef } from '../../tasks/tasks'

/** What results read from the store when they are asked for it. */
export interface ResultReader {
  readMask(digest: string): Promise<Masks>
  /** When a task was computed and how long that took; `undefined` where the store no longer has it. */
  result(digest: string): Promise<TaskResult | undefined>
  readWeights(weights: WeightsRef): Promise<Tensors>
}
