import { TicketLabError } from './errors'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors'
import { sizeOf } from './tensor'

/*
 * Tensors in a safetensors file, those that are mostly zeros as two entries: `<name>#kept`, U8, a bit for every
 * number, the first in the lowest bit, and `<name>#values`, F32, the numbers whose bit is set. Their shapes are in the
 * metadata under `sparse`, as JSON. In Python:
 *   kept = numpy.unpackbits(file[name + '#kept'], bitorder='little')[:size].astype(bool)
 *   dense = numpy.zeros(size, 'float32'); dense[kept] = file[name + '#values']
 */

export interface TensorFile {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/** Tensors with fewer than this share of numbers that are not zero are stored sparsely. */
const sparseBelow = 0.5
/** Smaller ones are not worth the two entries. */
const smallest = 256

/** Bytes that a tensor takes in a file: `length` numbers, of which all but `kept` are zero. Its name is not counted. */
export function bytesAtRest(length: number, kept: number): number {
  return isSparse(length, kept) ? Math.ceil(length / 8) + 4 * kept : 4 * length
}

function isSparse(length: number, kept: number): boolean {
  return length >= smallest && kept < sparseBelow * length
}

/** The bytes of a file with these tensors. -0 counts as a number, so that every bit is kept. */
export function encodeTensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const stored: Record<string, StoredTensor> = {}
  const shapes: Record<string, readonly number[]> = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    const { shape, data } = tensor
    const values = data instanceof Float32Array ? data.filter((value) => !Object.is(value, 0)) : data
    if (!(values instanceof Float32Array) || !isSparse(data.length, values.length)) {
      stored[name] = tensor
      continue
    }
    const kept = new Uint8Array(Math.ceil(data.length / 8))
    data.forEach((value, index) => {
      if (!Object.is(value, 0)) kept[index >> 3]! |= 1 << (index & 7)
    })
    stored[`${name}#kept`] = { shape: [kept.length], data: kept }
    stored[`${name}#values`] = { shape: [values.length], data: values }
    shapes[name] = shape
  }
  const sparse = Object.keys(shapes).length > 0 ? { sparse: JSON.stringify(shapes) } : {}
  return encodeSafetensors(stored, { ...metadata, ...sparse })
}

/**
 * The inverse of {@link encodeTensors}; reads any safetensors file.
 * @param file named in errors
 * @throws TicketLabError `data-corrupt`
 */
export function decodeTensors(bytes: Uint8Array, file: string): TensorFile {
  const { tensors: stored, metadata } = decodeSafetensors(bytes, file)
  const { sparse, ...rest } = metadata
  if (sparse === undefined) return { tensors: stored, metadata }
  const shapes = parseShapes(sparse, file)
  const parts = new Map(
    Object.keys(shapes).flatMap((name) =>
      [`${name}#kept`, `${name}#values`].map((part) => [part, name] as const),
    ),
  )
  const tensors: Record<string, StoredTensor> = {}
  // In the file's order, whichever way each is stored.
  for (const key of [...Object.keys(stored), ...parts.keys()]) {
    const name = parts.get(key)
    if (name === undefined) tensors[key] = stored[key]!
    else tensors[name] ??= joinParts(name, shapes[name]!, stored, file)
  }
  return { tensors, metadata: rest }
}

function joinParts(
  name: string,
  shape: readonly number[],
  stored: TensorFile['tensors'],
  file: string,
): StoredTensor {
  return { shape, data: expand(stored[`${name}#kept`], stored[`${name}#values`], shape, `${file}, ${name}`) }
}

function expand(
  kept: StoredTensor | undefined,
  values: StoredTensor | undefined,
  shape: readonly number[],
  where: string,
): Float32Array {
  const data = new Float32Array(sizeOf(shape))
  let next = 0
  for (let index = 0; index < data.length; index++) {
    if (((kept?.data[index >> 3] ?? 0) >> (index & 7)) & 1) data[index] = values?.data[next++] ?? NaN
  }
  const bits = Math.ceil(data.length / 8)
  if (kept?.data.length !== bits || values?.data.length !== next) {
    throw corrupt(
      where,
      `${bits} bytes of bits and ${next} values`,
      `${kept?.data.length ?? 'no'} and ${values?.data.length ?? 'no'}`,
    )
  }
  return data
}

function parseShapes(text: string, file: string): Readonly<Record<string, readonly number[]>> {
  try {
    const shapes: unknown = JSON.parse(text)
    const fine =
      typeof shapes === 'object' &&
      shapes !== null &&
      Object.values(shapes).every(
        (shape) =>
          Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0),
      )
    if (fine) return shapes as Record<string, readonly number[]>
  } catch {
    // Not JSON: said below.
  }
  throw corrupt(file, 'shapes in the metadata "sparse"', text.slice(0, 80))
}

function corrupt(where: string, expected: string, found: string): TicketLabError {
  return new TicketLabError('data-corrupt', `${where} is damaged: expected ${expected}, found ${found}.`)
}
