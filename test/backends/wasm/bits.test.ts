import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileKernels } from '../../../scripts/kernels.mjs'
import { wasmArithmetic } from '../../../src/backends/wasm/arithmetic'
import { bundle, type Bundle } from '../../support/bundle'

const execute = promisify(execFile)

/** What trainings have come to since the arithmetic is what it is. If they come to anything else, name a new one. */
const golden = {
  'wasm-1': {
    vectors: 'a0f8a0fdd33ce8647e5c1eba9973c5b004fb3bdaed15be87dd104957922ba093',
    images: '83d6ff46344276ce196f4a871f4281863f88da8d35d710310469439a6fb3bf09',
  },
}
const kinds = [
  ['vectors', 'test/backends/tiles/bits.ts'],
  ['images', 'test/backends/tiles/bits-images.ts'],
] as const

/** The Node that runs the tests, and the one, of another version, that tests in VS Code install. */
const other = resolve('.vscode-test/node/node_modules/node/bin/node')
const nodes = [process.execPath, ...(existsSync(other) ? [other] : [])]

describe.each(kinds)('a training of %s on wasm', (kind, source) => {
  let program: Bundle
  beforeAll(async () => {
    program = await bundle(source)
  })
  afterAll(() => program.remove())

  it.each(nodes)('comes to the same bits on every machine and Node: %s', async (node) => {
    const { stdout } = await execute(node, [program.file])
    expect(stdout.trim()).toBe(golden[wasmArithmetic][kind])
  })

  it('comes to the same bits whatever the engine compiles its code with', async () => {
    for (const flag of ['--liftoff-only', '--no-liftoff']) {
      const { stdout } = await execute(process.execPath, [flag, program.file])
      expect(stdout.trim(), flag).toBe(golden[wasmArithmetic][kind])
    }
  })
})

it('runs the kernels that are in the sources', async () => {
  expect(readFileSync(resolve('src/backends/wasm/binary.ts'), 'utf8')).toBe(await compileKernels())
})
