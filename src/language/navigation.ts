import { pathToFileURL } from 'node:url'
import type { Location, Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver'
import { locationOf, locationsOf, placeOf, rangeOf, type Place } from './places'
import type { Project } from './project'

/** Where a name is declared: in this or another cell, in an imported file, in the declarations of `lab`. */
export function definition(project: Project, uri: string, position: Position): Location[] {
  const place = placeOf(project, uri, position)
  if (!place) return []
  const found = project.service.getDefinitionAtPosition(place.cell.file, place.offset) ?? []
  // `lab` is declared twice, as a value and as the name that its types are found under: one place is enough.
  const ours = found.filter(({ fileName }) => fileName.endsWith('/ticketlab/cells.d.ts'))
  return locationsOf(
    project,
    found.filter((one) => !ours.includes(one) || one === ours[0]),
  )
}

/** Where the type of a value is declared. */
export function typeDefinition(project: Project, uri: string, position: Position): Location[] {
  const place = placeOf(project, uri, position)
  if (!place) return []
  return locationsOf(
    project,
    project.service.getTypeDefinitionAtPosition(place.cell.file, place.offset) ?? [],
  )
}

/** Every place in cells and files where a name is used. */
export function references(
  project: Project,
  uri: string,
  position: Position,
  withDeclaration: boolean,
): Location[] {
  const place = placeOf(project, uri, position)
  if (!place) return []
  const found = project.service.findReferences(place.cell.file, place.offset) ?? []
  const entries = found.flatMap(({ references: all }) => all)
  return locationsOf(
    project,
    entries.filter((entry) => withDeclaration || entry.isDefinition !== true),
  )
}

const renaming = { providePrefixAndSuffixTextForRename: false } as const

/** What would be renamed here; an error says why nothing can be. */
export function prepareRename(
  project: Project,
  uri: string,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | { readonly refused: string } {
  const place = placeOf(project, uri, position)
  if (!place) return { refused: 'You cannot rename this element.' }
  const info = project.service.getRenameInfo(place.cell.file, place.offset, renaming)
  if (!info.canRename) return { refused: info.localizedErrorMessage }
  if (isDeclared(project, place))
    return { refused: 'Names of Ticket Lab, JavaScript and Node cannot be renamed.' }
  const range = rangeOf(place.cell, info.triggerSpan)
  return range ? { range, placeholder: info.displayName } : { refused: 'You cannot rename this element.' }
}

/** Renames a name in all cells, and files, that mean the same by it. */
export function rename(
  project: Project,
  uri: string,
  position: Position,
  newName: string,
): WorkspaceEdit | null {
  const place = placeOf(project, uri, position)
  if (!place || isDeclared(project, place)) return null
  const found = project.service.findRenameLocations(place.cell.file, place.offset, false, false, renaming)
  if (!found) return null
  const changes: Record<string, TextEdit[]> = {}
  for (const { fileName, textSpan, prefixText = '', suffixText = '' } of found) {
    const location = locationOf(project, fileName, textSpan)
    if (!location) continue
    const target = project.cellOfFile(fileName)?.cell.uri ?? pathToFileURL(fileName).href
    ;(changes[target] ??= []).push({ range: location.range, newText: `${prefixText}${newName}${suffixText}` })
  }
  return { changes }
}

/** Whether a name is declared by us, by JavaScript or by Node. */
function isDeclared(project: Project, { cell, offset }: Place): boolean {
  const found = project.service.getDefinitionAtPosition(cell.file, offset) ?? []
  return found.some(({ fileName }) => project.isDeclaration(fileName))
}
