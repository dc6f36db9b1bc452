import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageExtension } from '../../scripts/vscode/package.mjs'
import { loadDataset } from '../../src/datasets/load'
import { dataFolder } from '../../src/support/paths'
import { writeNotebook } from '../cli/programs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
  (name) => `extension/dist/data/mnist/${name}-ubyte.gz`,
)
let temporary: string
let whole: ReadonlyMap<string, Uint8Array>
let without: ReadonlyMap<string, Uint8Array>
/** The package without MNIST, unpacked as VS Code unpacks it. */
let cli: string
beforeAll(async () => {
  if (!existsSync(join(root, 'dist/cli.cjs'))) throw new Error('Run "npm run build" before this test.')
  temporary = await mkdtemp(join(tmpdir(), 'ticketlab-package-'))
  const context = { root, temporary, env: process.env }
  whole = contentOf(await readFile(await packageExtension(context)))
  without = contentOf(await readFile(await packageExtension({ ...context, withMnist: false })))
  for (const [name, bytes] of without) {
    const file = join(temporary, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  cli = join(temporary, 'extension/dist/cli.cjs')
})
afterAll(() => rm(temporary, { recursive: true, force: true }))

/** Runs the command line of the package without MNIST, in a home of its own. */
function ticketlab(...args: string[]) {
  const home = join(temporary, 'home')
  const ran = spawnSync(process.execPath, [cli, ...args], {
    ...{ cwd: temporary, encoding: 'utf8' },
    // What ships is beside it.
    env: { ...process.env, TICKETLAB_DATA: '', TICKETLAB_HOME: home, TICKETLAB_STORE: join(home, 'store') },
  } as const)
  return { code: ran.status, text: ran.stdout + ran.stderr }
}

test('one package has MNIST inside, and the other all but that', () => {
  for (const needed of [
    'extension.cjs',
    'cli.cjs',
    'data/jpeg/mozjpeg_dec.wasm',
    'data/native/kernels/addon.c',
  ]) {
    expect(without.has(`extension/dist/${needed}`), needed).toBe(true)
  }
  expect([...whole.keys()].filter((name) => !without.has(name)).sort()).toEqual([...files].sort())
  expect([...without.keys()].filter((name) => !whole.has(name))).toEqual([])
})

test('without it, whoever asks for it is told how to get it, before anything is trained', async () => {
  expect(ticketlab('data', 'list').text).toMatch(/^mnist .* not installed: ticketlab data install mnist$/m)
  expect(ticketlab('doctor').text).toMatch(/^note +MNIST +Expected MNIST in .*ticketlab data install mnist/m)
  const file = await writeNotebook(temporary, "lab.preset('lenet-mnist', { backend: 'wasm' })")
  const { code, text } = ticketlab('run', file, '--out', join(temporary, 'ran'))
  expect(code).not.toBe(0)
  expect(text).toContain('Install Dataset…')
  expect(text).toContain('ticketlab data install mnist')
})

test('it takes no other images for MNIST', async () => {
  const other = join(temporary, 'other')
  await mkdir(other)
  const plain = (name: string) => name.split('/').at(-1)!.slice(0, -'.gz'.length)
  const contents = files.map((name) => [plain(name), gunzipSync(whole.get(name)!)] as const)
  // One label of ten thousand is another digit.
  contents[3]![1][8 + 1234] = (contents[3]![1][8 + 1234]! + 1) % 10
  for (const [name, bytes] of contents) await writeFile(join(other, name), bytes)
  const { code, text } = ticketlab('data', 'install', 'mnist', '--from', other)
  expect(code).toBe(1)
  expect(text).toContain('t10k-labels-idx1-ubyte: expected content with MD5 27ae3e4e09519cfbb04c329615203637')
})

test('installed from the files that others have, it is the same to the bit, and is trained on', async () => {
  const from = join(dataFolder(), 'mnist')
  expect(ticketlab('data', 'install', 'mnist', '--from', from).text).toContain('MNIST is installed: 60000')
  expect(ticketlab('data', 'list').text).toContain(`10 classes, from ${from}`)
  expect(ticketlab('doctor').text).toMatch(/^ok +MNIST +60000 training and 10000 test images in .*home/m)
  const spec = { name: 'mnist', splitSeed: 1, validation: 5000 } as const
  const shipped = await loadDataset(spec)
  const installed = await loadDataset(
    spec,
    join(temporary, 'extension/dist/data'),
    join(temporary, 'home/data'),
  )
  for (const split of ['train', 'validation', 'test'] as const) {
    expect(Buffer.compare(installed[split].images, shipped[split].images)).toBe(0)
    expect(Buffer.compare(installed[split].labels as Uint8Array, shipped[split].labels as Uint8Array)).toBe(0)
  }
  const file = await writeNotebook(
    temporary,
    "const setup = lab.preset('lenet-mnist', { backend: 'wasm', steps: 2, replicates: 1, evaluateEvery: 2 })",
    'await lab.imp(setup, { levels: 1 })',
  )
  const { code, text } = ticketlab('run', file, '--out', join(temporary, 'ran'))
  expect(text).not.toContain('Expected MNIST')
  expect(code).toBe(0)
})

/** The files in a package, which is a zip archive, by name. */
function contentOf(archive: Buffer): ReadonlyMap<string, Uint8Array> {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  const found = new Map<string, Uint8Array>()
  for (let count = archive.readUInt16LE(end + 10), at = archive.readUInt32LE(end + 16); count > 0; count--) {
    const [method, packed] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)]
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const local = archive.readUInt32LE(at + 42)
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const bytes = archive.subarray(from, from + packed)
    found.set(archive.toString('utf8', at + 46, at + 46 + name), method === 0 ? bytes : inflateRawSync(bytes))
    at += 46 + name + extra + comment
  }
  return found
}
