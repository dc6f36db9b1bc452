import { dataCorrupt } from '../support/errors'
import { readPickle } from '../support/pickle'
import { numpyArrays, type Pickled, type PickledArray } from './pickle-arrays'

/**
 * A file of CIFAR's Python version as the records of the binary version: label bytes, then the planes of an image.
 * @param labels the keys of the lists that the label bytes are in
 * @param size bytes of an image
 * @throws TicketLabError `data-corrupt` that names the file and what is in it
 */
export function recordsOfPickle(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  labels: readonly string[],
  size: number,
): Uint8Array {
  const content = contentOf(path, bytes)
  const keys = [...content.keys()].join(', ') || 'nothing'
  const images = content.get('data')
  if (!isArray(images)) throw dataCorrupt(path, 'an array of numpy called data', keys)
  const [count, width] = images.shape as [number, number]
  const found = `${images.type} of shape [${images.shape.join(', ')}] in ${images.data.length} bytes`
  if (
    images.type !== 'u1' ||
    images.shape.length !== 2 ||
    width !== size ||
    images.data.length !== count * size
  ) {
    throw dataCorrupt(path, `images as an array u1 of shape [count, ${size}]`, found)
  }
  const record = labels.length + size
  const records = new Uint8Array(count * record)
  for (const [place, key] of labels.entries()) {
    const list = content.get(key)
    if (!Array.isArray(list)) throw dataCorrupt(path, `a list of labels called ${key}`, keys)
    if (list.length !== count) throw dataCorrupt(path, `${count} ${key}, as many as images`, `${list.length}`)
    for (const [example, label] of (list as Pickled[]).entries()) {
      if (!isByte(label)) throw dataCorrupt(path, `whole numbers in ${key}`, `another at example ${example}`)
      records[example * record + place] = label
    }
  }
  for (let example = 0; example < count; example++) {
    const image = images.data.subarray(example * size, (example + 1) * size)
    records.set(image, example * record + labels.length)
  }
  return records
}

function contentOf(path: string, bytes: Uint8Array): ReadonlyMap<string, Pickled> {
  let value: Pickled
  try {
    value = readPickle(bytes, numpyArrays)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw dataCorrupt(path, "a pickle of CIFAR's Python version", `that ${cause.message}`, { cause })
  }
  if (value instanceof Map) return value
  throw dataCorrupt(path, "a dictionary, as in CIFAR's Python version", 'something else')
}

function isArray(value: Pickled | undefined): value is PickledArray {
  return typeof value === 'object' && value !== null && 'shape' in value
}

const isByte = (label: Pickled): label is number =>
  typeof label === 'number' && Number.isInteger(label) && label >= 0 && label <= 255
