import ts from 'typescript'
import { parse } from '../kernel/typescript'
import { declaredNames, type Declared } from './declared'
import type { CellText, NotebookText } from './notebook'

/** A cell as a module of its own: a generated beginning, and then what the user wrote, to the letter. */
export interface VirtualCell {
  readonly cell: CellText
  readonly file: string
  /**
   * Exports the names that the cell declares, and imports those of the cells before it. Everything generated comes
   * first, so that an unclosed brace in the cell hurts nobody but itself, and what follows it is the user's.
   */
  readonly prefix: string
  readonly text: string
  /** The names of earlier cells that can be used here, and what they are there. */
  readonly inherited: ReadonlyMap<string, Inherited>
  readonly declares: ReadonlyMap<string, Declared>
}

export interface Inherited {
  /** The module of the cell that declared it last. */
  readonly file: string
  readonly declared: Declared
}

/** The modules of a notebook's cells. `fileOf` names them; all lie in one folder. */
export function virtualCells(
  notebook: NotebookText,
  fileOf: (cell: CellText) => string,
  declares: (cell: CellText) => ReadonlyMap<string, Declared> = declaredIn,
): VirtualCell[] {
  const scope = new Map<string, Inherited>()
  return notebook.cells.map((cell) => {
    const file = fileOf(cell)
    const declared = declares(cell)
    const inherited = new Map(scope)
    const { prefix, names } = prefixOf(cell, declared, inherited)
    for (const [name, one] of names) scope.set(name, { file, declared: one })
    return { cell, file, prefix, text: prefix + cell.text, inherited, declares: declared }
  })
}

/** What a cell declares, by its text alone. */
export function declaredIn({ text, language }: CellText): ReadonlyMap<string, Declared> {
  return declaredNames(parse(text, language === 'typescript' ? 'cell.ts' : 'cell.js'))
}

/** The generated beginning of a cell, and the names that the cells after it get from this one. */
function prefixOf(
  cell: CellText,
  declared: ReadonlyMap<string, Declared>,
  inherited: ReadonlyMap<string, Inherited>,
): { readonly prefix: string; readonly names: ReadonlyMap<string, Declared> } {
  const names = new Map(declared)
  const imports = new Map<string, string[]>()
  const rest: string[] = []
  for (const [name, { file, declared: before }] of inherited) {
    const now = declared.get(name)
    if (now === undefined) {
      imports.set(file, [...(imports.get(file) ?? []), name])
    } else if (cell.language === 'typescript' && before.value && !now.value) {
      // Only the type of this name is new: its value is still that of the earlier cell, also for those that follow.
      rest.push(`declare const ${name}: typeof import(${specifier(file)}).${name};`)
      names.set(name, { ...before, ...now, value: true, kind: before.kind })
    } else if (cell.language === 'typescript' && before.type && !now.type) {
      rest.push(`type ${name} = import(${specifier(file)}).${name};`)
      names.set(name, { ...now, type: true })
    }
  }
  const exported = [...names].filter(([, { exported }]) => !exported).map(([name]) => name)
  const lines = [
    directives(cell.text),
    `export {${exported.join(',')}};`,
    ...[...imports].map(([file, all]) => `import {${all.join(',')}} from ${specifier(file)};`),
    ...rest,
  ]
  return { prefix: `${lines.join('')}\n`, names }
}

function specifier(file: string): string {
  return `'./${file.slice(file.lastIndexOf('/') + 1)}'`
}

/** Comments that TypeScript obeys only where a file begins, each on a line of its own. */
function directives(text: string): string {
  const comments = ts.getLeadingCommentRanges(text, 0) ?? []
  return comments
    .map(({ pos, end }) => text.slice(pos, end))
    .filter((comment) => /^\/\/(\/\s*<reference\b|\s*@ts-(no)?check\b)/.test(comment))
    .map((comment) => `${comment}\n`)
    .join('')
}
