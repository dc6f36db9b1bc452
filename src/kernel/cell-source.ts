import { SourceMap } from 'node:module'
import MagicString from 'magic-string'
import { blankSourceFile } from 'ts-blank-space'
import { needsTranspiling, parse, syntaxErrorOf, transpile, type Place } from './typescript'
import { editCell, hasValue, lastStatement, type Bindings } from './cell-edits'
import { sourceMapComment } from './source-map'

/** A cell ready for V8's REPL mode. */
export interface CompiledCell {
  readonly javascript: string
  /** Whether the value of the last statement is shown: it is an expression, and no assignment. */
  readonly shows: boolean
  /** Where the user wrote what is at this place of `javascript`; lines and columns count from 1. */
  original(place: Place): Place
}

/**
 * Turns a cell of TypeScript into a script that V8's REPL mode runs: types blanked out (so lines and columns
 * stay), imports turned into calls, declarations made redeclarable. Enums and other syntax that has a run-time
 * meaning of its own go through TypeScript's emitter instead.
 *
 * @param url the name of the script in stacks
 * @param file where debuggers are told that the code stands; without it, they are told nothing
 * @throws CellSyntaxError with the place of the first error
 */
export function compileCell(code: string, url: string, bindings: Bindings, file?: string): CompiledCell {
  const source = parse(code, 'cell.ts')
  const error = syntaxErrorOf(source)
  if (error) throw error

  let unsupported = needsTranspiling(source)
  const blanked = unsupported ? '' : blankSourceFile(source, () => (unsupported = true))
  const transpiled = unsupported ? transpile(code, 'cell.ts') : undefined

  const text = transpiled?.code ?? blanked
  const edited = new MagicString(text)
  const tree = transpiled ? parse(text, 'cell.js') : source
  editCell(edited, tree, bindings)
  edited.prepend('"use strict";')

  const last = lastStatement(source)
  const maps: SourceMap[] = []
  return {
    javascript: [
      edited.toString(),
      ...(file === undefined
        ? []
        : [
            sourceMapComment(file, code, [
              edited.generateMap({ hires: 'boundary', source: 'cell' }).toString(),
              ...(transpiled ? [transpiled.map] : []),
            ]),
          ]),
      `//# sourceURL=${url}`,
    ].join('\n'),
    shows: last !== undefined && hasValue(last),
    original(place) {
      if (maps.length === 0) {
        maps.push(new SourceMap(payload(edited.generateMap({ hires: true, source: 'cell' }).toString())))
        if (transpiled) maps.push(new SourceMap(payload(transpiled.map)))
      }
      return maps.reduce(lookUp, place)
    },
  }
}

function payload(json: string): ConstructorParameters<typeof SourceMap>[0] {
  return JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]
}

function lookUp(place: Place, map: SourceMap): Place {
  const entry = map.findEntry(place.line - 1, place.column - 1)
  return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : place
}
