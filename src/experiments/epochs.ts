import type { DatasetSpec } from '../datasets/dataset'
import { TicketLabError } from '../support/errors'
import type { Setup } from './setup'

/** Examples in the published training files, before any are held out. */
const published: Readonly<Partial<Record<DatasetSpec['name'], number>>> = {
  mnist: 60_000,
  'fashion-mnist': 60_000,
  cifar10: 50_000,
  cifar100: 50_000,
}

/**
 * Steps in so many epochs (passes over the training examples, without those held out), to the nearest whole one.
 * @throws TicketLabError `bad-input` for a dataset whose number of examples its description does not tell
 */
export function stepsOfEpochs({ dataset, recipe }: Setup, epochs: number): number {
  const all = published[dataset.name]
  const examples = dataset.examples ?? (all === undefined ? undefined : all - dataset.validation)
  if (examples === undefined) {
    throw new TicketLabError(
      'bad-input',
      `Expected steps and not epochs for a dataset of your own, found ${epochs} epochs. ` +
        'One epoch is the number of training examples over the batch size.',
    )
  }
  return Math.round((epochs * examples) / recipe.batchSize)
}
