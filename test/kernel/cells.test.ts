import { mkdir, utimes, writeFile } from 'node:fs/promises'
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
async function stackOf(code: string): Promise<string[]> {
  const { outcome } = await notebook.run(code)
  return outcome.kind === 'error' ? outcome.stack.replace(/In\[\d+\]/g, 'In[N]').split('\n') : []
}

describe('TypeScript', () => {
  test.each([
    ['types are left out', 'const n: number = 20; interface I { a: string }\nn as unknown', '20'],
    [
      'types are left out at the ends of statements',
      '1 as number\n1 || 2 as number\n3 satisfies number',
      '3',
    ],
    [
      'types are left out at the end of a function',
      'const f = 1;\n() => f as number',
      '[Function (anonymous)]',
    ],
    ['satisfies', 'const o = { a: 1 } satisfies Record<string, number>; o!.a', '1'],
    ['enums', 'enum Color { Red = 3, Blue }\nColor.Blue', '4'],
    ['parameter properties', 'class P { constructor(readonly z: number) {} }\nnew P(4).z', '4'],
    ['namespaces', 'namespace N { export const v = 3 }\nN.v', '3'],
    ['decorators', '@((c: any, _: any) => c) class D {}\nD.name', `'D'`],
    ['generics', 'function id<T>(x: T): T { return x }\nid<string>("s")', `'s'`],
    ['top-level await', 'const five = await Promise.resolve(5); five', '5'],
    ['for await', 'for await (const x of [1, 2]) console.log(x)', undefined],
    ['accessors', 'class Acc { accessor x = 3 }\nnew Acc().x', '3'],
    ['a line for a shell', '#!/usr/bin/env node\n5', '5'],
    ['a default export of an object', 'export default { a: 1, b: 2 }', '{ a: 1, b: 2 }'],
    ['a default export of a class', 'export default class { x = 1 }', '[class default]'],
    ['a default export of a function', 'export default function () {}', '[Function: default]'],
    ['a default export of an arrow function', 'export default async () => 1', '[AsyncFunction: default]'],
    ['an export under another name', 'const e1 = 5; export { e1 as e2 }', undefined],
    ['what was exported under another name', 'e2', '5'],
    [
      'a module that is exported',
      'export * as path from "node:path"; export { sep as slash } from "path"',
      undefined,
    ],
    ['what was exported of a module', '[path.sep, slash]', `[ '/', '/' ]`],
    ['an object that ends a cell', 'const n1 = 1\n{ a: n1 } // as in a browser', '{ a: 1 }'],
    ['a longer one', '1;\n{ a: 1, b: { c: [2] } };', '{ a: 1, b: { c: [ 2 ] } }'],
    ['an empty one', '{}', '{}'],
    ['a block', 'let b1 = 1\n{ b1++; b1 }', undefined],
    ['export is of no consequence', 'export const e = 5; export {}; e', '5'],
  ])('%s', async (_, code, text) => {
    expect(await textOf(code)).toBe(text)
  })
})

describe('variables', () => {
  test('stay from cell to cell', async () => {
    expect(
      await textOf('const a = 1; let b = 2; var c = 3; function d() { return 4 }', '[a, b, c, d()]'),
    ).toBe('[ 1, 2, 3, 4 ]')
  })

  test.each(['const x1 = 1', 'let x1 = 2', 'class x1 {}', 'var x1 = 3', 'function x1() {}'])(
    'declared as `%s` may be declared again in every way',
    async (first) => {
      await textOf(first, 'const x1 = "const"')
      expect(await textOf(first, 'const x1 = "const"; x1')).toBe(`'const'`)
      expect(await textOf(first, 'let x1: string = "let"; x1')).toBe(`'let'`)
      expect(await textOf(first, 'var x1 = "var"; x1')).toBe(`'var'`)
      expect(await textOf(first, 'x1(); function x1() { return 1 }\n x1.name')).toBe(`'x1'`)
      expect(await textOf(first, 'class x1 { a = 1 }; new x1().a')).toBe('1')
      expect(await textOf(first, 'const { x1, y: [z] } = { x1: 5, y: [6] }; x1 + z')).toBe('11')
      expect(await textOf(first, 'import { join as x1 } from "node:path"; typeof x1')).toBe(`'function'`)
    },
  )

  test('must be declared', async () => {
    expect((await stackOf('undeclared = 1'))[0]).toBe('ReferenceError: undeclared is not defined')
  })
})

describe('what a cell shows', () => {
  test.each([
    ['the last expression', '1; 2', '2'],
    ['text in quotes', '"a"', `'a'`],
    ['null', 'null', 'null'],
    ['special numbers', '[-0, NaN, 10n]', '[ -0, NaN, 10n ]'],
    ['minus zero', '-0', '-0'],
    ['a big integer', '10n', '10n'],
    ['a symbol', 'Symbol("s")', 'Symbol(s)'],
    ['the value of a promise that was not awaited', 'Promise.resolve(5)', '5'],
    ['the value of a call that was not awaited', 'async function late() { return 6 }\nlate()', '6'],
    ['the last expression of a sequence', '1, 2', '2'],
    ['an arrow function', 'async () => 5', '[AsyncFunction (anonymous)]'],
    ['a promise in a list', '[Promise.resolve(5)]', '[ Promise { 5 } ]'],
    ['an object with a method called then', '({ then: 1 })', '{ then: 1 }'],
    ['nothing for undefined', 'undefined', undefined],
    ['nothing for an assignment', 'var assigned; assigned = 7', undefined],
    ['nothing for a declaration', 'const declared = 7', undefined],
    ['nothing for a loop', 'for (const x of [1]) x', undefined],
  ])('%s', async (_, code, text) => {
    expect(await textOf(code)).toBe(text)
  })

  test('a plot, with all its formats', async () => {
    const { shown } = await notebook.run('lab.plot()')
    expect(shown).toEqual([
      { 'image/svg+xml': '<svg/>', 'application/json': '{"a":1}', 'text/plain': 'a plot' },
    ])
  })

  test.each([
    ['branches', 'if (true) { lab.plot() } else { lab.plot() }\nif (true) lab.plot()', 2],
    ['loops', 'for (const a of [1, 2]) lab.plot()\nfor (let i = 0; i < 2; i++) { i; lab.plot() }', 4],
    [
      'loops that end later',
      'let n = 0\nwhile (n < 1) { n++; lab.plot() }\ndo { lab.plot() } while (false)',
      2,
    ],
    ['try, catch and finally', 'try { lab.plot(); null.x } catch { lab.plot() } finally { lab.plot() }', 3],
    ['switches', 'switch (1) { case 1: lab.plot(); break; default: lab.plot() }', 1],
    ['blocks and labels', '{ { lab.plot() } }\nout: for (;;) { await lab.plot(); break out }', 2],
    ['cells that need the emitter', 'enum E { A }\nif (E.A === 0) { lab.plot() }', 1],
  ])('plots in %s, as often as they are made', async (_, code, count) => {
    const { shown, outcome } = await notebook.run(code)
    expect(outcome).toEqual({ kind: 'success' })
    expect(shown.map((bundle) => bundle['text/plain'])).toEqual(Array(count).fill('a plot'))
  })

  test('nothing that functions and classes make for themselves, and no other value of a block', async () => {
    const { shown } = await notebook.run(`
      function draw() { lab.plot(); return 1 }
      class Drawing { static { lab.plot() } }
      if (draw()) { 'text'; 5; ({ a: 1 }); [1].forEach(() => { lab.plot() }) }`)
    expect(shown).toEqual([])
  })

  test('every plot that a statement makes, in their order, and other values of the last only', async () => {
    const { shown } = await notebook.run('lab.plot()\n"not shown";\n(1 + 1);\nlab.plot()\n3')
    expect(shown.map((bundle) => bundle['text/plain'])).toEqual(['a plot', 'a plot', '3'])
  })

  test('an output that changes in place', async () => {
    const before = notebook.messages.length
    const { shown } = await notebook.run('await lab.grow()')
    expect(shown).toEqual([{ 'text/plain': 'three' }])
    const displays = notebook.messages.slice(before).flatMap((m) => (m.type === 'output' ? [m.output] : []))
    expect(new Set(displays.map((output) => output.kind === 'display' && output.display)).size).toBe(1)
    expect(displays).toHaveLength(3)
  })

  test('what it prints, in order, before it is done', async () => {
    const before = notebook.messages.length
    await notebook.run(
      'console.log("a"); console.error("b"); process.stdout.write("c\\n"); console.log({ d: 1 })',
    )
    const messages = notebook.messages
      .slice(before)
      .filter(({ type }) => type === 'output' || type === 'done')
    expect(messages.at(-1)?.type).toBe('done')
    const said = messages.map((m) => (m.type === 'output' && m.output.kind === 'stream' ? m.output.text : ''))
    expect(said.join('')).toBe('a\nb\nc\n{ d: 1 }\n')
  })

  test('every line that it prints, in few messages', async () => {
    const before = notebook.messages.length
    const { stdout } = await notebook.run('for (let i = 0; i < 10_000; i++) console.log(i)')
    expect(stdout).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(''))
    expect(notebook.messages.length - before).toBeLessThan(200)
  })

  test('what a program that it starts prints', async () => {
    const code = 'import { execSync } from "node:child_process"; execSync("echo hi", { stdio: "inherit" }); 0'
    await notebook.run(code)
    await notebook.until((m) => m.type === 'output' && m.output.kind === 'stream' && m.output.text === 'hi\n')
  })

  test('but not what Node says of the inspector that evaluates cells', async () => {
    const says = 'printf "Waiting for the debugger to disconnect...\\\\nrest\\\\n" >&2'
    await notebook.run(
      `import { execSync } from "node:child_process"; execSync('${says}', { stdio: "inherit" }); 0`,
    )
    await notebook.until(
      (m) => m.type === 'output' && m.output.kind === 'stream' && m.output.text === 'rest\n',
    )
  })

  test('no more than an editor can bear', async () => {
    const { stdout, stderr } = await notebook.run(
      'for (let i = 0; i < 5000; i++) console.log("x".repeat(1000))',
    )
    expect(stdout.length).toBeLessThan(4_100_000)
    expect(stderr).toContain('what follows is not shown')
  })
})

describe('imports', () => {
  test('of what Node has', async () => {
    expect(await textOf('import fs, { readFileSync } from "node:fs"; fs.readFileSync === readFileSync')).toBe(
      'true',
    )
    expect(await textOf('import * as path from "path"; path.posix.join("a", "b")')).toBe(`'a/b'`)
    expect(await textOf('(await import("node:os")).EOL.length > 0')).toBe('true')
    expect(await textOf('require("node:path").posix.join("a", "b")')).toBe(`'a/b'`)
  })

  test('of a package beside the notebook, for import only', async () => {
    const folder = join(notebook.folder, 'node_modules/beside')
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'package.json'),
      '{ "name": "beside", "type": "module", "exports": { "import": "./main.js" } }',
    )
    await writeFile(join(folder, 'main.js'), 'export default 42; export const name = "beside"')
    expect(await textOf('import beside, { name as its, type Some } from "beside"; [beside, its]')).toBe(
      `[ 42, 'beside' ]`,
    )
  })

  test('of TypeScript, JavaScript and JSON files, which import each other', async () => {
    await writeFile(
      join(notebook.folder, 'model.ts'),
      `import sizes from './sizes.json'
       import { double } from './tools'
       import type { Nothing } from './nowhere'
       export enum Kind { Dense = 5 }
       export const width: number = double(sizes.width)`,
    )
    await writeFile(join(notebook.folder, 'sizes.json'), '{ "width": 100 }')
    await writeFile(join(notebook.folder, 'tools.mjs'), 'export const double = (x) => 2 * x')
    await writeFile(join(notebook.folder, 'package.json'), '{}')
    expect(await textOf('import { Kind, width } from "./model"; [Kind.Dense, width]')).toBe('[ 5, 200 ]')
    expect(await textOf('import { width as same } from "./model.js"; same')).toBe('200')
    expect(await textOf('import sizes from "./sizes.json"; sizes')).toBe('{ width: 100 }')
  })

  test('of a file that was edited since', async () => {
    const file = join(notebook.folder, 'edited.ts')
    await writeFile(file, 'export const version: number = 1')
    expect(await textOf('import { version } from "./edited"; version')).toBe('1')
    await writeFile(file, 'export const version: number = 2')
    await utimes(file, new Date(), new Date(Date.now() + 5000))
    expect(await textOf('import { version } from "./edited"; version')).toBe('2')
  })

  test('of a file that imports a file that was edited since: what did not change keeps its state', async () => {
    const put = async (file: string, code: string): Promise<string> => {
      await writeFile(join(notebook.folder, file), code)
      return file
    }
    await put('below.ts', 'export const below: number = 1')
    await put('state.ts', 'export const state = { count: 0 }')
    await put('numbers.json', '{ "a": 1 }')
    await put('needed.cjs', 'exports.needed = require("./deeper.cjs")')
    await put('deeper.cjs', 'module.exports = 1')
    await put('round.ts', 'import "./above"; export const round = 1')
    await put(
      'above.ts',
      `import { below } from './below'
       import { state } from './state'
       import numbers from './numbers.json'
       import { needed } from './needed.cjs'
       import { round } from './round'
       export const all = () => [below, state.count, numbers.a, needed, round]
       export { state }`,
    )
    const all = 'import { all, state } from "./above"; [...all(), require("./needed.cjs").needed].join()'
    expect(await textOf(`${all}; state.count++`, all)).toBe(`'1,1,1,1,1,1'`)
    expect(await textOf('const before = all', 'import { all } from "./above"; all === before')).toBe('true')
    await put('below.ts', 'export const below: number = 20')
    expect(await textOf(all)).toBe(`'20,1,1,1,1,1'`)
    await put('numbers.json', '{ "a": 30 }')
    expect(await textOf(all)).toBe(`'20,1,30,1,1,1'`)
    await put('deeper.cjs', 'module.exports = 40')
    expect(await textOf(all)).toBe(`'20,1,30,40,1,40'`)
    expect(await textOf('(await import("./above")).all === all')).toBe('true')
  })

  test('of names that a module does not have name both', async () => {
    const [told, at] = await stackOf('1;\nimport { sepp } from "node:path"')
    expect(told).toBe(
      `SyntaxError: The module 'node:path' has no export named 'sepp'. Did you mean 'sep'? If it is a type, write: import type { sepp }.`,
    )
    expect(at).toBe('Cell In[N], line 2, column 1')
    expect(await textOf('import { Type } from "node:path"; const typed: Type = 5 as any; typed')).toBe('5')
  })

  test('can be resolved', async () => {
    await writeFile(join(notebook.folder, 'resolved.ts'), '')
    expect(await textOf('import.meta.resolve("./resolved")')).toMatch(/^'file:\/\/.*\/resolved\.ts'$/)
    expect(await textOf('import.meta.resolve("fs")')).toBe(`'node:fs'`)
  })

  test('that find nothing say where they looked', async () => {
    expect((await stackOf('import x from "no-such-package"'))[0]).toContain(
      `run "npm install no-such-package" in ${notebook.folder}`,
    )
    expect((await stackOf('import x from "./nowhere"'))[0]).toContain(join(notebook.folder, 'nowhere'))
  })

  test('of a file with a syntax error name the file and its line', async () => {
    await writeFile(join(notebook.folder, 'broken.ts'), 'const a = 1\nconst b = ;')
    expect((await stackOf('import { a } from "./broken"'))[0]).toMatch(/Expression expected.*broken\.ts:2:11/)
  })

  test('read files from beside the notebook', async () => {
    await writeFile(join(notebook.folder, 'data.csv'), 'a,b')
    expect(await textOf('import { readFileSync } from "node:fs"; readFileSync("data.csv", "utf8")')).toBe(
      `'a,b'`,
    )
  })
})

describe('errors', () => {
  test('name cell, line and column, without our own frames', async () => {
    expect(await stackOf('const one = 1\n\n  null.x')).toEqual([
      `TypeError: Cannot read properties of null (reading 'x')`,
      'Cell In[N], line 3, column 8',
    ])
  })

  test('name the cell in which a function was written', async () => {
    await notebook.run('function inner() {\n  throw new Error("boom")\n}')
    const { outcome } = await notebook.run('const f = () => inner()\nf()')
    const stack = outcome.kind === 'error' ? outcome.stack.split('\n') : []
    const counts = stack.map((line) => Number(/In\[(\d+)\]/.exec(line)?.[1]))
    expect(stack.map((line) => line.replace(/\d+\]/, 'N]'))).toEqual([
      'Error: boom',
      'Cell In[N], line 2, column 9, in inner',
      'Cell In[N], line 1, column 17, in f',
      'Cell In[N], line 2, column 1',
    ])
    expect(counts[1]).toBe(counts[2]! - 1)
  })

  test('keep their lines after an await, an import and an enum', async () => {
    const code =
      'import { sep } from "node:path"\nenum E {\n  A,\n}\nawait null\nthrow new Error(sep && "late")'
    expect((await stackOf(code))[1]).toMatch(/^Cell In\[N\], line 6, /)
  })

  test('tell frames of files beside the notebook', async () => {
    await writeFile(
      join(notebook.folder, 'throws.ts'),
      'type A = 1\nexport function f(): never {\n  throw new Error("f")\n}',
    )
    const stack = await stackOf('import { f } from "./throws"\nf()')
    expect(stack[1]).toMatch(/^ {4}at f \(.*throws\.ts:3:9\)$/)
    expect(stack[2]).toBe('Cell In[N], line 2, column 1')
  })

  test('tell their cause', async () => {
    expect(await stackOf('throw new Error("outer", { cause: new RangeError("inner") })')).toEqual([
      'Error: outer',
      'Cell In[N], line 1, column 7',
      'Caused by RangeError: inner',
      'Cell In[N], line 1, column 35',
    ])
  })

  test('may be any value', async () => {
    expect(await stackOf('throw { a: 1 }')).toEqual(['Thrown: { a: 1 }'])
  })

  test('of syntax show the line', async () => {
    expect(await stackOf('const a = 1\n  const y: number = ;')).toEqual([
      'SyntaxError: Expression expected.',
      'Cell In[N], line 2, column 21',
      '      const y: number = ;',
      '                        ^',
    ])
  })

  test('of syntax that only V8 finds show the line', async () => {
    expect((await stackOf('let twice = 1\nlet twice = 2')).slice(0, 2)).toEqual([
      `SyntaxError: Identifier 'twice' has already been declared`,
      'Cell In[N], line 2, column 5',
    ])
  })

  test('that nobody awaits are told in the cell', async () => {
    const wait = '; await new Promise((done) => setTimeout(done, 20))'
    expect((await notebook.run(`void Promise.reject(new Error("later"))${wait}`)).stderr).toMatch(
      /^Uncaught Error: later\nCell In\[\d+\], line 1/,
    )
    expect((await notebook.run(`setTimeout(() => { throw new Error("tick") }, 1)${wait}`)).stderr).toMatch(
      /^Uncaught Error: tick/,
    )
  })

  test.each([
    ['before others', 'Promise.reject(new Error("lost")); 5', '5'],
    ['kept in a variable', 'const lost = Promise.reject(new Error("lost"))', undefined],
    ['of a function', 'async function fails() { throw new Error("lost") }\nfails(); 5', '5'],
  ])('that nobody awaits are told before the cell ends: %s', async (_, code, text) => {
    const ran = await notebook.run(code)
    expect(ran).toMatchObject({ outcome: { kind: 'success' }, text })
    expect(ran.stderr).toMatch(/^Uncaught Error: lost\nCell In\[\d+\], line 1/)
  })

  test('of a promise that the last expression is are those of the cell', async () => {
    expect(await stackOf('5;\n  Promise.reject(new Error("last"))')).toEqual([
      'Error: last',
      'Cell In[N], line 2, column 18',
    ])
  })

  test('process.exit says why it does not', async () => {
    expect((await stackOf('process.exit(3)'))[0]).toContain('restart the kernel')
  })
})

describe('lab', () => {
  test('is told where everything is kept', async () => {
    expect(await textOf('JSON.stringify(lab.places())')).toBe(
      `'${JSON.stringify({
        store: join(notebook.folder, 'store'),
        backends: process.env['TICKETLAB_BACKENDS'] ?? join(notebook.folder, 'home/backends'),
        trainers: 3,
      })}'`,
    )
  })

  test('tells what is running: the last word always arrives', async () => {
    await notebook.run('lab.announce("quick")')
    await notebook.until((m) => m.type === 'activity' && m.activity.runs[0]?.done === 10)
    expect(notebook.messages.filter((m) => m.type === 'activity')).toHaveLength(2)
  })

  test('can cancel a run', async () => {
    notebook.kernel.cancel(7)
    expect(await textOf('lab.cancelled')).toBe('[ 7 ]')
  })
})
