import { afterAll, beforeAll, expect, test } from 'vitest'
import { openNotebook, type TestNotebook } from './fixture/notebook'
import { bundleKernel, type KernelProgram } from './fixture/program'

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

/** The variables of a name, each as `type: text`. */
async function described(): Promise<Record<string, string>> {
  const variables = await notebook.kernel.variables()
  return Object.fromEntries(variables.map(({ name, type, text }) => [name, `${type}: ${text}`]))
}

test('a kernel in which nothing was declared has no variables', async () => {
  expect(await described()).toEqual({})
})

test('variables are told by type and value, in the order of their declarations', async () => {
  await notebook.run(`const n = 1.5, text = 'a "b"', big = 12n, no = null, yes = true
let later, nan = NaN
const list = [1, 'two', [3]], weights = new Float32Array(784)
const point = { x: 1, name: 'p', at: { y: 2 } }
const map = new Map([['a', 1]]), set = new Set([1, 2])
class Ticket { density = 0.2 }
const ticket = new Ticket()
function train(steps: number) { return steps }
const failure = new RangeError('too large'), pattern = /a+/g, when = new Date(0)
const promise = Promise.resolve(1)`)
  const variables = await notebook.kernel.variables()
  expect(variables.slice(0, 3).map(({ name }) => name)).toEqual(['n', 'text', 'big'])
  expect(variables.filter(({ isConstant }) => !isConstant).map(({ name }) => name)).toEqual([
    ...['later', 'nan', 'Ticket', 'train'],
  ])
  expect(await described()).toMatchObject({
    n: 'number: 1.5',
    text: String.raw`string: "a \"b\""`,
    big: 'bigint: 12n',
    no: 'null: null',
    yes: 'boolean: true',
    later: 'undefined: undefined',
    nan: 'number: NaN',
    list: 'Array: Array(3) [1, "two", Array(1)]',
    weights: expect.stringMatching(/^Float32Array: Float32Array\(784\) \[0, 0, .*…/) as unknown,
    point: 'Object: {x: 1, name: "p", at: Object}',
    map: 'Map: Map(1) {"a" => 1}',
    set: 'Set: Set(2) {1, 2}',
    ticket: 'Ticket: Ticket {density: 0.2}',
    train: 'function: function train(steps) { return steps }',
    failure: 'RangeError: RangeError: too large',
    pattern: 'RegExp: /a+/g',
    promise: 'Promise: Promise {[[PromiseState]]: "fulfilled", [[PromiseResult]]: 1}',
  })
})

test('what a later cell assigns or declares anew is told as it is then; names of globals by the names of the cells', async () => {
  await notebook.run(`later = 'now'; const n = 'another'; const process = { pid: 'mine' }`)
  expect(await described()).toMatchObject({
    later: 'string: "now"',
    n: 'string: "another"',
    process: 'Object: {pid: "mine"}',
  })
})

test('nothing of the user runs for it, and what is long is shortened', async () => {
  await notebook.run(`let ran = 0
const trap = new Proxy({}, { get() { ran++ }, ownKeys() { ran++; return [] }, getOwnPropertyDescriptor() { ran++ } })
const lazy = { get value() { ran++; return 1 }, toString() { ran++; return '' } }
class Loud { [Symbol.for('nodejs.util.inspect.custom')]() { ran++ } get [Symbol.toStringTag]() { ran++; return 'x' } }
const loud = new Loud(), long = 'x'.repeat(1e6)
const cyclic: any = {}; cyclic.self = cyclic`)
  const all = await described()
  expect(all).toMatchObject({
    ran: 'number: 0',
    lazy: expect.stringContaining('value: (getter)') as unknown,
    cyclic: expect.stringMatching(/^Object: \{self: Object\}$/) as unknown,
  })
  expect(all['long']!.length).toBeLessThan(250)
  expect((await notebook.run('ran')).text).toBe('0')
})

test('a cell that failed before it came to a declaration has left it without a value', async () => {
  await notebook.run(`throw new Error('early'); const late = 1`)
  expect(await described()).toMatchObject({ late: ': (not initialized)' })
})

test('a cell that computes is not disturbed, and a kernel that is gone has none', async () => {
  const waiting = notebook.run('const end = Date.now() + 1000; while (Date.now() < end) {}')
  const asked = notebook.kernel.variables()
  expect((await waiting).outcome).toEqual({ kind: 'success' })
  expect((await asked).map(({ name }) => name)).toContain('ran')
  const left = notebook.kernel.shutdown()
  const late = notebook.kernel.variables()
  await left
  expect(await late).toEqual([])
  expect(await notebook.kernel.variables()).toEqual([])
})
