import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TicketLabError } from '../support/errors'
import { dataFolder } from '../support/paths'
import { contentFile } from './library'
import { mnist, publishedDatasets, type PublishedDataset } from './published'

/*
 * MNIST ships with Ticket Lab, as gzip files of the original names in `mnist` among what ships. There is also a package
 * without it, which is a third as large; there it is installed as other datasets are. Its content is the same either way,
 * which is why no description of a task says where it came from.
 */

/** @param shipped the folder of what ships */
export function shipsMnist(shipped: string = dataFolder()): boolean {
  return existsSync(join(shipped, mnist.name))
}

/** The datasets that can be installed: MNIST only where it does not ship. */
export function installableDatasets(shipped?: string): readonly PublishedDataset[] {
  return [...(shipsMnist(shipped) ? [] : [mnist]), ...Object.values(publishedDatasets)]
}

/**
 * Refuses MNIST where it is known to be nowhere: it does not ship with what else does, and is not installed.
 * @param installed the folder of what was installed
 * @throws TicketLabError `data-missing`
 */
export function needMnist(installed: string, shipped: string = dataFolder()): void {
  // A program that runs beside none of what ships cannot tell; whoever loads the dataset can.
  const isKnown = existsSync(shipped)
  if (isKnown && !shipsMnist(shipped) && !hasInstalledMnist(installed)) throw mnistMissing(shipped, installed)
}

/** Whether MNIST is among what was installed. */
export function hasInstalledMnist(folder: string): boolean {
  return existsSync(contentFile(folder, mnist.content))
}

/** What is said where it is in neither folder. */
export function mnistMissing(shipped: string, installed: string): TicketLabError {
  return new TicketLabError(
    'data-missing',
    `Expected MNIST in ${join(shipped, mnist.name)} or ${installed}, but it is in neither: it is not in every package of Ticket Lab. ` +
      "Run 'Ticket Lab: Install Dataset…' in the editor, or 'ticketlab data install mnist', with --from FOLDER for files that " +
      "you have; in a checkout, 'npm run build'.",
  )
}
