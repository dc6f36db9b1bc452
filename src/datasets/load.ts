import { dataFolder } from '../support/paths'
import type { Dataset, DatasetSpec, Normalization } from './dataset'
import { libraryFolder, readExamples, readNormalization } from './library'
import { loadMnist } from './mnist'
import { mnist, publishedDatasets } from './published'
import { splitExamples } from './split'

/**
 * Loads a dataset into memory: MNIST as it ships, where it does, others as they were installed.
 * @param shipped the folder of what ships
 * @param installed the folder of what was installed or made
 * @throws TicketLabError `data-missing`, `data-corrupt` when its files are missing or damaged, `bad-input` when the
 *   split cannot be made
 */
export async function loadDataset(
  spec: DatasetSpec,
  shipped: string = dataFolder(),
  installed: string = libraryFolder(),
): Promise<Dataset> {
  if (spec.name === 'mnist') return loadMnist(spec, shipped, installed)
  return splitExamples(await readExamples(installed, spec), spec)
}

/**
 * How a dataset's bytes become the numbers that networks are trained on.
 * @param installed the folder of what was installed or made
 * @throws TicketLabError `data-missing`, `data-corrupt` when a dataset of the user's own is not there any more
 */
export async function normalizationOf(
  spec: DatasetSpec,
  installed: string = libraryFolder(),
): Promise<Normalization> {
  if (spec.name === 'own') return readNormalization(installed, spec)
  return (spec.name === 'mnist' ? mnist : publishedDatasets[spec.name]).normalize
}
