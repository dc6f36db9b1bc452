import ts from 'typescript'
import type { Range } from 'vscode-languageserver'
import { rangeOf } from './places'
import type { KnownCell, Project } from './project'

/** A mistake in a cell. */
export interface Mistake {
  readonly range: Range
  readonly code: number
  readonly message: string
}

/** What TypeScript says of modules, and is no mistake in cells. */
const noMistakes = new Set([
  // Assigning a name of an earlier cell: to TypeScript it is imported, and so constant.
  2632,
  // A name that is not used in its own cell may be used in a later one.
  6133, 6192, 6196, 6198,
])

/** `x` is used before its declaration: where an earlier cell has declared it too, that value is meant. */
const usedBeforeDeclared = new Set([2448, 2449, 2450, 2454])

/** `x` may be undefined: TypeScript does not know what other cells have assigned to a variable. */
const maybeUndefined = new Set([18047, 18048, 18049])

/** Unknown names for which TypeScript advises to install types, or the library of browsers: neither helps here. */
const badAdvice = new Set([2580, 2581, 2582, 2584, 2591, 2592, 2593])

/** The mistakes in the types of a cell. Syntax errors are not among them; a cell of JavaScript has none. */
export function mistakes(project: Project, cell: KnownCell): Mistake[] {
  if (cell.cell.language !== 'typescript' || /^\s*\/\/\s*@ts-nocheck\b/.test(cell.cell.text)) return []
  return project.service.getSemanticDiagnostics(cell.file).flatMap((diagnostic) => {
    const { start, length, code, messageText } = diagnostic
    if (start === undefined || noMistakes.has(code)) return []
    const range = rangeOf(cell, { start, length: length ?? 0 })
    if (!range) return []
    const inherited = cell.inherited.get(cell.text.slice(start, start + (length ?? 0)))
    if (inherited && usedBeforeDeclared.has(code)) return []
    if (inherited?.declared.kind === 'let' && maybeUndefined.has(code)) return []
    const message = ts.flattenDiagnosticMessageText(messageText, '\n')
    return [
      { range, code, message: badAdvice.has(code) ? message.replace(/\. Do you need[^]*/, '.') : message },
    ]
  })
}
