import { describe, expect, it } from 'vitest'
import { chooseBackend } from '../../src/backends/choose'
import { TicketLabError } from '../../src/support/errors'
import { places } from '../../src/support/paths'
import { needTensorflow } from '../support/tensorflow'

const installed = places().backends
const nowhere = '/nowhere'

describe('the backend', () => {
  it('is by itself wasm where TensorFlow is not installed', () => {
    expect(chooseBackend('auto', nowhere)).toEqual({ id: 'wasm', arithmetic: 'wasm-1' })
  })

  it('is by itself TensorFlow where that is installed', () => {
    needTensorflow()
    expect(chooseBackend('auto', installed).id).toBe('tensorflow')
    expect(chooseBackend('tensorflow', installed)).toEqual(chooseBackend('auto', installed))
  })

  it('is the one asked for, or none', () => {
    expect(chooseBackend('wasm', installed).id).toBe('wasm')
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow(TicketLabError)
    expect(() => chooseBackend('tensorflow', nowhere)).toThrow("Run 'ticketlab backend install'")
  })
})
