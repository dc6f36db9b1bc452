import { createWriteStream } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create } from 'tar'
import { badInput, TicketLabError } from '../../support/errors'
import { codeOf, explainFull, makeFolder, temporaryName } from '../../support/files'
import type { IsView } from '../experiments'
import { packageOf, type Package } from './package'
import type { ListedView } from './references'

/**
 * Writes experiments with all that they need to one file: a tar archive, laid out as a store, so that unpacking it into
 * an empty folder makes one. A file that is there is never replaced.
 * @param asked digests, beginnings of digests, or names
 * @throws TicketLabError `bad-input`, `store-corrupt`, `disk-full`, `cancelled`; nothing is left behind then
 */
export async function exportExperiments<View extends ListedView>(
  store: string,
  asked: readonly string[],
  file: string,
  isView: IsView<View>,
  signal?: AbortSignal,
): Promise<Package<View>> {
  const packed = await packageOf(store, asked, isView)
  await makeFolder(dirname(file))
  const temporary = temporaryName(file)
  try {
    const archive = create({ cwd: store, portable: true, noDirRecurse: true, strict: true }, [
      ...packed.files,
    ])
    const writing = createWriteStream(temporary, { flags: 'wx', flush: true })
    await pipeline(archive, writing, { signal })
    // Unlike a renaming, this cannot replace what somebody else has just written.
    await link(temporary, file)
  } catch (error) {
    if (signal?.aborted) throw new TicketLabError('cancelled', `${file} was not written.`)
    if (codeOf(error) === 'EEXIST') throw badInput('a file that is not there yet', `${file}, which is`)
    throw await explainFull(error, file, packed.bytes)
  } finally {
    await rm(temporary, { force: true })
  }
  return packed
}
