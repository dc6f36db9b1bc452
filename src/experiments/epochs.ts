import type { DatasetSpec } from '../datasets/dataset'
import type { Setup } from './setup'

/** Examples in the published training files, before any are held out. */
const published: Readonly<Record<DatasetSpec['name'], number>> = { mnist: 60_000 }

/** Steps in so many epochs (passes over the training examples, without those held out), to the nearest whole one. */
export function stepsOfEpochs({ dataset, recipe }: Setup, epochs: number): number {
  const examples = published[dataset.name] - dataset.validation
  return Math.round((epochs * examples) / recipe.batchSize)
}
