import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleKernel, type KernelProgram } from './fixture/program'
import { openNotebook, type TestNotebook } from './fixture/notebook'

let program: KernelProgram
let notebook: TestNotebook

beforeAll(async () => {
  program = await bundleKernel()
  notebook = await openNotebook(program.file)
})
afterAll(async () => {
  await notebook.close()
  await program.remove()
})

/** The text shown by the last of some cells, run one after the other. */
async function textOf(...cells: string[]): Promise<string | undefined> {
  let text: string | undefined
  for (const code of cells) {
    const ran = await notebook.run(code)
    expect(ran.outcome, code).toEqual({ kind: 'success' })
    text = ran.text
  }
  return text
}

/** The stack of a cell that fails, with the number of the cell as `N`. */
async function stackOf(code: string): Promise<string> {
  const { outcome } = await notebook.run(code)
  return outcome.kind === 'error' ? outcome.stack.replace(/In\[\d+\]/g, 'In[N]') : ''
}

describe('a name that a cell declares', () => {
  test.each([
    ['a class', 'class Map { static make() { return new Map() } }', 'Map.make() instanceof Map', 'true'],
    ['a function that calls itself', 'function fetch(n) { return n && fetch(n - 1) + 1 }', 'fetch(3)', '3'],
    [
      'a function before its declaration',
      'const early = fetch(); function fetch() { return 7 }',
      'early',
      '7',
    ],
    ['a generator', 'function* Set() { yield 1 }', '[...Set()]', '[ 1 ]'],
    ['an enum', 'enum Map { A }\nenum Map { B = 3 }', 'Map.A + Map.B', '3'],
    ['a namespace', 'namespace Set { export const of = 3 }', 'Set.of', '3'],
    ['an import', 'import { setTimeout } from "node:timers/promises"', 'await setTimeout(1, "v")', `'v'`],
    ['a default import', 'import process, { sep as URL } from "node:path"', 'process.sep === URL', 'true'],
    ['a whole module', 'import * as console from "node:path"', 'typeof console.join', `'function'`],
    ['a pattern', 'const { a: Map, ...Set } = { a: 1, b: 2 }', '[Map, Set]', '[ 1, { b: 2 } ]'],
    ['a pattern of short names', 'let { Map, Set = 4 } = { Map: 3 }', '({ Map, Set })', '{ Map: 3, Set: 4 }'],
    ['a list', 'const [Map, , ...Set] = [1, 2, 3]', '[Map, Set]', '[ 1, [ 3 ] ]'],
    ['var in a block', '{ var Map = 5 }', 'Map', '5'],
    [
      'var in loops',
      'for (var Map = 0; Map < 3; Map++);for (var { Set } of [{ Set: 8 }]);',
      '[Map, Set]',
      '[ 3, 8 ]',
    ],
    ['a decorated class', '@((c: any, _: any) => c) class URL { a = URL.name }', 'new URL().a', `'URL'`],
    ['lab', 'const lab = 1, require = 2', '[lab, require]', '[ 1, 2 ]'],
    [
      'what compiled cells call',
      'const __ticketlabImport = 1; import os from "node:os"',
      '__ticketlabImport',
      '1',
    ],
    [
      'a name like ours',
      'const Map = 1, Map$cell = 2, x$hoisted = 3',
      '[Map, Map$cell, x$hoisted]',
      '[ 1, 2, 3 ]',
    ],
    ['an escaped name', 'const M\\u0061p = 4', 'Map', '4'],
    [
      'a name of another environment',
      'const window = 1, define = 2, HTMLElement = 3',
      'window + define',
      '3',
    ],
  ])('may be the name of a global: %s', async (_, declaration, use, text) => {
    expect(await textOf(`${declaration}\n`, use)).toBe(text)
    await textOf('import { same } from "./outside.mjs"; if (!same()) throw new Error("seen outside")')
  })

  test.each([
    ['parameters', '((Map) => Map)(5)', '5'],
    ['defaults of parameters', '((a = Map) => { var Map = 2; return [a, Map] })()', '[ 1, 2 ]'],
    ['variables of a function', '(() => { if (true) { var Map = 6 } return Map })()', '6'],
    ['variables of a block', 'let inner; { const Map = 7; inner = Map }\ninner', '7'],
    ['functions of a block', 'let called; { called = Map(); function Map() { return 8 } }\ncalled', '8'],
    ['variables of a loop', 'let last; for (const Map of [9]) last = Map\nlast', '9'],
    ['variables of a switch', 'let chosen; switch (1) { case 1: let Map = 10; chosen = Map }\nchosen', '10'],
    ['what is caught', 'let caught; try { throw 11 } catch (Map) { caught = Map }\ncaught', '11'],
    ['names of function expressions', '(function Map() { return typeof Map })()', `'function'`],
    ['names of class expressions', '(class Map { static a = typeof Map }).a', `'function'`],
    ['properties', '({ Map: 12, o: { Map: 13 } }).o.Map', '13'],
    ['methods', '({ Map() { return Map } }).Map()', '1'],
    ['short properties', '({ Map })', '{ Map: 1 }'],
    ['computed keys', '({ [Map]: 2 })', `{ '1': 2 }`],
    ['labels', 'let labelled = 0; Map: for (;;) { labelled = Map; break Map }\nlabelled', '1'],
    ['private names', 'class P { #Map = 14; get() { return this.#Map + Map } }\nnew P().get()', '15'],
    ['templates', '`${Map}`', `'1'`],
    ['types', 'const typed: Map<string, number> = Map as any; typed', '1'],
    ['static blocks', 'class S { static a; static { var Map = 16; S.a = Map } }\nS.a', '16'],
    ['typeof', 'typeof Map', `'number'`],
    ['global properties', 'globalThis.Map.name', `'Map'`],
    ['export', 'export { Map as exported }\nexport default Map', '1'],
  ])('is told apart from others of that name: %s', async (_, code, text) => {
    expect(await textOf('let Map = 1', code)).toBe(text)
  })

  test.each([
    ['const', 'const Map = () => 1'],
    ['let, later', 'let Map; Map = function () {}'],
    ['a list', 'var [Map] = [() => 1], Map = class {}'],
    ['a default', 'const { Map = () => 1 } = {}'],
    ['a default that is assigned', 'let Map; ({ Map = () => 1 } = {})'],
    ['a logical assignment', 'let Map; Map ??= () => 1'],
    ['a function', 'function Map() {}'],
    ['a class', 'class Map {}'],
  ])('names functions and classes: %s', async (_, code) => {
    expect(await textOf(code, 'Map.name')).toBe(`'Map'`)
  })

  test('is told in errors as the user wrote it', async () => {
    await textOf('const Map = 1; class Set { size() { throw new Error("size") } }')
    expect(await stackOf('Map()')).toBe('TypeError: Map is not a function\nCell In[N], line 1, column 1')
    expect(await stackOf('  new Set().size()')).toMatch(
      /^Error: size\nCell In\[N\], line 1, .*in Set\.size\n/,
    )
    expect(await stackOf('Blob; let Blob = 1')).toMatch(/^ReferenceError: .*\bBlob\b[^$]*$/)
  })

  test('hides a global for good, even if its cell fails', async () => {
    await stackOf('throw new Error("first"); const Intl = 1')
    expect(await stackOf('Intl')).toContain('ReferenceError')
    expect(await textOf('const Intl = globalThis.Intl; typeof Intl.DateTimeFormat')).toBe(`'function'`)
  })

  test('is not declared by a cell that V8 does not understand', async () => {
    expect(await stackOf('const WeakMap = 1, fine = 2; /(/')).toContain('SyntaxError')
    expect(await textOf('new WeakMap()')).toBe('WeakMap { <items unknown> }')
    expect(await textOf('function fine() { return 1 }', 'fine()')).toBe('1')
  })
})

describe('declaring again', () => {
  test.each([
    ['var in a for', 'let i = 5, sum = 0', 'for (var i = 0; i < 3; i++) sum += i;\n[i, sum]', '[ 3, 3 ]'],
    ['var in an if', 'let acc = 3', 'if (acc) { var acc = 9 }\nacc', '9'],
    ['var in a try', 'const y1 = 3', 'try { var y1 = 1 } catch {}\ny1', '1'],
    ['var in a switch', 'class y2 {}', 'switch (1) { case 1: var y2 = 2 }\ny2', '2'],
    ['var of a function', 'function y3() {}', 'do { var y3 = 3 } while (false)\ny3', '3'],
    ['var without a value', 'let y4 = 4', 'var y4; y4', '4'],
    ['var from itself', 'var y5 = 5', 'var y5 = y5 ?? 6, y6 = y6 ?? 6; [y5, y6]', '[ 5, 6 ]'],
    ['let after var', 'try { var y7 = 1 } catch {}', 'let y7 = 2; y7', '2'],
    ['a pattern of both', 'function y8() {}', 'const { y8, y9 } = { y8: 1, y9: 2 }; y8 + y9', '3'],
    ['a function of both', 'let g1 = 1', 'function g1() { return 2 }\nvar g1; g1()', '2'],
    ['an enum', 'enum Mode { Dense, Sparse }', 'enum Mode { Winner }\nMode', `{ '0': 'Winner', Winner: 0 }`],
    ['an enum of a function', 'function Kind() {}', 'enum Kind { A }\nKind', `{ '0': 'A', A: 0 }`],
    [
      'a namespace',
      'namespace N1 { export const a = 1 }',
      'namespace N1 { export const b = 2 }\nN1',
      '{ b: 2 }',
    ],
    ['a const enum', 'const enum K1 { A = 7 }', 'K1.A', '7'],
    ['an import', 'function join() {}', 'import { join, sep } from "node:path"; join("a", "b")', `'a/b'`],
  ])('%s', async (_, first, second, text) => {
    expect(await textOf(first, second)).toBe(text)
  })

  test.each([
    'let a1 = 1; let a1 = 2',
    'const a1 = 1; var a1 = 2',
    'function a1() {}\nclass a1 {}',
    'import { sep as a1 } from "node:path"; const a1 = 1',
    'enum E9 { A }\nlet a1; { var a1 = 1 }',
  ])('is refused within one cell: %s', async (code) => {
    await textOf('function a1() {}')
    expect(await stackOf(code)).toMatch(
      /^SyntaxError: Identifier 'a1' has already been declared\nCell In\[N\]/,
    )
  })
})

describe('a constant', () => {
  test.each(['c1 = 2', 'c1 += 1', 'c1++', '--c1', '[c1] = [2]', '({ c1 } = { c1: 2 })', 'for (c1 of [2]);'])(
    'cannot be assigned: %s',
    async (code) => {
      await textOf('const c1 = 1; import { sep as s1 } from "node:path"')
      for (const cell of [
        code,
        `const c1 = 1; ${code}`,
        `const f = () => { ${code} }\nf()`,
        code.replaceAll('c1', 's1'),
      ]) {
        expect(await stackOf(cell), cell).toMatch(
          /^TypeError: Assignment to constant variable '[cs]1'\.\nCell In\[N\]/,
        )
      }
      expect(await textOf('c1')).toBe('1')
    },
  )

  test('may be declared again, and assigned when it is none any more', async () => {
    expect(await textOf('const c2 = 1', 'const c2 = 2; c2')).toBe('2')
    expect(await textOf('let c2 = 3; c2 = 4; c2', 'c2 = 5', 'c2')).toBe('5')
    expect(await textOf('const c2 = 1; { let c2 = 1; c2 = 2 }; c2')).toBe('1')
    expect(await textOf('c2 ||= 9; c2')).toBe('1')
  })

  test('must have a value', async () => {
    expect(await stackOf('const c3')).toContain('must be initialized')
  })
})

test.each(['fetch = 1', 'performance++', '[Map] = [1]', 'for (process of [1]);', 'lab = 1'])(
  'a global is not assigned by accident: %s',
  async (code) => {
    const fresh = await openNotebook(program.file)
    const { outcome } = await fresh.run(code)
    expect(outcome.kind === 'error' && outcome.stack).toMatch(
      /is a global .*globalThis\..* = [^]*\nCell In\[1\], line 1/,
    )
    expect((await fresh.run('globalThis.fetch = 5; fetch')).text).toBe('5')
    await fresh.close()
  },
)

beforeAll(async () => {
  // What a package sees: every global is what it was when it was loaded.
  await writeFile(
    join(notebook.folder, 'outside.mjs'),
    `const then = [Map, Set, fetch, URL, setTimeout, console, process, typeof require, typeof window, typeof define]
     export const same = () => [Map, Set, fetch, URL, setTimeout, console, process, typeof require, typeof window,
       typeof define].every((now, at) => now === then[at])`,
  )
  await textOf('import { same } from "./outside.mjs"')
})
