import { describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { TicketLabError } from '../../src/support/errors'
import { places } from '../../src/support/paths'
import { needNative } from '../support/native'
import { needTensorflow } from '../support/tensorflow'

const installed = places().backends
const nowhere = '/nowhere'

describe('the backend', () => {
  it('is by itself wasm where TensorFlow is not installed', () => {
    expect(chooseBackend('auto', nowhere)).toEqual({ backend: { id: 'wasm', arithmetic: 'wasm-1' } })
  })

  it('is by itself TensorFlow where that is installed', () => {
    needTensorflow()
    expect(chooseBackend('auto', installed).backend.id).toBe('tensorflow')
    expect(chooseBackend('tensorflow', installed)).toEqual(chooseBackend('auto', installed))
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

  it('is the native one only where that is asked for and there', () => {
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
