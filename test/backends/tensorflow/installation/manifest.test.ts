import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  describeTensorflow,
  findTensorflow,
  requireTensorflow,
  verifyBinding,
} from '../../../../src/backends/tensorflow/installation'
import { layout } from '../../../../src/backends/tensorflow/installation/versions'
import { needTensorflow } from '../../../support/tensorflow'

let backends: string
beforeEach(() => (backends = mkdtempSync(join(tmpdir(), 'ticketlab-backends-'))))
afterEach(() => rmSync(backends, { recursive: true }))

const library = `${layout.libraries}/libtensorflow_cc.so.2`

/** A folder with the files of an installation; `manifest` is merged into a valid one, null leaves it out. */
function folderWith(name: string, manifest: object | null = {}): string {
  const folder = join(backends, name)
  for (const path of [layout.binding, library]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), 'native code')
  }
  const file = { sha256: '0'.repeat(64), bytes: 'native code'.length }
  const valid = {
    format: 1,
    tensorflow: '2.21.0',
    tfjsNode: '4.22.0',
    source: 'wheel',
    platform: process.platform,
    architecture: process.arch,
    installed: '2026-01-02T03:04:05.000Z',
    files: { [layout.binding]: file, [library]: file },
  }
  const content = JSON.stringify({ ...valid, ...manifest })
  if (manifest) writeFileSync(join(folder, 'ticketlab-backend.json'), content)
  return folder
}

describe('findTensorflow', () => {
  it('finds nothing where nothing is, and in a folder that does not exist', () => {
    expect(findTensorflow(backends)).toBeUndefined()
    expect(findTensorflow(join(backends, 'absent'))).toBeUndefined()
  })

  it('finds an installation with its manifest and the addon to load', () => {
    const folder = folderWith('tensorflow-2.21.0-here')
    expect(findTensorflow(backends)).toMatchObject({
      folder,
      binding: join(folder, layout.binding),
      tensorflowVersion: '2.21.0',
    })
  })

  it('prefers the newest of several versions', () => {
    folderWith('tensorflow-2.9.1-here', { tensorflow: '2.9.1', source: 'bucket' })
    folderWith('tensorflow-2.21.0-here')
    expect(findTensorflow(backends)?.tensorflowVersion).toBe('2.21.0')
  })

  it('does not count a folder whose installation was not finished', () => {
    folderWith('tensorflow-2.21.0-here', null)
    expect(findTensorflow(backends)).toBeUndefined()
  })

  it('falls back to an older version when the newest is damaged', () => {
    folderWith('tensorflow-2.9.1-here', { tensorflow: '2.9.1' })
    writeFileSync(join(folderWith('tensorflow-2.21.0-here'), library), 'native')
    expect(findTensorflow(backends)?.tensorflowVersion).toBe('2.9.1')
  })

  it.each([
    ['another format', { format: 2 }],
    ['an unknown source', { source: 'elsewhere' }],
    ['no version', { tensorflow: undefined }],
    ['no addon', { files: {} }],
    ['a file without a size', { files: { [layout.binding]: { sha256: '00' } } }],
    ['another platform', { platform: 'plan9' }],
    ['another processor', { architecture: 'vax' }],
  ])('does not count a manifest with %s', (_what, manifest) => {
    folderWith('tensorflow-2.21.0-here', manifest)
    expect(findTensorflow(backends)).toBeUndefined()
  })

  it('does not count a manifest that is not JSON', () => {
    writeFileSync(join(folderWith('tensorflow-2.21.0-here'), 'ticketlab-backend.json'), '{ "format": 1')
    expect(findTensorflow(backends)).toBeUndefined()
  })

  it('describes what was found instead and what to do', () => {
    const folder = folderWith('tensorflow-2.21.0-here')
    rmSync(join(folder, library))
    const state = describeTensorflow(backends)
    const message = state.kind === 'missing' ? state.message : ''
    expect(message).toContain(`expected ${library} with 11 bytes, it is missing`)
    expect(message).toContain("Run 'ticketlab backend install'")
    expect(() => requireTensorflow(backends)).toThrow(message)
  })
})

describe('the TensorFlow of this machine', () => {
  it('is found, loads, and multiplies two matrices', async () => {
    const { binding, tensorflowVersion } = needTensorflow()
    await expect(verifyBinding(binding)).resolves.toEqual({ tensorflowVersion })
  })

  it('is told apart from an addon that does not load', async () => {
    const folder = folderWith('tensorflow-2.21.0-here')
    await expect(verifyBinding(join(folder, layout.binding))).rejects.toMatchObject({
      code: 'backend-failed',
      message: expect.stringMatching(/Expected TensorFlow to load[^]*backend install --force/) as string,
    })
  })
})
