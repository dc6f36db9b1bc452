import { expect, test } from 'vitest'
import type { CellText } from '../../src/language/notebook'
import { virtualCells, type VirtualCell } from '../../src/language/virtual-cells'

/** The modules of TypeScript cells with these texts, named `/n/1.ts` and so on. */
function modules(...texts: readonly string[]): VirtualCell[] {
  const cells = texts.map((text, index): CellText => ({ uri: `${index + 1}`, language: 'typescript', text }))
  return virtualCells({ uri: 'n', folder: '/n', cells }, ({ uri }) => `/n/${uri}.ts`)
}

test('a cell is a module: first what is generated, then what was written, to the letter', () => {
  const [first, second] = modules('const a = 1\r\nlet b', 'a + b')
  expect(first!.text).toBe('export {a,b};\nconst a = 1\r\nlet b')
  expect(second!.text).toBe("export {};import {a,b} from './1.ts';\na + b")
})

test('a name comes from the cell that declared it last before this one', () => {
  const [, , third, fourth] = modules('const a = 1', 'const a = 2', 'a', 'const a = 3')
  expect(third!.prefix).toBe("export {};import {a} from './2.ts';\n")
  expect(fourth!.prefix).toBe('export {a};\n')
})

test.each([
  ['function f() {}; class C {}; enum E { A }; namespace N { export const x = 1 }', ['f', 'C', 'E', 'N']],
  ['interface I {}; type T = 1', ['I', 'T']],
  ['const { a, b: [c, ...d] } = x', ['a', 'c', 'd']],
  ['import e, { f as g } from "m"; import * as h from "m"', ['e', 'g', 'h']],
  ['if (x) { var kept = 1; let lost = 2 } for (var i = 0; ;) {}', ['kept', 'i']],
  ['function f() { var lost } ; (() => { var lost })()', ['f']],
  ['export const a = 1; export default function b() {}', ['a', 'b']],
  ['#!/usr/bin/env node\nconst a = 1', ['a']],
  ['const a = 1; function b() { {', ['a', 'b']],
  ['const = 5; let 7; class {', []],
  ['\uFEFFconst a = 1', ['a']],
  ['', []],
])('%s declares %j', (text, names) => {
  expect([...modules(text)[0]!.declares.keys()]).toEqual(names)
})

test('what a cell exports itself is not exported again', () => {
  expect(modules('export const a = 1; const b = 2; export { b as c }')[0]!.prefix).toBe('export {b};\n')
})

test('a type of the name of an earlier value leaves the value, and the other way round', () => {
  const [, second, third] = modules('const Mode = 1', 'type Mode = 2', 'Mode')
  expect(second!.prefix).toBe("export {Mode};declare const Mode: typeof import('./1.ts').Mode;\n")
  expect(third!.prefix).toBe("export {};import {Mode} from './2.ts';\n")
  expect(modules('interface P {}', 'const P = 1')[1]!.prefix).toBe(
    "export {P};type P = import('./1.ts').P;\n",
  )
})

test('comments that TypeScript obeys at the beginning of a file stay at its beginning', () => {
  expect(modules('// @ts-check\n/// <reference types="x" />\n1')[0]!.text).toBe(
    '// @ts-check\n/// <reference types="x" />\nexport {};\n// @ts-check\n/// <reference types="x" />\n1',
  )
})
