import { mkdir, readdir } from 'node:fs/promises'
import { TicketLabError } from '../../support/errors'
import { isMissing, readIfThere, writeWhole } from '../../support/files'
import { storeFile, storeFormat } from './layout'

/**
 * Makes sure that `folder` is a store that this program may write to; an empty or missing folder becomes one.
 * @throws TicketLabError `store-newer` (nothing is touched), `store-corrupt`, `disk-full`, or `bad-input` when
 *   the folder holds something else
 */
export async function prepareStore(folder: string): Promise<void> {
  if (await checkFormat(folder)) return
  await mkdir(folder, { recursive: true })
  // Another process may be making the same store now, so its files are no surprise.
  const ours = /^(store\.json.*|tasks|experiments|locks|lost\+found|\..*)$/
  const foreign = (await readdir(folder)).find((name) => !ours.test(name))
  if (foreign !== undefined) {
    throw new TicketLabError(
      'bad-input',
      `Expected a store or an empty folder, found '${foreign}' and no store.json in ${folder}. ` +
        'Choose another folder for the store.',
    )
  }
  await writeWhole(storeFile(folder), `${JSON.stringify({ format: storeFormat })}\n`)
}

/**
 * Whether `folder` holds a store that this program can read; false when there is none yet.
 * @throws TicketLabError `store-newer` or `store-corrupt`
 */
export async function checkFormat(folder: string): Promise<boolean> {
  const file = storeFile(folder)
  const bytes = await readIfThere(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!bytes) return false
  const format = formatOf(bytes.toString())
  if (format === undefined) {
    throw new TicketLabError(
      'store-corrupt',
      `Expected {"format": ${storeFormat}} in ${file}, found ${JSON.stringify(bytes.toString().slice(0, 80))}. ` +
        `If nothing else in this folder is damaged, write {"format": ${storeFormat}} into that file; ` +
        'otherwise choose another folder for the store.',
    )
  }
  if (format > storeFormat) {
    throw new TicketLabError(
      'store-newer',
      `The store ${folder} was written by a newer version of Ticket Lab (format ${format}; this version knows ` +
        `formats up to ${storeFormat}). Nothing was changed. Update Ticket Lab, or choose another folder for the store.`,
    )
  }
  return true
}

function formatOf(text: string): number | undefined {
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content !== 'object' || content === null || !('format' in content)) return undefined
    const { format } = content
    return typeof format === 'number' && Number.isInteger(format) && format >= 1 ? format : undefined
  } catch {
    // Not JSON: the caller says what was expected.
    return undefined
  }
}
