import { dataCorrupt } from '../../support/errors'
import { sizeOf } from '../../support/tensor'
import { recordsOfPickle } from '../cifar-python'
import type { DatasetFacts, Split } from '../dataset'
import { checkLabels, contentOf, type FileContents, type FormatRow, type Part } from './format'

/** The binary version of CIFAR: records of label bytes (the last one is the class) and three colour planes. */
export interface CifarFormat {
  readonly kind: 'cifar'
  readonly labelBytes: 1 | 2
  /** Names of files with the examples that each has. */
  readonly train: Readonly<Record<string, number>>
  readonly test: Readonly<Record<string, number>>
  readonly python?: PythonFiles
}

/** The Python version of CIFAR, which torchvision leaves on disk: pickles with the same records. */
export interface PythonFiles {
  /** What it is downloaded as, and the folder that this unpacks into. */
  readonly archive: string
  readonly folder: string
  /** The pickles, by the file of the binary version that has the same examples. */
  readonly files: Readonly<Record<string, string>>
  /** The keys of the label bytes of a record. */
  readonly labels: readonly string[]
}

export const cifarRecords: FormatRow<CifarFormat> = {
  fileNames: ({ train, test }) => [...Object.keys(train), ...Object.keys(test)],
  read: readRecords,
  elsewhere({ python }, { shape }) {
    if (!python) return []
    const { files, labels, ...place } = python
    return [
      {
        ...place,
        files: new Map(Object.entries(files)),
        published: (file) => ({ path: file.path, bytes: recordsOfPickle(file, labels, sizeOf(shape)) }),
      },
    ]
  },
}

/** Records are label bytes and 3 x 32 x 32 pixels, plane after plane; images become `[height, width, channel]`. */
function readRecords(
  { shape, classes }: DatasetFacts,
  { labelBytes, ...parts }: CifarFormat,
  part: Part,
  files: FileContents,
): Split {
  const counts = parts[part]
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
