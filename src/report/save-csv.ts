import { resolve } from 'node:path'
import { writeWhole } from '../support/files'
import { text } from '../support/options'

/**
 * Writes CSV into a file, all of it or nothing.
 * @param file its name, relative to the notebook
 * @returns its path
 * @throws TicketLabError `bad-input` where it cannot be written, `disk-full`
 */
export async function saveCsv(file: string, csv: string): Promise<string> {
  const path = resolve(text(file, 'the name of the file in saveCsv'))
  await writeWhole(path, csv)
  return path
}
