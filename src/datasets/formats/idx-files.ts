import { readIdx } from '../idx'
import { checkLabels, contentOf, expectShape, type FormatRow } from './format'

/** Images and labels in IDX files, possibly gzipped. */
export interface IdxFormat {
  readonly kind: 'idx'
  readonly train: readonly [images: string, labels: string]
  readonly test: readonly [images: string, labels: string]
}

export const idxFiles: FormatRow<IdxFormat> = {
  fileNames: ({ train, test }) => [...train, ...test],
  read({ shape, classes, trainCount, testCount }, format, part, files) {
    const [imageFile, labelFile] = format[part]
    const count = { train: trainCount, test: testCount }[part]
    const imagesAt = contentOf(files, imageFile)
    const labelsAt = contentOf(files, labelFile)
    const images = readIdx(imagesAt.bytes, imagesAt.path)
    const labels = readIdx(labelsAt.bytes, labelsAt.path)
    const [height, width] = shape
    expectShape(imagesAt.path, [count, height!, width!], images.shape)
    expectShape(labelsAt.path, [count], labels.shape)
    checkLabels(labelsAt.path, labels.data, classes)
    return { images: images.data, labels: labels.data, count }
  },
  elsewhere: () => [],
}
