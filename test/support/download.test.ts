import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { download, type DownloadRequest } from '../../src/support/download'
import { randomStream } from '../../src/support/random'
import { serveFiles, type FileServer, type Manners } from './file-server'
import { rejected } from './thrown'

const stream = randomStream(1, 'content')
const content = Uint8Array.from({ length: 300_000 }, () => stream.below(256))
const md5 = createHash('md5').update(content).digest('hex')

let folder: string
let file: string
let server: FileServer | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketlab-download-'))
  file = join(folder, 'a.bin')
})
afterEach(async () => {
  await server?.close()
  server = undefined
  await rm(folder, { recursive: true })
})

/** Downloads `/a.bin` from a server of such manners. */
async function get(manners: Manners = {}, changes: Partial<DownloadRequest> = {}): Promise<void> {
  server ??= await serveFiles({ '/a.bin': content }, manners)
  const url = `${server.address}/a.bin`
  await download({ url, file, md5, pause: 10, advice: 'Do something else.', ...changes })
}
const ranges = () => server!.asked.map(({ range }) => range)
const beginOf = (range: string | undefined) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])
const isWhole = async () => expect(Buffer.compare(await readFile(file), content)).toBe(0)

describe('a download', () => {
  it('writes the file, says how far it is, and asks for it once', async () => {
    const told: (number | undefined)[] = []
    await get({}, { onBytes: (done, all) => told.push(done, all) })
    await isWhole()
    expect(told.slice(0, 2)).toEqual([0, content.length])
    expect(told.slice(-2)).toEqual([content.length, content.length])
    expect(existsSync(`${file}.part`)).toBe(false)
    await get()
    expect(ranges()).toEqual([undefined])
  })

  it('goes on where the connection was cut', async () => {
    await get({ cuts: [100_000, 50_000] })
    await isWhole()
    const [first, second, third] = ranges()
    expect(first).toBeUndefined()
    expect(beginOf(second)).toBeGreaterThan(0)
    expect(beginOf(third)).toBeGreaterThan(beginOf(second))
    expect(ranges()).toHaveLength(3)
  })

  it('goes on where an earlier program stopped', async () => {
    await writeFile(`${file}.part`, content.subarray(0, 123_456))
    await get()
    await isWhole()
    expect(ranges()).toEqual(['bytes=123456-'])
  })

  it('has nothing to fetch when an earlier program had all but renamed it', async () => {
    await writeFile(`${file}.part`, content)
    await get()
    await isWhole()
  })

  it('begins anew with a server that knows no ranges, or a part that is too long', async () => {
    await writeFile(`${file}.part`, content.subarray(1000, 2000))
    await get({ noRanges: true })
    await isWhole()
    await server!.close()
    server = undefined
    await rm(file)
    await writeFile(`${file}.part`, new Uint8Array(content.length + 1))
    await get()
    await isWhole()
    expect(ranges()).toEqual([`bytes=${content.length + 1}-`, undefined])
  })

  it('takes silence for a cut', async () => {
    await get({ cuts: [100_000], silent: true }, { patience: 300 })
    await isWhole()
    expect(ranges().length).toBeGreaterThan(1)
    expect(beginOf(ranges().at(-1))).toBeGreaterThan(0)
  })

  it('gives up a server that sends nothing new, keeps what there is, and says what to do', async () => {
    expect(await rejected(get({ cuts: [1000, 0, 0, 0] }))).toMatchObject({
      code: 'data-missing',
      message: expect.stringMatching(
        /^Expected to download http:.*a\.bin, found: .* \d+ bytes are kept, and another try goes on from there\. Do something else\.$/,
      ) as string,
    })
    const { size } = await stat(`${file}.part`)
    expect(ranges().slice(1)).toEqual(Array(3).fill(`bytes=${size}-`))
  })

  it('says at once when there is no such file, or no server', async () => {
    server = await serveFiles({})
    expect(await rejected(get())).toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining('found: HTTP 404 Not Found. Do something else.') as string,
    })
    const { address } = server
    await server.close()
    expect(await rejected(get({}, { url: `${address}/a.bin`, pause: 60_000 }))).toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining('ECONNREFUSED') as string,
    })
  })

  it('removes what has another checksum', async () => {
    expect(await rejected(get({}, { md5: '0123' }))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining(`with MD5 0123, found ${md5}`) as string,
    })
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false)
  })

  it('is cancelled, and goes on later', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const onBytes = (done: number) => done >= 100_000 && setTimeout(() => controller.abort(), 50)
    const cancelled = get({ cuts: [100_000], silent: true }, { signal, onBytes })
    expect(await rejected(cancelled)).toMatchObject({ code: 'cancelled' })
    const { size } = await stat(`${file}.part`)
    expect(size).toBeGreaterThan(0)
    await get()
    await isWhole()
    expect(ranges()).toEqual([undefined, `bytes=${size}-`])
  })

  it('is cancelled between two tries', async () => {
    const controller = new AbortController()
    const trying = get({ cuts: [10] }, { pause: 60_000, signal: controller.signal })
    setTimeout(() => controller.abort(), 200)
    expect(await rejected(trying)).toMatchObject({ code: 'cancelled' })
  })
})
