import type ts from 'typescript'
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver'
import { formatting, preferences } from './preferences'
import { rangeOf } from './places'
import type { KnownCell, Project } from './project'

/** What TypeScript can do about mistakes in a cell. */
export function fixes(project: Project, uri: string, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const cell = project.cell(uri)
  if (!cell) return []
  return diagnostics.flatMap((diagnostic) => {
    const code = codeOf(diagnostic)
    if (code === undefined) return []
    if (code === misspeltOption) return optionFix(cell, diagnostic)
    const start = cell.prefix.length + cell.document.offsetAt(diagnostic.range.start)
    const end = cell.prefix.length + cell.document.offsetAt(diagnostic.range.end)
    const found = project.service.getCodeFixesAtPosition(
      cell.file,
      start,
      end,
      [code],
      formatting,
      preferences,
    )
    return found.flatMap(({ description, changes, fixName }): CodeAction[] => {
      const edits = changes.flatMap(({ fileName, textChanges }) => {
        const target = project.cellOfFile(fileName)
        const made = target ? textEdits(target, textChanges) : []
        return target && made.length > 0 ? ([[target.cell.uri, made]] as const) : []
      })
      if (edits.length < changes.length) return []
      const isPreferred = found.length === 1 && preferred.has(fixName)
      return [
        {
          title: description,
          kind: 'quickfix',
          diagnostics: [diagnostic],
          edit: { changes: Object.fromEntries(edits) },
          ...(isPreferred ? { isPreferred } : {}),
        },
      ]
    })
  })
}

/** An option that does not exist, where one is called almost the same: TypeScript says so, but has no fix for it. */
const misspeltOption = 2561

function optionFix(cell: KnownCell, diagnostic: Diagnostic): CodeAction[] {
  const [, meant] = /'([^']+)'\?$/.exec(messageOf(diagnostic)) ?? []
  if (meant === undefined) return []
  return [
    {
      title: `Change spelling to '${meant}'`,
      kind: 'quickfix',
      diagnostics: [diagnostic],
      isPreferred: true,
      edit: { changes: { [cell.cell.uri]: [{ range: diagnostic.range, newText: meant }] } },
    },
  ]
}

function messageOf({ message }: Diagnostic): string {
  return typeof message === 'string' ? message : message.value
}

/** Fixes that are right when there is no other. */
const preferred = new Set(['import', 'spelling'])

/**
 * How mistakes are marked: as `TS2304`, since a bare number would make VS Code's own TypeScript offer fixes of its
 * own, which know nothing of the other cells.
 */
export function markOf(code: number): string {
  return `TS${code}`
}

function codeOf({ code }: Diagnostic): number | undefined {
  const [, digits] = /^TS(\d+)$/.exec(String(code)) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The part of changes that is about one cell. */
export function editsIn(cell: KnownCell, changes: readonly ts.FileTextChanges[]): TextEdit[] {
  return changes.flatMap(({ fileName, textChanges }) =>
    fileName === cell.file ? textEdits(cell, textChanges) : [],
  )
}

function textEdits(cell: KnownCell, changes: readonly ts.TextChange[]): TextEdit[] {
  return changes.map(({ span, newText }) => {
    const range = rangeOf(cell, span)
    if (range) return { range, newText }
    // Beside what was generated: an import, which becomes the first line of the cell.
    const start = { line: 0, character: 0 }
    return { range: { start, end: start }, newText: `${newText.trim()}\n` }
  })
}
