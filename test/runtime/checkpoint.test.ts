import { describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/trainer/checkpoint'
import { sha256 } from '../../src/support/canonical'
import { decodeTensors, encodeTensors } from '../../src/support/tensor-file'
import { thrown } from '../support/thrown'

const tensor = (...data: number[]) => ({ shape: [data.length], data: Float32Array.from(data) })
const owner = 'a'.repeat(64)
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
    const again = decodeCheckpoint(encodeCheckpoint(checkpoint, owner), 'checkpoint', owner)
    expect(again).toEqual(checkpoint)
    expect(again.progress.lossSum).toBe(0.30000000000000004)
    expect(Object.is(again.state.parameters['dense/weights']!.data[1], -0)).toBe(true)
  })

  it('is refused when one bit of it has changed, wherever that is', () => {
    const bytes = encodeCheckpoint(checkpoint, owner)
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
    expect(thrown(() => decodeCheckpoint(last, 'the-file', owner))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('the-file') as string,
    })
  })

  it('is refused by another task', () => {
    const bytes = encodeCheckpoint(checkpoint, 'b'.repeat(64))
    expect(thrown(() => decodeCheckpoint(bytes, 'the-file', owner))).toMatchObject({ code: 'data-corrupt' })
  })

  it('is refused when only the shape of a sparse parameter has changed', () => {
    const values = new Float32Array(300)
    values.set([1, 2, 3])
    const sparse = { ...checkpoint.state, parameters: { bias: { shape: [300], data: values } } }
    const text = Buffer.from(encodeCheckpoint({ ...checkpoint, state: sparse }, owner)).toString('latin1')
    const changed = Buffer.from(text.replace('[300]', '[301]'), 'latin1')
    expect(changed.toString('latin1')).not.toBe(text)
    expect(thrown(() => decodeCheckpoint(changed, 'the-file', owner))).toMatchObject({ code: 'data-corrupt' })
  })

  it('of the first versions, whose sum was of the numbers only, is read', () => {
    const { metadata, tensors } = decodeTensors(encodeCheckpoint(checkpoint, owner), 'checkpoint')
    const training = metadata['training']!
    const sums = Object.keys(tensors)
      .sort()
      .map((name) => `${name} ${sha256(new Uint8Array(tensors[name]!.data.buffer))}`)
    const former = encodeTensors(tensors, { training, sum: sha256([training, ...sums].join('\n')) })
    expect(decodeCheckpoint(former, 'checkpoint', owner)).toEqual(checkpoint)
  })
})

function thrownOrDecoded(bytes: Uint8Array): unknown {
  try {
    return decodeCheckpoint(bytes, 'checkpoint', owner)
  } catch (error) {
    return error
  }
}
