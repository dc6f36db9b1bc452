import type { Labels } from '../backends/backend'
import { dataCorrupt } from '../support/errors'
import {
  encodeSafetensors,
  safetensorsParts,
  type SafetensorsFile,
  type StoredTensor,
} from '../support/safetensors'
import type { Examples, Normalization, Split } from './dataset'

/*
 * The file that the examples of a dataset lie in: safetensors, with the images and labels of both splits as bytes, and the
 * number of classes and the normalization in its free text. Its SHA-256 is the dataset's identity.
 */

/** What to do about a damaged one. */
export const installAgain = 'Delete it and install the dataset again.'

/** What a description says of examples, wherever their pixels are. */
export interface DescribedExamples extends Pick<Examples, 'shape' | 'classes' | 'normalize'> {
  readonly train: Pick<Split, 'labels' | 'count'>
  readonly test: Pick<Split, 'labels' | 'count'>
}

/** The bytes of a file of examples. */
export function encodeExamples(examples: Examples): Uint8Array {
  const { train, test } = examples
  const tensors = tensorsOf(examples).map(({ name, shape, labels }): [string, StoredTensor] => {
    const { images } = name.startsWith('train') ? train : test
    return [name, { shape, data: labels ? labelBytes(labels) : images }]
  })
  return encodeSafetensors(Object.fromEntries(tensors), metadataOf(examples))
}

/** The tensors of a file of examples, in the order in which they lie there; images, or the labels that they have. */
export function tensorsOf({ shape, train, test }: DescribedExamples): readonly {
  readonly name: 'test.images' | 'test.labels' | 'train.images' | 'train.labels'
  readonly shape: readonly number[]
  readonly dtype: 'U8'
  readonly labels?: Labels
}[] {
  const dtype = 'U8'
  return [
    { name: 'test.images', shape: [test.count, ...shape], dtype },
    { name: 'test.labels', shape: labelShape(test.labels), dtype, labels: test.labels },
    { name: 'train.images', shape: [train.count, ...shape], dtype },
    { name: 'train.labels', shape: labelShape(train.labels), dtype, labels: train.labels },
  ]
}

/** The free text of such a file. */
export function metadataOf({ classes, normalize }: Pick<Examples, 'classes' | 'normalize'>) {
  return {
    classes: String(classes),
    mean: JSON.stringify(normalize.mean),
    deviation: JSON.stringify(normalize.deviation),
  }
}

/** Labels of more than 256 classes are two bytes each, the lower one first. */
function labelShape(labels: Labels): readonly number[] {
  return labels instanceof Uint16Array ? [labels.length, 2] : [labels.length]
}

/** The bytes of labels, as they lie in a file. */
export function labelBytes(labels: Labels): Uint8Array {
  return new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength)
}

/**
 * Examples of a file, parts of whose bytes they are.
 * @throws TicketLabError `data-corrupt`
 */
export function decodeExamples(bytes: Uint8Array, file: string): Examples {
  // Parts of the file itself: a copy of them would need as much memory again.
  const content = safetensorsParts(bytes, file, { U8: 1 })
  const { parts, metadata } = content
  const part = (name: string) => {
    const found = parts.get(name)
    if (found) return found
    throw dataCorrupt(file, `bytes called ${name}`, [...parts.keys()].join(', '), { advice: installAgain })
  }
  const split = (name: string): Split => {
    const { shape, bytes: numbers } = part(`${name}.labels`)
    const labels = shape.length === 2 ? new Uint16Array(Uint8Array.from(numbers).buffer) : numbers
    return { images: part(`${name}.images`).bytes, labels, count: labels.length }
  }
  return {
    shape: part('train.images').shape.slice(1),
    classes: Number(metadata['classes']),
    normalize: decodeNormalization(content),
    train: split('train'),
    test: split('test'),
  }
}

/** How bytes become numbers, as a file of examples says. @throws TicketLabError `data-corrupt` */
export function normalizationIn(bytes: Uint8Array, file: string): Normalization {
  return decodeNormalization(safetensorsParts(bytes, file, { U8: 1 }))
}

function decodeNormalization({ metadata }: Pick<SafetensorsFile, 'metadata'>): Normalization {
  const numbers = (name: string) => JSON.parse(metadata[name] ?? '[]') as readonly number[]
  return { mean: numbers('mean'), deviation: numbers('deviation') }
}
