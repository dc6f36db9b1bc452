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

/** Examples that are trained on, where the description of the dataset tells: not for all of a dataset of one's own. */
export function knownExamples(dataset: DatasetSpec): number | undefined {
  if (dataset.name === 'own') return dataset.examples
  return trainedOn(dataset, knownDataset(dataset.name).trainCount)
}

/**
 * Steps in so many epochs (passes over the training examples, without those held out), to the nearest whole one.
 * @throws TicketLabError `bad-input` for a dataset whose number of examples its description does not tell
 */
export function stepsOfEpochs({ dataset, recipe }: Setup, epochs: number): number {
  const examples = knownExamples(dataset)
  if (examples !== undefined) return Math.round((epochs * examples) / recipe.batchSize)
  throw badInput(
    'steps and not epochs for a dataset of your own',
    `${epochs} epochs`,
    'One epoch is the number of training examples over the batch size.',
  )
}
