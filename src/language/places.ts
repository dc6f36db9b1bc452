import { pathToFileURL } from 'node:url'
import type ts from 'typescript'
import type { Location, Position, Range } from 'vscode-languageserver'
import type { KnownCell, Project } from './project'

/** A place in the module of a cell. */
export interface Place {
  readonly cell: KnownCell
  readonly offset: number
}

/** Where a position of a cell is in its module; undefined for a cell that nobody has told of. */
export function placeOf(project: Project, uri: string, position: Position): Place | undefined {
  const cell = project.cell(uri)
  if (!cell) return undefined
  return { cell, offset: cell.prefix.length + cell.document.offsetAt(position) }
}

/** The part of the cell that a span of its module is; undefined for what was generated. */
export function rangeOf(cell: KnownCell, { start, length }: ts.TextSpan): Range | undefined {
  const begin = start - cell.prefix.length
  if (begin < 0) return undefined
  return { start: cell.document.positionAt(begin), end: cell.document.positionAt(begin + length) }
}

/** A span of any file, as an editor opens it. */
export function locationOf(project: Project, file: string, span: ts.TextSpan): Location | undefined {
  const cell = project.cellOfFile(file)
  if (cell) {
    const range = rangeOf(cell, span)
    return range && { uri: cell.cell.uri, range }
  }
  const source = project.service.getProgram()?.getSourceFile(file)
  if (!source) return undefined
  return {
    uri: pathToFileURL(file).href,
    range: {
      start: source.getLineAndCharacterOfPosition(span.start),
      end: source.getLineAndCharacterOfPosition(span.start + span.length),
    },
  }
}

/** The locations that there are, each once. */
export function locationsOf(
  project: Project,
  spans: readonly { readonly fileName: string; readonly textSpan: ts.TextSpan }[],
): Location[] {
  const found = new Map<string, Location>()
  for (const { fileName, textSpan } of spans) {
    const location = locationOf(project, fileName, textSpan)
    if (location) found.set(`${fileName} ${textSpan.start}`, location)
  }
  return [...found.values()]
}
