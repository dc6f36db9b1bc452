import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compileCell } from '../../src/kernel/cell-source'
import { moduleFromTypeScript } from '../../src/kernel/typescript'

const file = fileURLToPath(new URL('file:///tmp/cells/a cell.ts'))
const bindings = { declared: new Map(), isBuiltIn: () => false, isLookedFor: () => false }

/** Where the map in `script` says that each place of `word` comes from, as `line:column`, counted from 1. */
function places(script: string, word: string): (string | undefined)[] {
  const [, base64] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(script) ?? []
  const json = Buffer.from(base64!, 'base64').toString()
  const map = new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0])
  return script.split('\n').flatMap((line, index) =>
    [...line.matchAll(new RegExp(`\\b${word}\\b`, 'g'))].map((match) => {
      const entry = map.findEntry(index, match.index)
      return 'originalLine' in entry
        ? `${entry.originalLine + 1}:${entry.originalColumn + 1} of ${entry.originalSource}`
        : undefined
    }),
  )
}

test.each([
  ['the first line, before which something is put', 'const here = 1', '1:7'],
  ['a line whose types are blanked out', 'let a: number = 1\n  const b = a as number, here = 2', '2:26'],
  ['what stands behind an import', 'import { sep } from "node:path"; let here = sep', '1:38'],
  [
    'a cell that TypeScript emits',
    'enum Kind {\n  Dense,\n}\n\n  class A { constructor(readonly x = 1) {} }\nlet here = Kind',
    '6:5',
  ],
])('a debugger finds %s', (_, code, place) => {
  const { javascript } = compileCell(code, 'Cell_In[1]', bindings, file)
  expect(places(javascript, 'here')).toEqual([`${place} of file:///tmp/cells/a%20cell.ts`])
  expect(javascript.split('\n').at(-1)).toBe('//# sourceURL=Cell_In[1]')
})

test('a cell that is run without a file tells debuggers nothing', () => {
  expect(compileCell('1', 'Cell_In[1]', bindings).javascript).not.toContain('sourceMappingURL')
})

test.each([
  ['whose types are blanked out', 'type T = 1\nexport const a: T = 1, here = 2'],
  ['that TypeScript emits', 'enum E {\n  A }\nexport const a: E = 0, here = 2'],
])('a debugger finds what is in a file %s', (_, code) => {
  const [place] = places(moduleFromTypeScript(code, file), 'here')
  expect(place).toBe(`${code.split('\n').length}:24 of file:///tmp/cells/a%20cell.ts`)
})
