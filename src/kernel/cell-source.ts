import MagicString from 'magic-string'
import { blankSourceFile } from 'ts-blank-space'
import ts from 'typescript'
import { editCell, hasValue, lastStatement } from './cell-edits'
import type { CellName, CellScope } from './cell-names'
import { lastObject } from './last-object'
import { originalPlaces } from './positions'
import { topLevelIdentifiers } from './scopes'
import { sourceMapComment, type SourceMapJson } from './source-map'
import {
  CellSyntaxError,
  needsTranspiling,
  parse,
  refuseImportEquals,
  syntaxErrorOf,
  transpile,
  typeNames,
  type Place,
} from './typescript'

/** A cell ready for V8's REPL mode. */
export interface CompiledCell {
  readonly javascript: string
  /** Whether the value of the last statement is shown: it is an expression, and no assignment. */
  readonly shows: boolean
  /** By the user's name, what the cell declares. */
  readonly names: ReadonlyMap<string, CellName>
  /** Where the user wrote what is at this place of `javascript`; lines and columns count from 1. */
  original(place: Place): Place
  /** Where the user wrote the undeclared `name` that V8 found missing at about `place` of the cell. */
  missing(place: Place, name: string): Place
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
export function compileCell(written: string, url: string, scope: CellScope, file?: string): CompiledCell {
  const { code, map } = lastObject(withoutHashBang(written))
  const before = map === undefined ? [] : [map]
  const source = parse(code, 'cell.ts')
  const error = syntaxErrorOf(source)
  if (error) throw movedTo(error, before, written)
  refuseImportEquals(source)

  let unsupported = needsTranspiling(source)
  const blanked = unsupported ? '' : blankSourceFile(source, () => (unsupported = true))
  const transpiled = unsupported ? transpile(code, 'cell.ts') : undefined
  if (transpiled) before.unshift(transpiled.map)

  const text = transpiled?.code ?? blanked
  const edited = new MagicString(text)
  const last = lastStatement(source)
  const shows = last !== undefined && hasValue(last)
  const facts = { scope, shows, replaced: transpiled ? containers(source) : none, types: typeNames(source) }
  const names = rethrow(
    () => editCell(edited, parse(text, 'cell.js'), facts),
    (error) => movedTo(error, before, written),
  )
  const mapOf = (hires: true | 'boundary'): SourceMapJson =>
    edited.generateMap({ hires, source: 'cell' }).toString()
  let original: ((place: Place) => Place) | undefined
  return {
    javascript: [
      edited.toString(),
      ...(file === undefined ? [] : [sourceMapComment(file, written, [mapOf('boundary'), ...before])]),
      `//# sourceURL=${url}`,
    ].join('\n'),
    shows,
    names,
    missing: (place, name) => placeOfMissing(parse(written, 'cell.ts'), place, name),
    original: (place) => (original ??= throughMaps([mapOf(true), ...before]))(place),
  }
}

/** V8 names the beginning of what it was computing, and for an assignment what comes after the name. */
function placeOfMissing(source: ts.SourceFile, rough: Place, name: string): Place {
  const lines = source.getLineStarts()
  const position = (lines[rough.line - 1] ?? 0) + rough.column - 1
  const uses = topLevelIdentifiers(source).filter(({ text }) => text === name)
  const isAssignedAt = ({ parent }: ts.Identifier): boolean =>
    ts.isBinaryExpression(parent) && parent.operatorToken.getStart(source) === position
  const found = uses.find(isAssignedAt) ?? uses.find((use) => use.getStart(source) >= position)
  if (!found) return rough
  const { line, character } = source.getLineAndCharacterOfPosition(found.getStart(source))
  return { line: line + 1, column: character + 1 }
}

/** Looks a place up in one map after the other. */
function throughMaps(maps: readonly SourceMapJson[]): (place: Place) => Place {
  const steps = maps.map(originalPlaces)
  return (place) => steps.reduce((at, find) => find(at), place)
}

function rethrow<T>(run: () => T, change: (error: CellSyntaxError) => CellSyntaxError): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof CellSyntaxError ? change(error) : error
  }
}

const none: ReadonlySet<string> = new Set()

/** Scripts may begin with a line for a shell: a comment for us. */
function withoutHashBang(code: string): string {
  return code.startsWith('#!') ? `//${code.slice(2)}` : code
}

/** An error whose place is in a text that `maps` lead from, with its place in the one that the user wrote. */
function movedTo(error: CellSyntaxError, maps: readonly SourceMapJson[], written: string): CellSyntaxError {
  const place = throughMaps(maps)(error.place)
  return new CellSyntaxError(error.message, place, written.split(/\r?\n/)[place.line - 1] ?? '')
}

/** The names of enums and namespaces. */
function containers(source: ts.SourceFile): ReadonlySet<string> {
  return new Set(
    source.statements.flatMap((one) =>
      (ts.isEnumDeclaration(one) || ts.isModuleDeclaration(one)) && ts.isIdentifier(one.name)
        ? [one.name.text]
        : [],
    ),
  )
}
