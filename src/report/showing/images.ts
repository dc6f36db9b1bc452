import type { MimeBundle } from '../display'
import { bytesText } from '../../support/quantities'

const signatures: readonly (readonly [
  type: string,
  name: string,
  matches: (bytes: Uint8Array) => boolean,
])[] = [
  ['image/png', 'PNG', startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', 'JPEG', startsWith([0xff, 0xd8, 0xff])],
  ['image/gif', 'GIF', startsWith([0x47, 0x49, 0x46, 0x38])],
]

/** The MIME type of the bytes of an image file, told by how they begin; `undefined` for every other value. */
export function imageType(value: unknown): string | undefined {
  return value instanceof Uint8Array ? signatures.find(([, , matches]) => matches(value))?.[0] : undefined
}

/** The picture in the bytes of an image file. */
export function imageBundle(bytes: Uint8Array): MimeBundle {
  const [type, name] = signatures.find(([, , matches]) => matches(bytes))!
  return {
    [type]: Buffer.from(bytes).toString('base64'),
    'text/plain': `${name} image of ${bytesText(bytes.length)}`,
  }
}

function startsWith(signature: readonly number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => signature.every((byte, at) => bytes[at] === byte)
}
