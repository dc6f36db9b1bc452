import { TicketLabError } from './errors'
import { sizeOf } from './tensor'

/** A tensor as a safetensors file holds it: weights are F32, masks are U8. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array | Uint8Array
}

/** The content of a safetensors file. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  /** The free text of the header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>
}

const prefix = 8
const widths = { F32: 4, U8: 1 } as const

/**
 * Writes the safetensors format: the header's length (64 bits, little-endian), a JSON header with names, types,
 * shapes and offsets, then the numbers. Tensors are written in the order of their names, so that equal content
 * is equal bytes. All machines that Node runs on and TensorFlow too are little-endian.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort()
  for (const name of names) {
    const { shape, data } = tensors[name]!
    if (sizeOf(shape) === data.length) continue
    throw new RangeError(`${name} has ${data.length} numbers, but its shape [${shape.join(', ')}] does not.`)
  }
  const head = safetensorsHeader(
    names.map((name) => {
      const { shape, data } = tensors[name]!
      return { name, shape, dtype: data instanceof Float32Array ? 'F32' : 'U8' }
    }),
    metadata,
  )
  const bytes = new Uint8Array(names.reduce((sum, name) => sum + tensors[name]!.data.byteLength, head.length))
  bytes.set(head)
  let at = head.length
  for (const name of names) {
    const { data } = tensors[name]!
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

/**
 * What a file in the safetensors format begins with; the numbers of the tensors follow, one after the other.
 * @param tensors in the order in which they follow, which is that of their names
 */
export function safetensorsHeader(
  tensors: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly dtype: keyof typeof widths
  }[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata
  let end = 0
  for (const { name, shape, dtype } of tensors) {
    const begin = end
    end += sizeOf(shape) * widths[dtype]
    header[name] = { dtype, shape, data_offsets: [begin, end] }
  }
  const text = Buffer.from(JSON.stringify(header))
  // Spaces after the header keep the numbers aligned.
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(prefix + length).fill(0x20, prefix)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, prefix)
  return bytes
}

/** A tensor in a safetensors file: its numbers are bytes of the file itself. */
export interface SafetensorsPart<Type extends string> {
  readonly dtype: Type
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/**
 * Where the tensors of a safetensors file lie, in the order of its header.
 * @param file named in errors
 * @param widths bytes of a number of each type that may be in it
 * @throws TicketLabError `data-corrupt` when anything about the file is not as the format says, or a tensor is of
 *   another type
 */
export function safetensorsParts<Type extends string>(
  bytes: Uint8Array,
  file: string,
  widths: { readonly [K in Type]: number },
): {
  readonly parts: ReadonlyMap<string, SafetensorsPart<Type>>
  readonly metadata: Readonly<Record<string, string>>
} {
  const corrupt = (expected: string, found: string) =>
    new TicketLabError(
      'data-corrupt',
      `${file} is not a whole safetensors file: expected ${expected}, found ${found}.`,
    )
  if (bytes.length < prefix) throw corrupt('at least 8 bytes', `${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  if (length > bytes.length - prefix) {
    throw corrupt(`a header of ${length} bytes`, `only ${bytes.length - prefix} bytes`)
  }
  const header = parseHeader(bytes.subarray(prefix, prefix + length))
  if (!header) throw corrupt('a JSON header', 'something else')
  const { __metadata__: metadata = {}, ...entries } = header
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw corrupt('text in __metadata__', JSON.stringify(metadata))
  }

  const types = Object.keys(widths) as Type[]
  const body = bytes.subarray(prefix + length)
  const parts = new Map<string, SafetensorsPart<Type>>()
  const ranges: [number, number][] = []
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry, types)) {
      throw corrupt(`type (${orText(types)}), shape and offsets of ${name}`, JSON.stringify(entry))
    }
    const [begin, end] = entry.data_offsets
    const size = sizeOf(entry.shape) * widths[entry.dtype]
    if (end - begin !== size) throw corrupt(`${size} bytes for ${name}`, `${end - begin}`)
    if (end > body.length) throw corrupt(`${end} bytes of numbers for ${name}`, `${body.length}`)
    ranges.push([begin, end])
    parts.set(name, { dtype: entry.dtype, shape: entry.shape, bytes: body.subarray(begin, end) })
  }
  let covered = 0
  for (const [begin, end] of ranges.sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    if (begin !== covered) throw corrupt(`numbers that start at byte ${covered}`, `${begin}`)
    covered = end
  }
  if (covered !== body.length) throw corrupt(`${covered} bytes of numbers`, `${body.length}`)
  return { parts, metadata: metadata as Record<string, string> }
}

/**
 * Reads the safetensors format as {@link encodeSafetensors} writes it. The tensors are copies.
 * @param file named in errors
 * @throws TicketLabError `data-corrupt` when anything about the file is not as the format says, or a tensor is
 *   neither F32 nor U8
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  const { parts, metadata } = safetensorsParts(bytes, file, widths)
  const tensors = [...parts].map(([name, { dtype, shape, bytes: numbers }]): [string, StoredTensor] => {
    // A copy of its own is aligned; a Buffer's own `slice` would be a view of the file.
    const copy = new Uint8Array(numbers)
    return [name, { shape, data: dtype === 'F32' ? new Float32Array(copy.buffer) : copy }]
  })
  return { tensors: Object.fromEntries(tensors), metadata }
}

interface Entry<Type extends string> {
  readonly dtype: Type
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const orText = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isRecord(header) ? header : undefined
  } catch {
    // Neither UTF-8 nor JSON: the caller says what was expected.
    return undefined
  }
}

function isEntry<Type extends string>(value: unknown, types: readonly Type[]): value is Entry<Type> {
  if (!isRecord(value)) return false
  const { dtype, shape, data_offsets: offsets } = value
  return (
    types.some((type) => type === dtype) &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isCount)
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
