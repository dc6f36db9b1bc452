import { dataCorrupt } from '../../support/errors'
import type { DatasetFacts, Split } from '../dataset'

/** A file of a dataset. */
export interface DataFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** The content of files by name, as a format lists them. */
export type FileContents = ReadonlyMap<string, DataFile>

/** A part of a dataset with files of its own. */
export type Part = 'train' | 'test'

/** A way in which a dataset is published, or left on a disk by others. */
export interface Layout {
  /** The files on the disk, by the names that the format lists. */
  readonly files: ReadonlyMap<string, string>
  /** What it is downloaded as, if that is an archive, and the folder that it unpacks into. */
  readonly archive?: string
  readonly folder?: string
  /** The content of a file as the published one has it. */
  readonly published: (file: DataFile) => DataFile
}

/** Everything that is known of how files of datasets are laid out: a row of the table in `all.ts`. */
export interface FormatRow<Format> {
  /** The files, those of the training examples first. */
  readonly fileNames: (format: Format) => readonly string[]
  /**
   * The examples of a part.
   * @throws TicketLabError `data-corrupt` that names the file, for a wrong size, shape or label
   */
  readonly read: (facts: DatasetFacts, format: Format, part: Part, files: FileContents) => Split
  /** Other layouts of the same examples that others leave on disks. */
  readonly elsewhere: (format: Format, facts: Pick<DatasetFacts, 'shape'>) => readonly Layout[]
}

/** The content of a file of a dataset. */
export function contentOf(files: FileContents, name: string): DataFile {
  const file = files.get(name)
  if (!file) throw new RangeError(`The content of ${name} was not given.`)
  return file
}

/** @throws TicketLabError `data-corrupt` where an array has another shape */
export function expectShape(file: string, expected: readonly number[], found: readonly number[]): void {
  if (expected.join() === found.join()) return
  throw dataCorrupt(file, `the shape [${expected.join(', ')}]`, `[${found.join(', ')}]`)
}

/** @throws TicketLabError `data-corrupt` where a label is none of the classes */
export function checkLabels(file: string, labels: Uint8Array, classes: number): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong === -1) return
  throw dataCorrupt(file, `labels from 0 to ${classes - 1}`, `${labels[wrong]} at example ${wrong}`)
}
