import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeArithmetic } from '../../../src/backends/native/arithmetic'
import { verifyNative } from '../../../src/backends/native/installation'
import { bundle, type Bundle } from '../../support/bundle'
import { needNative } from '../../support/native'

const execute = promisify(execFile)

/** What trainings have come to since the arithmetic is what it is. If they come to anything else, name a new one. */
const golden = {
  'native-1': {
    vectors: '4e0f2fa6fefeba90e0148f14f20a7a81b050ab47ef57324c900cb79392cc9aa6',
    images: '37c8e9593d57e25c7a07a84d67fd82f300238ae6d354e5b87ba6221a32888f2c',
  },
}
const kinds = [
  ['vectors', 'test/backends/tiles/bits.ts'],
  ['images', 'test/backends/tiles/bits-images.ts'],
] as const

/** The Node that runs the tests, and the one, of another version, that tests in VS Code install. */
const other = resolve('.vscode-test/node/node_modules/node/bin/node')
const nodes = [process.execPath, ...(existsSync(other) ? [other] : [])]

describe.each(kinds)('a training of %s on the native backend', (kind, source) => {
  let program: Bundle
  beforeAll(async () => {
    program = await bundle(source)
  })
  afterAll(() => program.remove())

  it('comes to the same bits with every instruction set and Node', async () => {
    const { binding } = needNative()
    const { sets } = await verifyNative(binding)
    expect(sets.length).toBeGreaterThan(0)
    for (const node of nodes) {
      for (const set of sets) {
        const { stdout } = await execute(node, [program.file, binding, set])
        expect(stdout.trim(), `${node}, ${set}`).toBe(golden[nativeArithmetic][kind])
      }
    }
  })
})
