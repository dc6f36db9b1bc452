import { parse, syntaxErrorOf } from '../kernel/typescript'
import { mistakes } from './diagnostics'
import type { CellLanguage } from './notebook'
import { createProject } from './project'

/** A cell of a notebook file. */
export interface CheckedCell {
  /** Which code cell it is, from 1: the number that it gets when all are run. */
  readonly number: number
  readonly language: CellLanguage
  readonly text: string
}

/** A mistake in a notebook; line and column count from 1. */
export interface FoundMistake {
  readonly cell: number
  readonly line: number
  readonly column: number
  readonly message: string
}

/**
 * The mistakes that an editor would mark in a notebook: for a cell that cannot be parsed its first syntax error, for
 * the others what is wrong with their types.
 * @param options.types the folder `dist/types`
 * @param options.folder the notebook's folder, from which its imports are resolved
 */
export function checkNotebook(options: {
  readonly types: string
  readonly folder: string
  readonly cells: readonly CheckedCell[]
}): FoundMistake[] {
  const { types, folder, cells } = options
  const project = createProject(types)
  project.set({
    uri: 'notebook',
    folder,
    cells: cells.map(({ number, language, text }) => ({ uri: String(number), language, text })),
  })
  const found = cells.flatMap(({ number, language, text }): FoundMistake[] => {
    const error = syntaxErrorOf(parse(text, language === 'typescript' ? 'cell.ts' : 'cell.js'))
    if (error) return [{ cell: number, ...error.place, message: error.message }]
    return mistakes(project, project.cell(String(number))!).map(({ range, message }) => ({
      cell: number,
      line: range.start.line + 1,
      column: range.start.character + 1,
      message,
    }))
  })
  project.service.dispose()
  return found
}
