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

/** The stack of a cell that fails, with the number of the cell as `N`. */
async function stackOf(code: string): Promise<string[]> {
  const { outcome } = await notebook.run(code)
  return outcome.kind === 'error' ? outcome.stack.replace(/In\[\d+\]/g, 'In[N]').split('\n') : []
}

describe('the place of an error', () => {
  test.each([
    ['what does not exist, awaited', 'const b = 2\n  await missing()', 'line 2, column 9'],
    ['what does not exist, in a sum', 'let s = 1\nconst g = 5 +\n  missing(1)', 'line 3, column 3'],
    ['what does not exist, in an argument', 'console.log(\n  1,\n  missing)', 'line 3, column 3'],
    [
      'what does not exist, returned',
      'const r = async () => {\n  return missing\n}\nr()',
      'line 2, column 10, in r',
    ],
    ['what is not declared, assigned', '1;\n  missing = 5', 'line 2, column 3'],
    ['a cell with an enum', 'enum E1 { A }\n\n  const c = 1 + missing()', 'line 3, column 17'],
    ['a cell with a decorator', '@((c: any, _: any) => c) class D1 {}\n  null.x', 'line 2, column 8'],
    ['after an import', 'import {\n  sep,\n} from "node:path"; null.x', 'line 3, column 26'],
    ['a name that is a global, too', 'const Map = (f: any) => f()\n  Map(() => null.x)', 'line 2, column 18'],
    ['a last object', 'const n = null\n{ a: n.x }', 'line 2, column 8'],
    ['a line for a shell', '#!/usr/bin/env node\n  null.x', 'line 2, column 8'],
    ['a thrown error', 'if (true) {\n    throw new Error("x") }', 'line 2, column 11'],
    ['an import of nothing', '1;\n  import x from "./nowhere"', 'line 2, column 3'],
    ['var in a loop', 'for (var v1 = null; ;)\n  v1.x', 'line 2, column 6'],
  ])('%s', async (_, code, place) => {
    expect((await stackOf(code)).find((line) => line.startsWith('Cell'))).toBe(`Cell In[N], ${place}`)
  })

  test('of syntax in an object that ends a cell, and in what TypeScript emits', async () => {
    expect((await stackOf('const a = 1\n{ a: 1, b }; let a'))[1]).toMatch(/line 2, column/)
    expect((await stackOf('enum E2 { A }\nlet e2 = 1\n  let e2 = 2'))[1]).toBe('Cell In[N], line 3, column 7')
  })

  test('in files is the one that was written', async () => {
    await writeFile(
      join(notebook.folder, 'emitted.ts'),
      'export enum E { A }\ntype X = 1\nexport function call(f: any) {\n  f()\n}',
    )
    expect(await stackOf('import { call } from "./emitted"\ncall(() => null.x)')).toEqual([
      `TypeError: Cannot read properties of null (reading 'x')`,
      'Cell In[N], line 2, column 17',
      expect.stringMatching(/^ {4}at call \(.*emitted\.ts:4:3\)$/) as string,
      'Cell In[N], line 2, column 1',
    ])
  })
})

describe('a stack', () => {
  const chain = `function inner() { throw new Error("boom") }
    class Kind { async go() { await null; inner() } }
    const run = async () => { await new Kind().go() }`

  test('has names of functions, and nothing that the user did not write', async () => {
    expect(await stackOf(`${chain}\nawait Promise.all([1].map(run))`)).toEqual([
      'Error: boom',
      expect.stringMatching(/line 1, column 26, in inner$/) as string,
      expect.stringMatching(/line 2, column \d+, in Kind\.go$/) as string,
      expect.stringMatching(/line 3, column \d+, in run$/) as string,
      'Cell In[N], line 4, column 1',
    ])
  })

  test('that a user prints says the same', async () => {
    const { stdout, stderr } = await notebook.run(
      `${chain}\ntry { inner() } catch (error) { console.log(error.stack); console.error(error) }
      for (const { reason } of await Promise.allSettled([run()])) console.log(reason.stack)`,
    )
    const lines = (text: string): string[] =>
      text
        .trim()
        .replace(/In\[\d+\]/g, 'In[N]')
        .split('\n')
    const first = [
      'Error: boom',
      '    at inner (Cell In[N], line 1, column 26)',
      '    at Cell In[N], line 4, column 7',
    ]
    expect(lines(stderr)).toEqual(first)
    expect(lines(stdout).slice(0, 3)).toEqual(first)
    expect(lines(stdout).slice(3)).toEqual([
      ...first.slice(0, 2),
      expect.stringMatching(/^ {4}at Kind\.go \(Cell In\[N\], line 2/) as string,
      expect.stringMatching(/^ {4}at run \(Cell In\[N\], line 3/) as string,
      expect.stringMatching(/^ {4}at Cell In\[N\], line 5/) as string,
    ])
  })

  test('of a long recursion shows its top and its end', async () => {
    const stack = await stackOf('const down = (n) => 1 + down(n + 1)\n\n\ndown(0)')
    expect(stack.length).toBeLessThan(20)
    expect(stack[0]).toContain('Maximum call stack')
    expect(stack).toContain('    ...')
  })

  test('tells errors within errors, and causes that are none', async () => {
    expect(
      await stackOf('throw new AggregateError([new RangeError("a"), 5], "many", { cause: { code: 7 } })'),
    ).toEqual([
      'AggregateError: many',
      'Cell In[N], line 1, column 7',
      'Error 1 of 2: RangeError: a',
      'Cell In[N], line 1, column 27',
      'Error 2 of 2: 5',
      'Caused by { code: 7 }',
    ])
    expect(await stackOf('const round = new Error("round"); round.cause = round; throw round')).toEqual([
      'Error: round',
      'Cell In[N], line 1, column 15',
      'Caused by Error: round',
    ])
  })

  test('has the message that the error has now', async () => {
    const code = 'const later = new Error("first"); later.stack; later.message = "second"; throw later'
    expect(await stackOf(code)).toEqual(['Error: second', 'Cell In[N], line 1, column 15'])
  })
})

/** What is thrown, and what must be told of it. */
const odd: [name: string, expression: string, told: RegExp][] = [
  ['a proxy that refuses', 'new Proxy({}, new Proxy({}, { get() { throw 1 } }))', /^Thrown: /],
  ['a proxy of an error', 'new Proxy(new Error("in a proxy"), {})', /in a proxy/],
  [
    'a revoked proxy',
    '(({ proxy, revoke }) => (revoke(), proxy))(Proxy.revocable({}, {}))',
    /^Thrown: <Revoked Proxy>/,
  ],
  [
    'a revoked proxy of an error',
    '(({ proxy, revoke }) => (revoke(), proxy))(Proxy.revocable(new Error(), {}))',
    /^Thrown: <Revoked Proxy>/,
  ],
  ['a stack that is no text', 'Object.assign(new Error("no text"), { stack: { no: 1 } })', /^Error: no text/],
  ['an empty stack', 'Object.assign(new Error("empty"), { stack: "" })', /^Error: empty/],
  ['a stack that is null', 'Object.assign(new Error("null"), { stack: null })', /^Error: null/],
  ['a message that is no text', 'Object.assign(new Error(), { message: 7n })', /7n|Error/],
  ['a name that is a symbol', 'Object.assign(new Error("named"), { name: Symbol("s") })', /named/],
  [
    'getters that throw',
    `Object.defineProperties(new Error("m"), Object.fromEntries(['name', 'message', 'stack', 'cause', 'errors',
      'constructor'].map((key) => [key, { get() { throw new Error(key) } }])))`,
    /^Error/,
  ],
  ['an error without a prototype', 'Object.setPrototypeOf(new Error("bare"), null)', /^Error: bare/],
  ['an object without a prototype', 'Object.create(null)', /^Thrown: \[Object: null prototype\]/],
  [
    'what cannot be inspected',
    '({ get [Symbol.toStringTag]() { throw 1 } })',
    /^Thrown: an object that cannot be shown/,
  ],
  ['nothing', 'undefined', /^Thrown: undefined/],
  ['a symbol', 'Symbol("s")', /^Thrown: Symbol\(s\)/],
  ['a class', 'class {}', /^Thrown: \[class/],
  ['a long message', 'new Error("x".repeat(3e6))', /^Error: x+\.\.\. \(\d+ more characters\)/],
]
const hooks: [name: string, code: string][] = [
  ['none', ''],
  ['one that gives call sites', 'Error.prepareStackTrace = (_, sites) => sites;'],
  ['one that throws', 'Error.prepareStackTrace = () => { throw new Error("hook") };'],
  ['one that is given up', 'Error.prepareStackTrace = undefined;'],
]

describe.each(hooks)('an error is told with a prepareStackTrace: %s', (_, hook) => {
  test('whatever is thrown, by a cell and by nobody, and the kernel goes on', async () => {
    await notebook.run(`let kept = 0; globalThis.formerHook ??= Error.prepareStackTrace; ${hook}`)
    for (const [name, expression, told] of odd) {
      const { outcome } = await notebook.run(`kept++; const thrown = ${expression}; throw thrown`)
      expect(outcome, name).toMatchObject({ kind: 'error', name: expect.any(String) as string })
      expect(outcome.kind === 'error' && outcome.stack, name).toMatch(told)
      const { stderr } = await notebook.run(`setTimeout(() => { throw thrown }); void Promise.reject(thrown)
        await new Promise((done) => setTimeout(done, 10))`)
      expect(stderr.match(/^Uncaught /gm), name).toHaveLength(2)
    }
    expect((await notebook.run('Error.prepareStackTrace = globalThis.formerHook; kept')).text).toBe(
      `${odd.length}`,
    )
  })
})

test('an error of V8 has its place with every prepareStackTrace', async () => {
  await notebook.run('globalThis.formerHook = Error.prepareStackTrace')
  for (const hook of ['(_, sites) => sites', 'undefined']) {
    await notebook.run(`Error.prepareStackTrace = ${hook}; function fails() { null.x }`)
    expect((await stackOf('fails()')).slice(1), hook).toEqual([
      expect.stringMatching(/^Cell In\[N\], line 1, column \d+, in fails$/) as string,
      'Cell In[N], line 1, column 1',
    ])
  }
  await notebook.run('Error.prepareStackTrace = globalThis.formerHook')
})
