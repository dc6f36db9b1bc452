import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/support/safetensors'
import { decodeTensors, encodeTensors } from '../../src/support/tensor-file'

/** 40 x 25 numbers, of which one in ten is not zero, minus zero among them. */
const ticket = {
  shape: [40, 25],
  data: Float32Array.from({ length: 1000 }, (_, index) => (index % 10 === 3 ? (index - 503) / 7 : 0)),
}
ticket.data[13] = -0
const full = { shape: [1000], data: Float32Array.from({ length: 1000 }, (_, index) => index - 500) }
const mask = { shape: [1000], data: new Uint8Array(1000) }

describe('a file of tensors', () => {
  it('gives back every bit, and the metadata', () => {
    const bytes = encodeTensors({ ticket, full, mask }, { training: 'text' })
    expect(decodeTensors(bytes, 'file')).toStrictEqual({
      tensors: { full, mask, ticket },
      metadata: { training: 'text' },
    })
  })

  it('takes a ticket little more room than its surviving weights', () => {
    const sparse = encodeTensors({ ticket }).length
    expect(sparse).toBeLessThan(encodeSafetensors({ ticket }).length / 4)
    expect(Object.keys(decodeSafetensors(encodeTensors({ ticket }), 'file').tensors)).toEqual([
      'ticket#kept',
      'ticket#values',
    ])
  })

  it('is an ordinary one where nothing is sparse, and ordinary ones are read', () => {
    expect(encodeTensors({ full, mask })).toEqual(encodeSafetensors({ full, mask }))
    expect(decodeTensors(encodeSafetensors({ ticket }), 'file').tensors).toStrictEqual({ ticket })
  })

  it.each([
    ['a list is missing', { 'w#kept': { shape: [125], data: new Uint8Array(125) } }],
    [
      'there are fewer values than bits',
      {
        'w#kept': { shape: [125], data: new Uint8Array(125).fill(1) },
        'w#values': { shape: [3], data: new Float32Array(3) },
      },
    ],
  ])('is refused when %s', (_, tensors) => {
    const bytes = encodeSafetensors(tensors, { sparse: '{"w":[40,25]}' })
    expect(() => decodeTensors(bytes, 'weights')).toThrow('weights, w is damaged: expected 125 bytes of bits')
  })

  it('is refused when its shapes are none', () => {
    for (const sparse of ['{', '{"w":3}', 'null', '{"w":[-1]}'])
      expect(() => decodeTensors(encodeSafetensors({}, { sparse }), 'weights')).toThrow(
        'shapes in the metadata',
      )
  })
})
