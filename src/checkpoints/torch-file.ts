import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import { crc32 } from '../support/crc32'
import { badInput, dataCorrupt, TicketLabError } from '../support/errors'
import { readPickle, type Pickled } from '../support/pickle'
import type { Numbers } from './numbers'
import { torchTensors } from './torch-tensors'

/** What people can do about a file that holds more than tensors. */
const saveAgain = 'Save the tensors alone: torch.save(model.state_dict(), file).'

/**
 * What `torch.save` of version 1.6 or later wrote: a zip file of a pickle and one raw file for each storage. Nothing in
 * it is executed, and storages are read when their numbers are asked for.
 * @throws TicketLabError `data-corrupt` when it is damaged, `bad-input` when it holds what is not read here
 */
export async function readTorch(file: string, bytes: Buffer): Promise<Pickled<Numbers>> {
  const records = await recordsOf(file, bytes)
  const pickle = [...records.keys()].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'))
  if (pickle === undefined) {
    const found = [...records.keys()].slice(0, 5).join(', ') || 'nothing'
    throw badInput(`data.pkl in the zip file ${file}, as torch.save writes it`, found, saveAgain)
  }
  const folder = pickle.slice(0, -'data.pkl'.length)
  const record = (name: string) => records.get(folder + name)?.()
  if (records.has(`${folder}constants.pkl`)) {
    throw badInput(`a checkpoint of torch.save in ${file}`, 'a TorchScript program', saveAgain)
  }
  const order = record('byteorder')?.toString('latin1') ?? 'little'
  if (order !== 'little' && order !== 'big') {
    throw dataCorrupt(file, 'a byteorder of little or big', JSON.stringify(order.slice(0, 20)))
  }
  const storages = (key: string) => {
    const found = record(`data/${key}`)
    if (found) return { bytes: found, where: `${file}: data/${key}` }
    throw dataCorrupt(file, `the storage data/${key}`, 'none of this name')
  }
  try {
    return readPickle(record('data.pkl')!, torchTensors(storages, order === 'little'))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new TicketLabError(
      'bad-input',
      `Expected dictionaries of tensors in ${file}, found that ${cause.message}. Nothing of it was executed. ${saveAgain}`,
      { cause },
    )
  }
}

/** The records of a zip file by name. They are parts of `bytes`, never unpacked, so that none is larger than the file. */
async function recordsOf(file: string, bytes: Buffer): Promise<Map<string, () => Buffer>> {
  const records = new Map<string, () => Buffer>()
  const damaged = (what: string, cause?: unknown) =>
    dataCorrupt(file, 'a whole zip file, as torch.save writes it', what, {
      cause,
      advice: 'Copy it again from where it was written.',
    })
  let zip: ZipFile | undefined
  try {
    zip = await fromBufferPromise(bytes, { lazyEntries: true, autoClose: false })
    for await (const entry of zip.eachEntry()) {
      const start = entry.compressionMethod === 0 ? await startOf(zip, entry) : 0
      records.set(entry.fileName, () => recordOf(bytes, entry, start, damaged))
    }
    return records
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause)
  } finally {
    zip?.close()
  }
}

async function startOf(zip: ZipFile, entry: Entry): Promise<number> {
  return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart
}

function recordOf(
  bytes: Buffer,
  { fileName, compressionMethod, uncompressedSize, crc32: written }: Entry,
  start: number,
  damaged: (what: string) => TicketLabError,
): Buffer {
  if (compressionMethod !== 0) {
    throw damaged(`that ${fileName} is compressed, which torch.save does not do`)
  }
  const record = bytes.subarray(start, start + uncompressedSize)
  if (record.length !== uncompressedSize) {
    throw damaged(`${record.length} of the ${uncompressedSize} bytes of ${fileName}`)
  }
  // torch.serialization.set_crc32_options(False) leaves 0.
  if (written !== 0 && crc32(record) !== written) {
    throw damaged(`bytes of ${fileName} that are not those of its checksum (CRC-32)`)
  }
  return record
}
