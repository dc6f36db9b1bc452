import { describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { TicketLabError } from '../../src/support/errors'
import { places } from '../../src/support/paths'

const installed = places().backends
const nowhere = '/nowhere'

describe('the backend', () => {
  it('is by itself TensorFlow where that is installed, otherwise wasm', () => {
    expect(chooseBackend('auto', installed).id).toBe('tensorflow')
    expect(chooseBackend('auto', nowhere)).toEqual({ id: 'wasm', arithmetic: 'wasm-1' })
  })

  it('takes other kernels of TensorFlow for convolutions, which is another arithmetic', () => {
    const { arithmetic } = chooseBackend('tensorflow', installed)
    expect(chooseBackend('tensorflow', installed, true).arithmetic).toBe(`${arithmetic}-onednn`)
    expect(chooseBackend('wasm', installed, true)).toEqual(chooseBackend('wasm', installed))
  })

  it('is the one asked for, or none', () => {
    expect(chooseBackend('wasm', installed).id).toBe('wasm')
    expect(chooseBackend('tensorflow', installed)).toEqual(chooseBackend('auto', installed))
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow(TicketLabError)
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow("Run 'ticketlab backend install'")
  })
})
