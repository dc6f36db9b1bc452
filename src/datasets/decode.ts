import { createHash } from 'node:crypto'
import { dataCorrupt } from '../support/errors'
import type { Examples } from './dataset'
import { rowOf } from './formats/all'
import { contentOf, type FileContents } from './formats/format'
import { unpackGzip } from './idx'
import type { PublishedDataset } from './published'

/** The files that a published dataset consists of. */
export function fileNames({ format }: Pick<PublishedDataset, 'format'>): readonly string[] {
  return rowOf(format.kind).fileNames(format)
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
  const { read } = rowOf(format.kind)
  return {
    shape,
    classes,
    normalize,
    train: read(published, format, 'train', files),
    test: read(published, format, 'test', files),
  }
}

function expectMd5(file: string, plain: Uint8Array, md5: string): void {
  const found = createHash('md5').update(plain).digest('hex')
  if (found === md5) return
  throw dataCorrupt(file, `content with MD5 ${md5}`, found)
}
