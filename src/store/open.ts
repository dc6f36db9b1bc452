import { readdir, rename } from 'node:fs/promises'
import { TicketLabError } from '../support/errors'
import { explainFull, isMissing, makeFolder, readIfThere, writeWhole } from '../support/files'
import { seal, unseal } from '../support/sealed'
import { asideName, storeFile, storeFormat } from './layout'

/** How store.json began in versions that gave it no sum. */
const unsealed = '{"format":'

/**
 * Makes sure that `folder` is a store that this program may write to; an empty or missing folder becomes one, and a
 * damaged store.json is moved aside and written anew: every file of a store is checked by itself.
 * @returns where the damaged store.json is now; mostly `undefined`
 * @throws TicketLabError `store-newer` (nothing is touched), `disk-full`, or `bad-input` when the folder holds
 *   something else
 */
export async function prepareStore(folder: string): Promise<string | undefined> {
  const state = await checkFormat(folder)
  if (state === 'fine') return undefined
  const file = storeFile(folder)
  const aside = state === 'damaged' ? asideName(file) : undefined
  if (aside === undefined) {
    await makeFolder(folder)
    await checkNothingElse(folder)
  } else {
    await rename(file, aside).catch(async (error: unknown) => {
      // Another process may have done it.
      if (!isMissing(error)) throw await explainFull(error, aside, 0)
    })
  }
  await writeWhole(file, seal(`${JSON.stringify({ format: storeFormat })}\n`))
  return aside
}

async function checkNothingElse(folder: string): Promise<void> {
  // Another process may be making the same store now, so its files are no surprise.
  const ours = /^(store\.json.*|tasks|experiments|runs|labels|trash|incoming|locks|lost\+found|\..*)$/
  const foreign = (await readdir(folder)).find((name) => !ours.test(name))
  if (foreign === undefined) return
  throw new TicketLabError(
    'bad-input',
    `Expected a store or an empty folder, found '${foreign}' and no store.json in ${folder}. ` +
      'Choose another folder for the store.',
  )
}

/**
 * Whether `folder` holds a store that this program can read; `none` when there is none yet, `damaged` when its store.json
 * cannot be read.
 * @throws TicketLabError `store-newer`
 */
export async function checkFormat(folder: string): Promise<'fine' | 'none' | 'damaged'> {
  const bytes = await readIfThere(storeFile(folder))
  if (!bytes) return 'none'
  const format = unseal(bytes, unsealed)?.['format']
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1) return 'damaged'
  if (format > storeFormat) {
    throw new TicketLabError(
      'store-newer',
      `The store ${folder} was written by a newer version of Ticket Lab (format ${format}; this version knows ` +
        `formats up to ${storeFormat}). Nothing was changed. Update Ticket Lab, or choose another folder for the store.`,
    )
  }
  return 'fine'
}
