import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { installDataset } from '../../src/datasets/install'
import { contentFile, findInstalled, listInstalled } from '../../src/datasets/library'
import { loadDataset } from '../../src/datasets/load'
import { serveFiles, type FileServer } from '../support/file-server'
import { rejected } from '../support/thrown'
import {
  cifarFiles,
  idxFiles,
  packArchive,
  smallCifar,
  smallIdx,
  temporaryFolders,
  writeFiles,
} from './small'

const temporary = temporaryFolders()
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const spec = (content: string) => ({ name: smallCifar.name, content, splitSeed: 1, validation: 1 }) as const

let server: FileServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

describe('installing from files that the user has', () => {
  it('is the same from a folder, the folder above it, and the archive', async () => {
    const folder = await temporary()
    const above = await temporary()
    const archive = await packArchive(above, cifarFiles)
    const files = await writeFiles(await temporary(), cifarFiles)
    const contents: string[] = []
    for (const from of [files, join(above, 'packing'), above, archive]) {
      contents.push((await installDataset(smallCifar, { folder, from })).content)
    }
    expect(new Set(contents).size).toBe(1)
    // One file for all four.
    expect(readdirSync(folder).sort()).toEqual([`${contents[0]!}.safetensors`, 'cifar100.json'])
  })

  it('keeps what the files say, under the SHA-256 of the file', async () => {
    const folder = await temporary()
    const from = await writeFiles(await temporary(), cifarFiles)
    const { content, ...rest } = await installDataset(smallCifar, { folder, from })
    expect(rest).toMatchObject({
      name: 'cifar100',
      shape: [2, 2, 3],
      classes: 5,
      trainCount: 3,
      testCount: 1,
    })
    expect(sha256(await readFile(contentFile(folder, content)))).toBe(content)
    const { train, validation, test, normalize, shape, classes } = await loadDataset(
      spec(content),
      '',
      folder,
    )
    expect([...train.labels, ...validation.labels].sort()).toEqual([2, 3, 4])
    expect([...test.images]).toEqual([10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33])
    expect({ normalize, shape, classes }).toEqual({
      normalize: { mean: [0.1, 0.2, 0.3], deviation: [0.4, 0.5, 0.6] },
      shape: [2, 2, 3],
      classes: 5,
    })
  })

  it('takes IDX files packed or not', async () => {
    const folder = await temporary()
    const plain = { 'images.gz': idxFiles['images.gz']!, labels: Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 0) }
    const { 'test-images.gz': images, 'test-labels.gz': labels } = idxFiles
    const tests = { 'test-images.gz': images!, 'test-labels.gz': labels! }
    const mixed = await writeFiles(await temporary(), { ...plain, ...tests })
    const packed = await writeFiles(await temporary(), idxFiles)
    const small = smallIdx('http://nowhere')
    const first = await installDataset(small, { folder, from: mixed })
    expect((await installDataset(small, { folder, from: packed })).content).toBe(first.content)
  })

  it('of another content leaves the former for what was computed with it', async () => {
    const folder = await temporary()
    const from = await writeFiles(await temporary(), cifarFiles)
    const former = await installDataset(smallCifar, { folder, from })
    const other = Uint8Array.from(cifarFiles['test.bin']!).fill(77, 2)
    const latter = await installDataset(smallCifar, {
      folder,
      from: await writeFiles(await temporary(), { ...cifarFiles, 'test.bin': other }),
    })
    expect(findInstalled(folder, 'cifar100')).toEqual(latter)
    const { test } = await loadDataset(spec(former.content), '', folder)
    expect(test.images[0]).toBe(10)
    expect((await loadDataset(spec(latter.content), '', folder)).test.images[0]).toBe(77)
  })

  it.each<[string, () => Promise<string>, string, RegExp]>([
    [
      'a missing file',
      async () => writeFiles(await temporary(), { 'first.bin': cifarFiles['first.bin']! }),
      'data-missing',
      /first.bin, second.bin, test.bin, or small.tar.gz with them\), found no second.bin, test.bin\. .*--from FOLDER/,
    ],
    [
      'a folder that is not there',
      () => Promise.resolve('/nowhere'),
      'data-missing',
      /found nothing of that/,
    ],
    [
      'an archive without a file',
      async () => packArchive(await temporary(), { 'test.bin': cifarFiles['test.bin']! }),
      'data-missing',
      /found no first.bin, second.bin in it/,
    ],
    [
      'a cut archive',
      async () => {
        const archive = await packArchive(await temporary(), cifarFiles)
        const bytes = await readFile(archive)
        await writeFile(archive, bytes.subarray(0, bytes.length - 20))
        return archive
      },
      'data-corrupt',
      /small.tar.gz: expected a whole .tar.gz archive, found: /,
    ],
    [
      'an archive packed from a cut one',
      async () => {
        const archive = await packArchive(await temporary(), cifarFiles)
        const bytes = gunzipSync(await readFile(archive))
        const lastHeader = bytes.lastIndexOf('ustar') - 257
        await writeFile(archive, gzipSync(bytes.subarray(0, lastHeader + 512)))
        return archive
      },
      'data-corrupt',
      /small.tar.gz: expected a whole .tar.gz archive, found: /,
    ],
    [
      'something that is no archive',
      async () => join(await writeFiles(await temporary(), cifarFiles), 'test.bin'),
      'data-corrupt',
      /test.bin: expected a whole .tar.gz archive/,
    ],
  ])('names %s', async (_, from, code, message) => {
    const folder = await temporary()
    expect(await rejected(installDataset(smallCifar, { folder, from: await from() }))).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
    expect(listInstalled(folder)).toEqual({ entries: [], damaged: [] })
  })
})

describe('installing by download', () => {
  const paths = Object.fromEntries(Object.entries(idxFiles).map(([name, bytes]) => [`/${name}`, bytes]))

  it('gets every file, resumes one that was cut, and does nothing the second time', async () => {
    const folder = await temporary()
    server = await serveFiles(paths, { cuts: [10] })
    const small = smallIdx(server.address)
    const told: string[] = []
    const options = {
      folder,
      pause: 10,
      onProgress: ({ message }: { message: string }) => told.push(message),
    }
    const entry = await installDataset(small, options)
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/images.gz',
      '/images.gz',
      '/labels.gz',
      '/test-images.gz',
      '/test-labels.gz',
    ])
    expect(server.asked[1]!.range).toMatch(/^bytes=\d+-$/)
    expect(told[0]).toBe('Downloading images.gz: 0.0 of 0.0 MB')
    expect(readdirSync(join(folder, '.downloads'))).toEqual([])
    expect(await installDataset(small, options)).toEqual(entry)
    expect(server.asked).toHaveLength(5)
  })

  it('goes on after it was cancelled, with the files that are done and the bytes of the other', async () => {
    const folder = await temporary()
    // The second file falls silent after five bytes.
    server = await serveFiles(paths, { cuts: [1e6, 5], silent: true })
    const small = smallIdx(server.address)
    const controller = new AbortController()
    const cancelled = installDataset(small, {
      folder,
      signal: controller.signal,
      onProgress: () => server!.asked.length === 2 && setTimeout(() => controller.abort(), 100),
    })
    expect(await rejected(cancelled)).toMatchObject({ code: 'cancelled' })
    expect(readdirSync(join(folder, '.downloads')).sort()).toEqual(['images.gz', 'labels.gz.part'])
    await installDataset(small, { folder })
    expect(server.asked[2]).toEqual({ path: '/labels.gz', range: 'bytes=5-' })
    expect(server.asked).toHaveLength(5)
    expect(existsSync(join(folder, 'fashion-mnist.json'))).toBe(true)
  })

  it('says where to get the files when it cannot', async () => {
    const folder = await temporary()
    expect(await rejected(installDataset(smallCifar, { folder }))).toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining(
        "download http://127.0.0.1:1/small.tar.gz elsewhere and run 'ticketlab data install cifar100 --from FOLDER'",
      ) as string,
    })
  })
})

describe('loading what was installed', () => {
  it('refuses a file that has changed, and one that is gone', async () => {
    const folder = await temporary()
    const from = await writeFiles(await temporary(), cifarFiles)
    const { content } = await installDataset(smallCifar, { folder, from })
    const file = contentFile(folder, content)
    const bytes = await readFile(file)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(file, bytes)
    expect(await rejected(loadDataset(spec(content), '', folder))).toMatchObject({
      code: 'data-corrupt',
      message: `${file}: expected content with SHA-256 ${content}, found ${sha256(bytes)}. Run 'ticketlab data install cifar100' with the same source again.`,
    })
    await installDataset(smallCifar, { folder, from })
    expect((await loadDataset(spec(content), '', folder)).train.count).toBe(2)
    await rm(file)
    expect(await rejected(loadDataset(spec(content), '', folder))).toMatchObject({
      code: 'data-missing',
      message: expect.stringContaining("run 'ticketlab data install cifar100'") as string,
    })
    await installDataset(smallCifar, { folder, from })
    expect((await loadDataset(spec(content), '', folder)).train.count).toBe(2)
  })

  it('says which description is damaged, lists the others, and installs it again', async () => {
    const from = await writeFiles(await temporary(), cifarFiles)
    const folder = await temporary()
    const entry = await installDataset(smallCifar, { folder, from })
    const text = await readFile(join(folder, 'cifar100.json'), 'utf8')
    for (const damaged of [
      '{"format": 1',
      text.replace('"trainCount": 3', '"trainCount": 4'),
      text.replace(entry.content, 'f'.repeat(64)),
    ]) {
      await writeFile(join(folder, 'cifar100.json'), damaged)
      const { entries, damaged: found } = listInstalled(folder)
      expect(entries).toEqual([])
      expect(found).toMatchObject([
        { code: 'data-corrupt', message: expect.stringContaining(join(folder, 'cifar100.json')) as string },
      ])
    }
    // Another's description, though whole.
    await writeFile(join(folder, 'cifar10.json'), text)
    await writeFile(join(folder, 'cifar100.json'), text)
    expect(listInstalled(folder)).toMatchObject({ entries: [entry], damaged: [{ code: 'data-corrupt' }] })
    // As the first versions wrote it.
    await writeFile(join(folder, 'cifar100.json'), text.replace(/^\{"sum":"[0-9a-f]{64}",/, '{'))
    expect(findInstalled(folder, 'cifar100')).toEqual(entry)
    await writeFile(join(folder, 'cifar100.json'), 'garbage')
    const content = contentFile(folder, entry.content)
    const bytes = await readFile(content)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(content, bytes)
    const again = await installDataset(smallCifar, { folder, from })
    expect(findInstalled(folder, 'cifar100')).toEqual(again)
    expect((await loadDataset(spec(entry.content), '', folder)).train.count).toBe(2)
  })
})
