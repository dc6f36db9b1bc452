/** A code cell, as the editor or a file has it. */
export interface CellText {
  /** Any name that stays the same while the cell is edited or moved. */
  readonly uri: string
  readonly language: CellLanguage
  readonly text: string
}

export type CellLanguage = 'typescript' | 'javascript'

/** The code cells of a notebook in their order. */
export interface NotebookText {
  readonly uri: string
  /** The folder from which its imports are resolved. */
  readonly folder: string
  readonly cells: readonly CellText[]
}
