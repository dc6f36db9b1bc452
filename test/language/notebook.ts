import { fileURLToPath } from 'node:url'
import type { Position } from 'vscode-languageserver'
import { completion } from '../../src/language/completion'
import { mistakes } from '../../src/language/diagnostics'
import type { CellText } from '../../src/language/notebook'
import { createProject, type Project } from '../../src/language/project'

export const types = fileURLToPath(new URL('../../dist/types', import.meta.url))

/** A cell of TypeScript, or of the language given. */
export type GivenCell = string | Pick<CellText, 'language' | 'text'>

/** A notebook that TypeScript knows, its cells named `0`, `1`, ... */
export interface TestNotebook {
  readonly project: Project
  /** Sets the cells; in one of them `|` is where the cursor is. */
  set(...cells: readonly GivenCell[]): Cursor
  /** What is wrong in each cell: the marked text and the number of the message. */
  mistakes(): string[][]
}

export interface Cursor {
  readonly uri: string
  readonly position: Position
  /** The names offered there. */
  offered(trigger?: string): string[]
}

export function testNotebook(folder = '/nowhere/at/all'): TestNotebook {
  const project = createProject(types)
  return {
    project,
    set(...given) {
      let cursor: Pick<Cursor, 'uri' | 'position'> = { uri: '0', position: { line: 0, character: 0 } }
      const cells = given.map((one, index): CellText => {
        const { language, text } =
          typeof one === 'string' ? { language: 'typescript' as const, text: one } : one
        const at = text.indexOf('|')
        if (at < 0) return { uri: `${index}`, language, text }
        const lines = text.slice(0, at).split('\n')
        const position = { line: lines.length - 1, character: lines.at(-1)!.length }
        cursor = { uri: `${index}`, position }
        return { uri: `${index}`, language, text: text.replace('|', '') }
      })
      project.set({ uri: 'notebook', folder, cells })
      const { uri, position } = cursor
      return {
        uri,
        position,
        offered: (trigger) =>
          completion(project, uri, position, trigger)?.items.map(({ label }) => label) ?? [],
      }
    },
    mistakes: () =>
      project.notebook('notebook')!.cells.map(({ uri }) => {
        const cell = project.cell(uri)!
        return mistakes(project, cell).map(({ range, code }) => `${cell.document.getText(range)} ${code}`)
      }),
  }
}
