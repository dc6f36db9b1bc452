import { chanceOf, type Chance } from '../../experiments/chance'
import type { Setup } from '../../experiments/setup'
import { findInstalled, libraryFolder } from '../../datasets/library'
import { knownDataset } from '../../datasets/published'
import { TicketLabError } from '../../support/errors'

/**
 * What guessing reaches on the test split of a setup. Of a dataset of the user's own the counts are those that are kept
 * with it; where they are gone, only the number of classes is known.
 */
export function chanceFor({ dataset, network: { classes } }: Setup, folder = libraryFolder()): Chance {
  if (dataset.name !== 'own') return chanceOf(knownDataset(dataset.name))
  const kept = dataset.content === undefined ? undefined : describedIn(folder, dataset.content)
  return chanceOf(kept ?? { classes })
}

function describedIn(folder: string, content: string) {
  try {
    return findInstalled(folder, content)
  } catch (error) {
    // A damaged description is told where the dataset is used; what was computed can be shown without it.
    if (error instanceof TicketLabError && error.code === 'data-corrupt') return undefined
    throw error
  }
}
