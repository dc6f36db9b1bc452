import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleKernel, type KernelProgram } from './fixture/program'
import { openNotebook, ranFrom, type TestNotebook } from './fixture/notebook'

let program: KernelProgram
let notebook: TestNotebook

// One kernel for all: what a cell shows and prints is its own, whatever ran before.
beforeAll(async () => {
  program = await bundleKernel()
  notebook = await openNotebook(program.file)
})
afterAll(async () => {
  await notebook.close()
  await program.remove()
})

/** What a cell shows and prints, in the order of its places. */
function inOrder(execution: number): string[] {
  const places = new Map<number | string, string>()
  let streams = 0
  for (const message of notebook.messages) {
    if (message.type !== 'output' || message.execution !== execution) continue
    if (message.output.kind === 'stream') places.set(`s${streams++}`, message.output.text.trim())
    else places.set(message.output.display, message.output.bundle['text/plain'] ?? '')
  }
  return [...places.values()]
}

describe('lab.show', () => {
  test('shows where it stands: in loops, branches, functions and callbacks, each in its place', async () => {
    const ran = await notebook.run(`
      const tell = (text: string) => lab.show(lab.html(text))
      for (const level of [1, 2, 3]) {
        console.log('level ' + level)
        lab.show(lab.plot(), { 'text/plain': 'bundle ' + level })
      }
      if (true) tell('<b>in a function</b>')
      ;[1].forEach(() => lab.show(7))
      setTimeout(() => lab.show('late'), 5); await new Promise((done) => setTimeout(done, 20))
      'last'`)
    expect(ran.outcome).toEqual({ kind: 'success' })
    const levels = [1, 2, 3].flatMap((level) => [`level ${level}`, 'a plot', `bundle ${level}`])
    expect(inOrder(ran.execution)).toEqual([...levels, 'in a function', '7', "'late'", "'last'"])
  })

  test('shows each value of a list that says how it looks, as the last value of a cell too', async () => {
    const asked = await notebook.run('lab.show([lab.plot(), lab.html("<b>a</b>")])')
    expect(asked.outcome).toEqual({ kind: 'success' })
    const last = await notebook.run('await Promise.all([1, 2].map(async () => lab.plot()))')
    const mixed = await notebook.run('[lab.plot(), 5]')
    expect([inOrder(asked.execution), inOrder(last.execution)]).toEqual([
      ['a plot', 'a'],
      ['a plot', 'a plot'],
    ])
    expect([last.shown.length, mixed.shown.length]).toEqual([2, 1])
  })

  test('waits for promises, and the cell waits for it', async () => {
    const slow = 'new Promise((done) => setTimeout(() => done({ "text/markdown": "**m**" }), 30))'
    const { shown } = await notebook.run(`lab.show(${slow}, 2)`)
    expect(shown).toEqual([{ 'text/markdown': '**m**' }, { 'text/plain': '2' }])
  })

  test('asks objects of your own classes how they look', async () => {
    const { shown } = await notebook.run(`
      class Ticket { [Symbol.for('ticketlab.display')]() { return { 'text/html': '<i>t</i>', 'application/json': { a: 1 }, 'image/png': new Uint8Array([1, 2]) } } }
      class Box { [Symbol.for('ticketlab.display')]() { return new Ticket() } }
      lab.show(new Box())`)
    const ticket = { 'text/html': '<i>t</i>', 'application/json': '{"a":1}', 'image/png': 'AQI=' }
    expect(shown).toEqual([ticket])
  })

  test.each([
    ['throws', 'throw new RangeError("no look")', /RangeError: no look/],
    ['throws later', 'return Promise.reject(new RangeError("no look"))', /RangeError: no look/],
    ['answers with nonsense', 'return 5', /Expected a MIME bundle[^]*of\s+a\s+Bad,\s+found\s+5/],
    ['answers with nothing', '', /Expected a MIME bundle[^]*found\s+undefined/],
    ['answers with itself', 'return this', /again and again/],
    [
      'answers with a bundle of no text',
      'return { "text/html": 5 }',
      /Expected text as text\/html,\s+found 5/,
    ],
  ])(
    'an object whose display method %s fails the cell, and what else is shown stays',
    async (_, body, error) => {
      const bad = `class Bad { [Symbol.for('ticketlab.display')]() { ${body} } }`
      const { outcome, shown } = await notebook.run(`${bad}\nlab.show('before'); lab.show(new Bad())`)
      expect(outcome.kind === 'error' && outcome.stack).toMatch(error)
      expect(shown[0]).toEqual({ 'text/plain': "'before'" })
      expect((await notebook.run('1 + 1')).text).toBe('2')
    },
  )
})

describe('after its cell has ended', () => {
  test('what a cell started prints, shows and throws below it, whatever runs then', async () => {
    const { execution } = await notebook.run(`
      setTimeout(() => console.log('a timer'), 20)
      setTimeout(() => { lab.show(lab.plot()) }, 30)
      setTimeout(() => { throw new RangeError('too late') }, 40)
      ;(async () => { await new Promise((done) => setTimeout(done, 50)); throw new TypeError('rejected late') })()
      0`)
    const second = await notebook.run(`
      console.log('mine'); await new Promise((done) => setTimeout(done, 200)); console.log('mine too')`)
    expect(second).toMatchObject({ stdout: 'mine\nmine too\n', stderr: '', shown: [] })
    const first = ranFrom(notebook.messages, execution)
    expect(first.stdout).toBe('a timer\n')
    expect(first.shown.at(-1)).toMatchObject({ 'text/plain': 'a plot' })
    expect(first.stderr).toMatch(/Uncaught RangeError: too late[^]*Uncaught TypeError: rejected late/)
  })

  test.each([
    [
      'promises of timers',
      'const { setTimeout } = await import("node:timers/promises"); later(() => setTimeout(60))',
    ],
    [
      'promises of files',
      'later(async () => { await start; for (let i = 0; i < 9; i++) await readFile("/dev/null").catch(() => 0) })',
    ],
    [
      'callbacks of files',
      'later(async () => { await start; await new Promise((done) => fs.stat(".", done)) })',
    ],
    [
      'immediates, ticks and microtasks',
      'setTimeout(() => setImmediate(() => process.nextTick(() => queueMicrotask(() => console.log("late")))), 60)',
    ],
    [
      'timers of modules',
      'fs.promises.stat("."); (await import("node:timers")).setTimeout(() => console.log("late"), 60)',
    ],
    ['intervals', 'const timer = setInterval(() => { clearInterval(timer); console.log("late") }, 60)'],
    [
      'other processes',
      'later(async () => { await start; await new Promise((done) => spawn(process.execPath, ["--version"]).on("exit", done)) })',
    ],
    ['an iterator', 'later(async () => { for await (const _ of setInterval(60)) break })'],
  ])('what it prints after %s is its own', async (_, code) => {
    await notebook.run(`
      import fs from 'node:fs'
      import { spawn } from 'node:child_process'
      import { setInterval as every } from 'node:timers/promises'
      const { readFile } = fs.promises`)
    const { execution } = await notebook.run(`{
      const start = new Promise((done) => setTimeout(done, 60))
      const later = async (work: () => Promise<unknown>) => { await work(); console.log('late') }
      ${code.replace('setInterval(60)', 'every(60)')}
    }`)
    const mine = notebook.run(
      'for (let i = 0; i < 40; i++) await new Promise((done) => setTimeout(done, 10))',
    )
    await notebook.until((message) => message.type === 'output' && message.execution === execution)
    expect(await mine).toMatchObject({ stdout: '', stderr: '' })
    expect(ranFrom(notebook.messages, execution).stdout).toBe('late\n')
  })

  test('a cell that was interrupted takes nothing of what others print', async () => {
    notebook.kernel.execute({ execution: 101, count: 1, code: 'console.log(1); await null; while (true) {}' })
    await notebook.until((message) => message.type === 'output' && message.execution === 101)
    notebook.kernel.interrupt()
    await notebook.until((message) => message.type === 'done' && message.execution === 101)
    const next = await notebook.run(`
      const { stat } = require('node:fs')
      await new Promise((done) => stat('.', () => { console.log('a callback'); done() })); console.log('mine')`)
    expect(next.stdout).toBe('a callback\nmine\n')
    expect(ranFrom(notebook.messages, 101).stdout).toBe('1\n')
  })
})

describe('printing', () => {
  test('an error inside of a group indents nothing that comes later', async () => {
    await notebook.run('console.group("outer"); console.groupCollapsed("inner"); throw new Error("inside")')
    expect(
      (await notebook.run('console.log("plain"); console.group("g"); console.log("in"); console.groupEnd()'))
        .stdout,
    ).toBe('plain\ng\n  in\n')
  })

  test('texts are written in their encoding', async () => {
    const { stdout, outcome } = await notebook.run(
      'process.stdout.write("686921", "hex"); process.stdout.write("4pyT", "base64"); process.stdout.write(" é", "latin1"); process.stdout.write("ü", "utf8")',
    )
    expect(outcome.kind).toBe('success')
    expect(stdout.slice(0, 4)).toBe('hi!✓')
    expect(stdout.endsWith('ü')).toBe(true)
    const wrong = await notebook.run('process.stdout.write(5 as any)')
    expect(wrong.outcome).toMatchObject({ kind: 'error', name: 'TypeError' })
  })

  test('one print of 5 MB shows its beginning, and says that there is more', async () => {
    const { stdout, stderr } = await notebook.run('console.log("a".repeat(5_000_000))')
    expect(stdout).toHaveLength(4_000_000)
    expect(stderr).toMatch(/has printed 4000000 characters; what follows is not shown/)
    expect((await notebook.run('console.log("next")')).stdout).toBe('next\n')
  })
})
