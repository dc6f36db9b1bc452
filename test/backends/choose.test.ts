import { mkdtemp, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { describeNative } from '../../src/backends/native/installation/manifest'
import { TicketLabError } from '../../src/support/errors'
import { places } from '../../src/support/paths'
import { temporaryFolder } from '../runtime/lab'
import { needNative } from '../support/native'
import { needTensorflow } from '../support/tensorflow'

const installed = places().backends
const nowhere = '/nowhere'
const { folder, remove } = await temporaryFolder()
afterAll(remove)

/** A folder of backends with some of those of another. */
async function copyOf(backends: string, isWanted: (name: string) => boolean): Promise<string> {
  const copy = await mkdtemp(join(folder, 'backends-'))
  const names = (await readdir(backends)).filter(isWanted)
  await Promise.all(names.map((name) => symlink(join(backends, name), join(copy, name))))
  return copy
}

describe('the backend', () => {
  it('is by itself wasm where nothing else is installed', () => {
    expect(chooseBackend('auto', nowhere)).toEqual({ backend: { id: 'wasm', arithmetic: 'wasm-1' } })
  })

  it('is by itself native for networks without convolutions where that is installed', () => {
    needNative()
    expect(chooseBackend('auto', installed)).toEqual(chooseBackend('native', installed))
  })

  it('is by itself TensorFlow for convolutions where that is installed, and where it alone is, for all', async () => {
    needTensorflow()
    expect(chooseBackend('auto', installed, true)).toEqual(chooseBackend('tensorflow', installed, true))
    const alone = await copyOf(installed, (name) => !name.startsWith('native-'))
    expect(chooseBackend('auto', alone)).toEqual(chooseBackend('tensorflow', installed))
  })

  it('is by itself not native where the sources of that do not ship', () => {
    const state = describeNative(installed, join(folder, 'no sources'))
    expect(state).toMatchObject({ kind: 'missing', message: expect.stringContaining('no sources') as string })
  })

  it('is by itself native for all where there is no TensorFlow', async () => {
    needNative()
    const alone = await copyOf(installed, (name) => name.startsWith('native-'))
    expect(chooseBackend('auto', alone)).toEqual(chooseBackend('native', installed))
    expect(chooseBackend('auto', alone, true)).toEqual(chooseBackend('native', installed))
  })

  it('is both only where both are asked for', () => {
    needTensorflow()
    expect(chooseBackend('auto', installed).sparse).toBeUndefined()
    expect(chooseBackend('mixed', installed)).toMatchObject({
      backend: { id: 'tensorflow' },
      sparse: { below: 0.25, backend: { id: 'wasm' } },
    })
    expect(chooseBackend('mixed', installed, true).sparse?.below).toBe(0.1)
  })

  it('takes other kernels of TensorFlow for convolutions, which is another arithmetic', () => {
    needTensorflow()
    const { arithmetic } = chooseBackend('tensorflow', installed).backend
    expect(chooseBackend('tensorflow', installed, true).backend.arithmetic).toBe(
      `${arithmetic}-onednn-threads-2`,
    )
    expect(chooseBackend('wasm', installed, true)).toEqual(chooseBackend('wasm', installed))
  })

  it('is the native one where that is asked for and there', () => {
    needNative()
    expect(chooseBackend('native', installed)).toEqual({ backend: { id: 'native', arithmetic: 'native-1' } })
    expect(chooseBackend('native', installed, true)).toEqual(chooseBackend('native', installed))
    expect(() => chooseBackend('native', nowhere)).toThrow("Run 'ticketlab backend install native'")
  })

  it('is the one asked for, or none', () => {
    expect(chooseBackend('wasm', installed).backend.id).toBe('wasm')
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow(TicketLabError)
    expect(() => chooseBackend('mixed', nowhere)).toThrow(TicketLabError)
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow("Run 'ticketlab backend install'")
  })
})
