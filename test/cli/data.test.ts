import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/datasets/load'
import { dataFolder } from '../../src/support/paths'
import { libraryFolder } from '../../src/datasets/library'
import { datasetSpec } from '../../src/lab/asked/dataset-options'
import { bundle, type Bundle } from '../support/bundle'

let program: Bundle
let home: string
beforeAll(async () => {
  program = await bundle('src/cli/main.ts')
  home = await mkdtemp(join(tmpdir(), 'ticketlab-home-'))
})
afterAll(async () => {
  await program.remove()
  await rm(home, { recursive: true, force: true })
})

/** Runs the command line as a user does, in a home of its own. */
function ticketlab(...args: string[]) {
  const child = spawn(process.execPath, [program.file, ...args], {
    env: { ...process.env, TICKETLAB_HOME: home },
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }))
  })
}

describe('ticketlab data', () => {
  it('lists what is built in, and how to get the rest', async () => {
    const { code, output } = await ticketlab('data', 'list')
    expect(code).toBe(0)
    expect(output).toMatch(/^mnist +60000 training and 10000 test images, 28x28x1, 10 classes, built in$/m)
    expect(output).toMatch(/^cifar10 .* not installed: ticketlab data install cifar10$/m)
  })

  it('installs from files that are there, and loads all of them', async () => {
    // MNIST's own files have the names, the format and the sizes of Fashion-MNIST's.
    const from = join(dataFolder(), 'mnist')
    const { code, output } = await ticketlab('data', 'install', 'fashion-mnist', '--from', from)
    expect(code).toBe(0)
    expect(output).toContain('Fashion-MNIST is installed: 60000 training and 10000 test images')
    expect((await ticketlab('data', 'list')).output).toContain(`10 classes, from ${from}`)
    expect((await ticketlab('doctor')).output).toMatch(
      new RegExp(`^ok {7}Datasets +fashion-mnist in ${libraryFolder(home)}$`, 'm'),
    )
    const spec = datasetSpec({ dataset: 'fashion-mnist' }, libraryFolder(home))
    const installed = await loadDataset(spec, '', libraryFolder(home))
    const { content, ...rest } = spec
    const mnist = await loadDataset({ ...rest, name: 'mnist' })
    expect(content).toMatch(/^[0-9a-f]{64}$/)
    for (const split of ['train', 'validation', 'test'] as const) {
      expect(Buffer.compare(installed[split].images, mnist[split].images)).toBe(0)
      expect(installed[split].labels).toEqual(mnist[split].labels)
    }
  })

  it('says what it wants when a name or a folder is wrong', async () => {
    const name = await ticketlab('data', 'install', 'cifar')
    expect(name.code).toBe(1)
    expect(name.errors).toContain("a dataset among fashion-mnist, cifar10, cifar100, found 'cifar'")
    const folder = await ticketlab('data', 'install', 'cifar10', '--from', home)
    expect(folder.code).toBe(1)
    expect(folder.errors).toContain('data_batch_1.bin')
    expect(folder.errors).toContain('--from FOLDER')
    expect((await ticketlab('data', 'install', 'mnist')).output).toContain('nothing to install')
  })
})
