import { gunzipSync } from 'node:zlib'
import { dataCorrupt } from '../support/errors'
import { sizeOf } from '../support/tensor'

/** An array of unsigned bytes as the IDX format of MNIST stores it. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/**
 * Reads an IDX file: two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as a
 * big-endian 32-bit integer, then the data. Gzip is recognised by its magic number and unpacked.
 *
 * @param bytes the whole file
 * @param file its name, for errors
 * @throws TicketLabError `data-corrupt` when magic, type, dimensions or length do not fit
 */
export function readIdx(bytes: Uint8Array, file: string): IdxArray {
  const plain = unpackGzip(bytes, file)
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  if (plain.length < 4 || view.getUint16(0) !== 0) {
    const begin = `0x${Buffer.from(plain.subarray(0, 4)).toString('hex')}`
    const found = plain.length === 0 ? 'an empty file' : plain.length < 4 ? `no more than ${begin}` : begin
    throw dataCorrupt(
      file,
      'an IDX file, which begins with two zero bytes, a type and a number of dimensions',
      found,
    )
  }
  const type = plain[2]!
  if (type !== 8)
    throw dataCorrupt(file, 'unsigned bytes (IDX type 0x08)', `type 0x${type.toString(16).padStart(2, '0')}`)
  const dimensions = plain[3]!
  const header = 4 + 4 * dimensions
  if (dimensions === 0 || plain.length < header) {
    throw dataCorrupt(
      file,
      `a header with at least one dimension`,
      `${dimensions} dimensions in ${plain.length} bytes`,
    )
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const data = plain.subarray(header)
  if (data.length !== sizeOf(shape)) {
    throw dataCorrupt(
      file,
      `${sizeOf(shape)} bytes of data for the shape [${shape.join(', ')}]`,
      `${data.length} bytes`,
    )
  }
  return { shape, data }
}

/** The content of a gzip file; anything else is returned as it is. @throws TicketLabError `data-corrupt` */
export function unpackGzip(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (cause) {
    throw dataCorrupt(file, 'a complete gzip file', cause instanceof Error ? cause.message : String(cause))
  }
}
