import { createHash } from 'node:crypto'
import { dataCorrupt } from '../support/errors'
import { sizeOf } from '../support/tensor'
import type { Examples, Split } from './dataset'
import { readIdx, unpackGzip } from './idx'
import type { FileFormat, PublishedDataset } from './published'

/** The content of files by name, as {@link fileNames} lists them. */
export type FileContents = ReadonlyMap<string, { readonly path: string; readonly bytes: Uint8Array }>

/** The files that a published dataset consists of. */
export function fileNames({ format }: Pick<PublishedDataset, 'format'>): string[] {
  return format.kind === 'idx'
    ? [...format.train, ...format.test]
    : [...Object.keys(format.train), ...Object.keys(format.test)]
}

/**
 * The examples in the files of a published dataset.
 * @throws TicketLabError `data-corrupt` that names the file, for a wrong size, shape, label, or other content than the
 *   published one where no other is taken
 */
export function decodePublished(published: PublishedDataset, files: FileContents): Examples {
  const { shape, classes, normalize, format, unpacked = {} } = published
  for (const [name, md5] of Object.entries(unpacked)) {
    const { path, bytes } = contentOf(files, name)
    expectMd5(path, unpackGzip(bytes, path), md5)
  }
  const read = (part: 'train' | 'test', count: number): Split =>
    format.kind === 'idx'
      ? idxSplit(published, format[part], count, files)
      : cifarSplit(published, format, format[part], files)
  return {
    shape,
    classes,
    normalize,
    train: read('train', published.trainCount),
    test: read('test', published.testCount),
  }
}

function idxSplit(
  { shape, classes }: PublishedDataset,
  [imageFile, labelFile]: readonly [string, string],
  count: number,
  files: FileContents,
): Split {
  const imagesAt = contentOf(files, imageFile)
  const labelsAt = contentOf(files, labelFile)
  const images = readIdx(imagesAt.bytes, imagesAt.path)
  const labels = readIdx(labelsAt.bytes, labelsAt.path)
  const [height, width] = shape
  expectShape(imagesAt.path, [count, height!, width!], images.shape)
  expectShape(labelsAt.path, [count], labels.shape)
  checkLabels(labelsAt.path, labels.data, classes)
  return { images: images.data, labels: labels.data, count }
}

/** Records are label bytes and 3 x 32 x 32 pixels, plane after plane; images become `[height, width, channel]`. */
function cifarSplit(
  { shape, classes }: PublishedDataset,
  { labelBytes }: Extract<FileFormat, { kind: 'cifar' }>,
  counts: Readonly<Record<string, number>>,
  files: FileContents,
): Split {
  const size = sizeOf(shape)
  const channels = shape.at(-1)!
  const plane = size / channels
  const count = Object.values(counts).reduce((sum, one) => sum + one, 0)
  const images = new Uint8Array(count * size)
  const labels = new Uint8Array(count)
  let example = 0
  for (const [name, records] of Object.entries(counts)) {
    const { path, bytes } = contentOf(files, name)
    const record = labelBytes + size
    if (bytes.length !== records * record) {
      throw dataCorrupt(
        path,
        `${records * record} bytes (${records} records of ${record})`,
        `${bytes.length} bytes`,
      )
    }
    const first = example
    for (let from = 0; from < bytes.length; from += record, example++) {
      labels[example] = bytes[from + labelBytes - 1]!
      for (let channel = 0; channel < channels; channel++) {
        let source = from + labelBytes + channel * plane
        for (let target = example * size + channel; target < (example + 1) * size; target += channels) {
          images[target] = bytes[source++]!
        }
      }
    }
    checkLabels(path, labels.subarray(first, example), classes)
  }
  return { images, labels, count }
}

function contentOf(files: FileContents, name: string) {
  const file = files.get(name)
  if (!file) throw new RangeError(`The content of ${name} was not given.`)
  return file
}

function expectMd5(file: string, plain: Uint8Array, md5: string): void {
  const found = createHash('md5').update(plain).digest('hex')
  if (found === md5) return
  throw dataCorrupt(file, `content with MD5 ${md5}`, found)
}

function expectShape(file: string, expected: readonly number[], found: readonly number[]): void {
  if (expected.join() === found.join()) return
  throw dataCorrupt(file, `the shape [${expected.join(', ')}]`, `[${found.join(', ')}]`)
}

function checkLabels(file: string, labels: Uint8Array, classes: number): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  throw dataCorrupt(file, `labels from 0 to ${classes - 1}`, `${labels[wrong]} at example ${wrong}`)
}
