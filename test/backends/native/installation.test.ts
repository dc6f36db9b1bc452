import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  describeNative,
  findNative,
  installNative,
  requireNative,
  verifyNative,
} from '../../../src/backends/native/installation'
import { openNative } from '../../../src/backends/native/native'
import { shipNative } from '../../../scripts/native.mjs'
import { TicketLabError } from '../../../src/support/errors'
import { needNative } from '../../support/native'

let folder: string
let backends: string
let sources: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ticketlab-native-'))
  backends = join(folder, 'backends')
  sources = join(folder, 'sources')
  shipNative(sources)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

describe('installing the native backend', () => {
  it('compiles the sources, tries the addon, and does nothing where it is there', async () => {
    needNative()
    expect(describeNative(backends, sources)).toMatchObject({ kind: 'missing' })
    const said: string[] = []
    const onProgress = (message: string) => void said.push(message)
    const installation = await installNative({ backends, sources, onProgress })
    expect(said).toEqual([expect.stringContaining('Compiling'), 'Trying it out'])
    expect(installation.manifest.sets).toEqual((await verifyNative(installation.binding)).sets)
    expect(readdirSync(installation.folder).sort()).toEqual(['native.node', 'ticketlab-backend.json'])
    expect(readdirSync(backends)).toHaveLength(1)
    expect(openNative(installation.binding)).toMatchObject({ id: 'native', arithmetic: 'native-1' })
    expect(await installNative({ backends, sources, onProgress })).toEqual(installation)
    expect(said).toHaveLength(2)
  })

  it('does not count where the sources have changed since, or the addon is cut off', async () => {
    const { binding, folder: installed } = needNative()
    const where = join(installed, '..')
    expect(findNative(where, sources)?.binding).toBe(binding)
    const file = join(sources, 'kernels/layout.h')
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`)
    expect(findNative(where, sources)).toBeUndefined()
    expect(() => requireNative(where, sources)).toThrow(TicketLabError)
    expect(() => requireNative(where, sources)).toThrow("Run 'ticketlab backend install native'")

    const own = await installNative({ backends, sources })
    writeFileSync(own.binding, 'half')
    expect(describeNative(backends, sources)).toMatchObject({
      message: expect.stringContaining('found 4') as string,
    })
  })

  it('says what to do without a compiler, and where the sources do not compile', async () => {
    needNative()
    vi.stubEnv('CC', join(folder, 'no-compiler'))
    await expect(installNative({ backends, sources })).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('apt-get install gcc') as string,
    })
    vi.unstubAllEnvs()
    writeFileSync(join(sources, 'kernels/names.h'), 'not C')
    await expect(installNative({ backends, sources })).rejects.toMatchObject({ code: 'backend-failed' })
    expect(findNative(backends, sources)).toBeUndefined()
  })

  it('finds out an addon that computes wrongly', async () => {
    const { binding } = needNative()
    const wrong = join(folder, 'wrong.cjs')
    writeFileSync(
      wrong,
      `const { kernels } = require(${JSON.stringify(binding)}); module.exports = { kernels, sets: ['AVX2'], run() {} }`,
    )
    await expect(verifyNative(wrong)).rejects.toThrow('multiplied two matrices to [0,0,0,0]')
    expect(() => openNative(binding, 'no such set')).toThrow('Expected a processor with no such set')
  })
})
