import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { parseRecord, unpackWheel } from '../../../../src/backends/tensorflow/installation/wheel'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ticketlab-wheel-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const files = {
  'lib/one.so': 'the first library '.repeat(5000),
  'lib/two.so': 'the second',
  'py/code.py': 'pass',
}

function recordLine(path: string, content: string): string {
  return `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}`
}

const trueRecord = Object.entries(files).map(([path, content]) => recordLine(path, content))

async function wheelWith(record: readonly string[] | null): Promise<string> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path)
  if (record)
    zip.addBuffer(Buffer.from([...record, 'x-1.dist-info/RECORD,,'].join('\n')), 'x-1.dist-info/RECORD')
  zip.end()
  const wheel = join(folder, 'x-1-py3-none-any.whl')
  await pipeline(zip.outputStream, createWriteStream(wheel))
  return wheel
}

const libraries = (path: string) =>
  path.startsWith('lib/') ? join(folder, 'out', path.slice('lib/'.length)) : undefined

describe('unpackWheel', () => {
  it('unpacks the chosen files and tells how far it is', async () => {
    const progress: [number, number][] = []
    const onBytes = (done: number, all: number) => progress.push([done, all])
    const unpacked = await unpackWheel(await wheelWith(trueRecord), libraries, { onBytes })
    expect(readFileSync(join(folder, 'out/one.so'), 'utf8')).toBe(files['lib/one.so'])
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['one.so', 'two.so'])
    expect(unpacked.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['lib/one.so', 90_000],
      ['lib/two.so', 10],
    ])
    expect(unpacked[1]!.sha256).toBe(createHash('sha256').update('the second').digest('hex'))
    expect(progress.at(-1)).toEqual([90_010, 90_010])
  })

  it('refuses a file whose content is not what the RECORD promises, and leaves no trace of it', async () => {
    const record = [recordLine('lib/one.so', files['lib/one.so']), recordLine('lib/two.so', 'the sec0nd')]
    await expect(unpackWheel(await wheelWith(record), libraries)).rejects.toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(/RECORD promises lib\/two\.so with 10 bytes.*found 10 bytes/) as string,
    })
    expect(readdirSync(join(folder, 'out'))).toEqual(['one.so'])
  })

  it('refuses a file that the RECORD does not list, and a wheel without one', async () => {
    const partial = await wheelWith(trueRecord.slice(0, 1))
    await expect(unpackWheel(partial, libraries)).rejects.toThrow('RECORD does not list lib/two.so')
    await expect(unpackWheel(await wheelWith(null), libraries)).rejects.toThrow('no RECORD')
  })

  it('refuses a wheel that was cut off', async () => {
    const wheel = await wheelWith(trueRecord)
    truncateSync(wheel, statSync(wheel).size - 100)
    await expect(unpackWheel(wheel, libraries)).rejects.toMatchObject({ code: 'data-corrupt' })
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  it('stops when it is cancelled', async () => {
    const controller = new AbortController()
    const onBytes = () => controller.abort()
    const unpacking = unpackWheel(await wheelWith(trueRecord), libraries, {
      onBytes,
      signal: controller.signal,
    })
    await expect(unpacking).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(join(folder, 'out/two.so'))).toBe(false)
  })
})

describe('parseRecord', () => {
  it('reads paths with commas and quotes, and leaves out what has no checksum', () => {
    expect(parseRecord('"a,""b"".h",sha256=Zg-_,3\r\nRECORD,,\r\nc.h,sha256=aa,4\n')).toEqual(
      new Map([
        ['a,"b".h', { sha256: 'Zg-_', bytes: 3 }],
        ['c.h', { sha256: 'aa', bytes: 4 }],
      ]),
    )
  })
})
