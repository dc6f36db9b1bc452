import { join } from 'node:path'
import { bundleFolder } from '../support/paths'
import type { Dataset, DatasetSpec } from './dataset'
import { loadMnist } from './mnist'

/** Where the datasets that ship with Ticket Lab lie: `TICKETLAB_DATA`, by default `data` beside the program. */
export function dataFolder(): string {
  return process.env['TICKETLAB_DATA'] || join(bundleFolder(), 'data')
}

/**
 * Loads a dataset into memory.
 * @throws TicketLabError `data-corrupt` when its files are missing or damaged, `bad-input` when the split cannot be made
 */
export function loadDataset(spec: DatasetSpec, folder: string = dataFolder()): Promise<Dataset> {
  return loadMnist(spec, join(folder, spec.name))
}
