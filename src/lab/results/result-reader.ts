import type { Masks, Tensors } from '../../support/tensor'
import type { WeightsRef } from '../../tasks/tasks'

/** What results read from the store when they are asked for it. */
export interface ResultReader {
  readMask(digest: string): Promise<Masks>
  readWeights(weights: WeightsRef): Promise<Tensors>
}
