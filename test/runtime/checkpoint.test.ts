import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/runtime/trainer/checkpoint'
import { thrown } from '../support/thrown'

const tensor = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) })
const checkpoint: Checkpoint = {
  state: {
    step: 123,
    parameters: { 'dense/weights': tensor(0.1, -0, 3), 'dense/bias': tensor(1e-40) },
    slots: { 'dense/weights/m': tensor(0.3, 0, 1 / 3) },
  },
  progress: {
    rows: [{ step: 0, validationLoss: 2.3, validationAccuracy: 0.1, testLoss: 2.31, testAccuracy: 0.11 }],
    lossSum: 0.1 + 0.2,
    lossCount: 23,
  },
  seconds: 1.5,
}

describe('a checkpoint', () => {
  it('keeps every bit of a training', () => {
    const again = decodeCheckpoint(encodeCheckpoint(checkpoint), 'checkpoint')
    expect(again).toEqual(checkpoint)
    expect(again.progress.lossSum).toBe(0.30000000000000004)
    expect(Object.is(again.state.parameters['dense/weights']!.data[1], -0)).toBe(true)
  })

  it('is refused when one bit of it has changed, wherever that is', () => {
    const bytes = encodeCheckpoint(checkpoint)
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Uint8Array.from(bytes)
      damaged[i]! ^= 1
      // Changes of the padding and of unused text may leave the content as it was.
      const outcome = thrownOrDecoded(damaged)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'data-corrupt' })
      else expect(outcome).toEqual(checkpoint)
    }
    const last = Uint8Array.from(bytes)
    last[last.length - 1]! ^= 1
    expect(thrown(() => decodeCheckpoint(last, 'the-file'))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('the-file') as string,
    })
  })
})

function thrownOrDecoded(bytes: Uint8Array): unknown {
  try {
    return decodeCheckpoint(bytes, 'checkpoint')
  } catch (error) {
    return error
  }
}
