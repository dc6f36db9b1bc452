import { cifarRecords, type CifarFormat } from './cifar-records'
import type { FormatRow } from './format'
import { idxFiles, type IdxFormat } from './idx-files'

/** How the files of a published dataset are laid out. */
export type FileFormat = IdxFormat | CifarFormat

type Kind = FileFormat['kind']
type FormatOf<K extends Kind> = Extract<FileFormat, { readonly kind: K }>

/** Every format of files: one without a row does not compile. */
const rows: { readonly [K in Kind]: FormatRow<FormatOf<K>> } = { idx: idxFiles, cifar: cifarRecords }

/** What is known of a format. */
export function rowOf<K extends Kind>(kind: K): FormatRow<FormatOf<K>> {
  return rows[kind]
}
