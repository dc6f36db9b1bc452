import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { TicketLabError } from './errors'
import { cancelled } from './file-lock'
import { explainFull, isMissing } from './files'

export interface DownloadRequest {
  readonly url: string
  /** Where it goes when it is complete and its checksum right; until then the name ends in `.part`. */
  readonly file: string
  /** In lower-case hexadecimal. */
  readonly md5: string
  /** Cancels; what has arrived stays in the `.part` file. */
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes that are there and, once known, the bytes in all. */
  readonly onBytes?: (done: number, all: number | undefined) => void
  /** What to do instead when it cannot be downloaded, for the error. */
  readonly advice: string
  /** Milliseconds before a broken connection is tried again; a second by default. */
  readonly pause?: number
  /** Milliseconds without a byte after which a connection counts as broken; half a minute by default. */
  readonly patience?: number
}

/** Broken connections in a row that brought no new byte, after which it is given up. */
const attempts = 3

/**
 * Downloads a file. A broken connection is resumed where it broke (HTTP Range), also by the next call, and by one in
 * another process.
 * @throws TicketLabError `data-missing` when it cannot be had, `data-corrupt` when its checksum is wrong, `disk-full`,
 *   `cancelled`
 */
export async function download(request: DownloadRequest): Promise<void> {
  const { file, signal, md5 } = request
  const part = `${file}.part`
  await mkdir(dirname(file), { recursive: true })
  if ((await sizeOf(file)) > 0 && (await md5Of(file, signal)) === md5) return
  await fetchWhole(request, part)
  const found = await md5Of(part, signal)
  if (found !== md5) {
    await rm(part)
    throw new TicketLabError(
      'data-corrupt',
      `Expected ${request.url} with MD5 ${md5}, found ${found}. What was downloaded was removed: ${request.advice}`,
    )
  }
  await rename(part, file)
}

async function fetchWhole(request: DownloadRequest, part: string): Promise<void> {
  const { signal, pause = 1000 } = request
  for (let failures = 0, connected = false; ;) {
    const before = await sizeOf(part)
    try {
      await attempt(request, part, before)
      return
    } catch (error) {
      if (signal?.aborted) throw cancelled()
      if (!(error instanceof Broken)) throw await explainFull(error, part)
      const now = await sizeOf(part)
      failures = now > before ? 0 : failures + 1
      connected ||= error.connected
      // A server that was never reached is not worth waiting for.
      if (!connected || failures >= attempts) throw unreachable(request, error, now)
      await sleep(pause, undefined, { signal }).catch(() => {
        throw cancelled()
      })
    }
  }
}

/** The connection, not the disk or the content: trying again may help. */
class Broken extends Error {
  constructor(
    message: string,
    /** Whether the server answered. */
    readonly connected = true,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

async function attempt(request: DownloadRequest, part: string, offset: number): Promise<void> {
  const { url, onBytes, patience = 30_000 } = request
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), patience)
  const signal = request.signal ? AbortSignal.any([request.signal, silence.signal]) : silence.signal
  const broken = (cause: unknown, connected: boolean) => {
    const reason = silence.signal.aborted ? `no byte for ${patience / 1000} s` : reasonOf(cause)
    return new Broken(reason, connected, { cause })
  }
  try {
    const response = await fetch(url, {
      signal,
      headers: {
        // Bytes as they are in the file: their number counts, and packed ones could not be resumed.
        'Accept-Encoding': 'identity',
        ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}),
      },
    }).catch((cause: unknown) => {
      throw broken(cause, false)
    })
    const range = /^bytes (?:(?<first>\d+)-\d+|\*)\/(?<all>\d+)$/.exec(
      response.headers.get('content-range') ?? '',
    )?.groups
    if (response.status === 416) {
      await response.body?.cancel()
      // All of it is there already, or more than all.
      if (Number(range?.['all']) === offset) return
      await rm(part, { force: true })
      throw new Broken(`HTTP ${response.status}`)
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      const again = response.status >= 500
      const reason = `HTTP ${response.status} ${response.statusText}`.trim()
      throw again ? new Broken(reason) : unreachable(request, new Error(reason), offset)
    }
    // A server that knows no ranges begins at the beginning.
    const resumed = response.status === 206 && Number(range?.['first']) === offset
    if (response.status === 206 && !resumed) {
      await response.body.cancel()
      await rm(part, { force: true })
      throw new Broken('another range than asked for')
    }
    let done = resumed ? offset : 0
    const length = response.headers.get('content-length')
    const all = length === null ? undefined : done + Number(length)
    onBytes?.(done, all)
    const count = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), patience)
        done += chunk.length
        onBytes?.(done, all)
        next(null, chunk)
      },
    })
    const target = createWriteStream(part, { flags: resumed ? 'a' : 'w' })
    let diskError: unknown
    target.once('error', (error) => (diskError = error))
    // Not with the signal: what has arrived until then shall be written.
    await pipeline(Readable.fromWeb(response.body), count, target).catch((error: unknown) => {
      throw diskError === error ? error : broken(error, true)
    })
    if (all !== undefined && done !== all) throw new Broken(`${done} of ${all} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

function unreachable({ url, advice }: DownloadRequest, error: Error, kept: number): TicketLabError {
  const rest = kept > 0 ? ` ${kept} bytes are kept, and another try goes on from there.` : ''
  return new TicketLabError(
    'data-missing',
    `Expected to download ${url}, found: ${error.message}.${rest} ${advice}`,
    { cause: error },
  )
}

async function md5Of(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('md5')
  await pipeline(createReadStream(file), hash, { signal }).catch((error: unknown) => {
    throw signal?.aborted ? cancelled() : error
  })
  return hash.digest('hex')
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

/** What fetch failed of: its own message says only that it did. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}
