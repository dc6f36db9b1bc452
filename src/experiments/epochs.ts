import type { DatasetSpec } from '../datasets/dataset'
import { knownDataset } from '../datasets/published'
import { badInput } from '../support/errors'
import type { Setup } from './setup'

/** Examples that are trained on. @param trainCount those in the dataset's training files */
export function trainedOn(
  { examples, validation }: Pick<DatasetSpec, 'examples' | 'validation'>,
  trainCount: number,
): number {
  return examples ?? trainCount - validation
}

/**
 * Steps in so many epochs (passes over the training examples, without those held out), to the nearest whole one.
 * @throws TicketLabError `bad-input` for a dataset whose number of examples its description does not tell
 */
export function stepsOfEpochs({ dataset, recipe }: Setup, epochs: number): number {
  const { name, examples } = dataset
  if (examples !== undefined) return Math.round((epochs * examples) / recipe.batchSize)
  if (name !== 'own') {
    return Math.round((epochs * trainedOn(dataset, knownDataset(name).trainCount)) / recipe.batchSize)
  }
  throw badInput(
    'steps and not epochs for a dataset of your own',
    `${epochs} epochs`,
    'One epoch is the number of training examples over the batch size.',
  )
}
