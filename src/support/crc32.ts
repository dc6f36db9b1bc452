/** The CRC-32 of bytes as zip files have it; `node:zlib` has one only from Node 20.15 on. */
export const crc32 = checksum(0xedb88320)

/** The CRC-32C of bytes (Castagnoli, RFC 3720), as TensorFlow's records have it. */
export const crc32c = checksum(0x82f63b78)

/** @param polynomial reversed */
function checksum(polynomial: number): (bytes: Uint8Array) => number {
  const table = tableOf(polynomial)
  return (bytes) => {
    let crc = 0xffffffff
    for (let index = 0; index < bytes.length; index++) {
      crc = (crc >>> 8) ^ table[(crc ^ bytes[index]!) & 0xff]!
    }
    return ~crc >>> 0
  }
}

/** What each byte adds: its remainder by the reversed polynomial. */
function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0)
    return remainder
  })
}
