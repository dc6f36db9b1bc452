import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { buffer } from 'node:stream/consumers'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { TicketLabError } from '../../../support/errors'
import { cancelled } from '../../../support/file-lock'

/** A file of a wheel as its RECORD lists it: SHA-256 in base64url without padding, and the size in bytes. */
export interface RecordEntry {
  readonly sha256: string
  readonly bytes: number
}

/** A file that was unpacked, with its checksum in lower-case hexadecimal. */
export interface UnpackedFile {
  readonly path: string
  readonly target: string
  readonly sha256: string
  readonly bytes: number
}

/**
 * Unpacks some files of a Python wheel, each checked against the wheel's own RECORD while it is written; a file
 * appears under its name only when its checksum is right.
 *
 * @param choose where the file at a path inside the wheel shall go; undefined leaves it out
 * @param onBytes called with the bytes written so far and the bytes in all
 * @throws TicketLabError `data-corrupt` when the wheel is damaged, has no RECORD, or a file is not what it says
 */
export async function unpackWheel(
  wheel: string,
  choose: (path: string) => string | undefined,
  options: { signal?: AbortSignal | undefined; onBytes?: (done: number, all: number) => void } = {},
): Promise<UnpackedFile[]> {
  const zip = await openPromise(wheel, { autoClose: false }).catch((cause: unknown) => {
    throw damaged(wheel, 'it cannot be read as a zip file', cause)
  })
  try {
    const entries = await listEntries(zip, wheel)
    const record = await readRecord(zip, entries, wheel)
    const chosen = entries.flatMap((entry) => {
      const target = entry.fileName.endsWith('/') ? undefined : choose(entry.fileName)
      return target === undefined ? [] : [{ entry, target }]
    })
    const all = chosen.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
    const files: UnpackedFile[] = []
    let before = 0
    for (const { entry, target } of chosen) {
      if (options.signal?.aborted) throw cancelled()
      const expected = record.get(entry.fileName)
      if (!expected) throw damaged(wheel, `its RECORD does not list ${entry.fileName}`)
      const onBytes = (done: number) => options.onBytes?.(before + done, all)
      const sha256 = await unpackEntry(zip, entry, target, {
        wheel,
        expected,
        onBytes,
        signal: options.signal,
      })
      before += entry.uncompressedSize
      files.push({ path: entry.fileName, target, sha256, bytes: expected.bytes })
    }
    return files
  } finally {
    zip.close()
  }
}

/** Reads the lines `path,sha256=...,bytes` of a RECORD; files listed without a checksum are left out. */
export function parseRecord(text: string): Map<string, RecordEntry> {
  const record = new Map<string, RecordEntry>()
  for (const line of text.split(/\r?\n/)) {
    // A path may hold commas, and is then quoted; the two other columns never do.
    const match = /^(?:"(?<quoted>.*)"|(?<plain>.*)),sha256=(?<sha256>[\w-]+),(?<bytes>\d+)$/.exec(line)
    const { quoted, plain, sha256, bytes } = match?.groups ?? {}
    if (sha256 === undefined || bytes === undefined) continue
    record.set(quoted?.replaceAll('""', '"') ?? plain ?? '', { sha256, bytes: Number(bytes) })
  }
  return record
}

async function listEntries(zip: ZipFile, wheel: string): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry)
  } catch (cause) {
    throw damaged(wheel, 'its list of files cannot be read', cause)
  }
  return entries
}

async function readRecord(zip: ZipFile, entries: Entry[], wheel: string) {
  const entry = entries.find(({ fileName }) => /^[^/]+\.dist-info\/RECORD$/.test(fileName))
  if (!entry) throw damaged(wheel, 'it has no RECORD of its checksums')
  const text = await zip
    .openReadStreamPromise(entry)
    .then(buffer)
    .catch((cause: unknown) => {
      throw damaged(wheel, 'its RECORD cannot be read', cause)
    })
  return parseRecord(text.toString('utf8'))
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  context: {
    wheel: string
    expected: RecordEntry
    onBytes: (done: number) => void
    signal?: AbortSignal | undefined
  },
): Promise<string> {
  const partial = `${target}.partial`
  const hash = createHash('sha256')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      context.onBytes(bytes)
      done(null, chunk)
    },
  })
  await mkdir(dirname(target), { recursive: true })
  try {
    const content = await zip.openReadStreamPromise(entry)
    await pipeline(content, measure, createWriteStream(partial), { signal: context.signal })
  } catch (cause) {
    await rm(partial, { force: true })
    if (context.signal?.aborted) throw cancelled()
    const isSystem = (cause as NodeJS.ErrnoException).syscall !== undefined
    throw isSystem ? cause : damaged(context.wheel, `${entry.fileName} cannot be unpacked`, cause)
  }
  const digest = hash.digest()
  const { expected } = context
  if (digest.toString('base64url') !== expected.sha256 || bytes !== expected.bytes) {
    await rm(partial, { force: true })
    const found = `found ${bytes} bytes with sha256=${digest.toString('base64url')}`
    throw damaged(
      context.wheel,
      `its RECORD promises ${entry.fileName} with ${expected.bytes} bytes and sha256=${expected.sha256}, ${found}`,
    )
  }
  await rename(partial, target)
  return digest.toString('hex')
}

function damaged(wheel: string, what: string, cause?: unknown): TicketLabError {
  return new TicketLabError(
    'data-corrupt',
    `The wheel ${wheel} is damaged: ${what}. It was not used; install again to download it anew.`,
    { cause },
  )
}
