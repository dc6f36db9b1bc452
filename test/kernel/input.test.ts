import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FromKernel } from '../../src/kernel/protocol'
import { bundleKernel, type KernelProgram } from './fixture/program'
import { openNotebook, ranFrom, type Ran, type TestNotebook } from './fixture/notebook'

let program: KernelProgram
let notebook: TestNotebook
beforeAll(async () => {
  program = await bundleKernel()
})
afterAll(() => program.remove())

/** A notebook for each test of a group, or one for all of them, whose cells may read one after the other. */
function notebookFor(tests: 'each' | 'all', options: { readonly hasUser?: boolean }): void {
  const [before, after] = tests === 'each' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  before(async () => {
    notebook = await openNotebook(program.file, options)
  })
  after(() => notebook.close())
}

type Ask = Extract<FromKernel, { type: 'ask' }>
const questions = (): Ask[] => notebook.messages.filter((message) => message.type === 'ask')

/** The question number `count` since the notebook was opened. */
async function asked(count: number): Promise<Ask> {
  await notebook.until(() => questions().length >= count)
  return questions()[count - 1]!
}

/** Runs a cell and answers what it asks, as it comes: `undefined` ends the input. Resolves to what was asked, too. */
async function converse(
  code: string,
  ...answers: (string | undefined)[]
): Promise<Ran & { asked: string[] }> {
  const before = questions().length
  const ran = notebook.run(code)
  for (const [index, text] of answers.entries()) {
    const { question } = await asked(before + index + 1)
    notebook.kernel.answer(question, text === undefined ? { kind: 'end' } : { kind: 'line', text })
  }
  const { ...all } = await ran
  return {
    ...all,
    asked: questions()
      .slice(before)
      .map(({ prompt }) => prompt),
  }
}

const open = 'createInterface({ input: process.stdin, output: process.stdout })'

describe('where somebody types, cell after cell,', () => {
  notebookFor('all', { hasUser: true })

  test.each([
    [
      'a question',
      `import readline from 'node:readline/promises'; const rl = readline.${open}; const a = await rl.question('Name? '); rl.close(); a`,
    ],
    [
      'a question of a named import',
      `import { createInterface } from 'node:readline/promises'; const rl = ${open}; await rl.question('Name? ')`,
    ],
    [
      'a question with a callback',
      `const rl = require('readline').${open}; await new Promise((done) => rl.question('Name? ', done))`,
    ],
    [
      'a promisified question',
      `const rl = require('readline').${open}; await require('util').promisify(rl.question).call(rl, 'Name? ')`,
    ],
    [
      'an interface without an output',
      `const rl = require('readline/promises').createInterface(process.stdin); await rl.question('Name?')`,
    ],
    [
      'a line',
      `const rl = require('readline').${open}; process.stdout.write('Name? '); (await require('events').once(rl, 'line'))[0]`,
    ],
    [
      'the stream',
      `process.stdout.write('Name? '); process.stdin.setEncoding('utf8'); (await require('events').once(process.stdin, 'data'))[0].trim()`,
    ],
  ])('%s gets what is typed, and shows it', async (_, code) => {
    const { asked, text, stdout, outcome } = await converse(code, 'Ada Łovelace!')
    expect(outcome).toEqual({ kind: 'success' })
    expect(asked).toEqual(['Name?'])
    expect(text).toBe("'Ada Łovelace!'")
    expect(stdout).toMatch(/^(Name\? )?Ada Łovelace!\n$/)
  })

  test.each([
    ['the stream', 'for await (const line of process.stdin) lines.push(String(line))'],
    [
      'an interface',
      "const rl = require('readline').createInterface({ input: process.stdin })\nfor await (const line of rl) lines.push(line + '\\n')",
    ],
    ['all at once', "lines.push(...require('fs').readFileSync(0, 'utf8').match(/.*\\n/g))"],
    [
      'all at once, by a path',
      "lines.push(...String(require('fs').readFileSync('/dev/stdin')).match(/.*\\n/g))",
    ],
    [
      'all at once, later',
      "lines.push(...(await require('fs/promises').readFile('/dev/stdin', 'utf8')).match(/.*\\n/g))",
    ],
    ['a consumer', "lines.push(...(await require('stream/consumers').text(process.stdin)).match(/.*\\n/g))"],
    [
      'piece by piece',
      `const piece = Buffer.alloc(4); let text = ''
      for (let n; (n = require('fs').readSync(0, piece)) > 0;) text += piece.subarray(0, n)
      lines.push(...text.match(/.*\\n/g))`,
    ],
  ])('%s reads lines until the end, and the next cell may read again', async (_, code) => {
    for (const round of [1, 2]) {
      const { text, outcome, stdout } = await converse(
        `{ const lines: string[] = []\n${code}\nconsole.log(lines.length)\nglobalThis.all = lines.join('') }\nall`,
        'one',
        `two ${round}`,
        undefined,
      )
      expect(outcome).toEqual({ kind: 'success' })
      expect(text).toBe(`'one\\ntwo ${round}\\n'`)
      expect(stdout).toBe(`one\ntwo ${round}\n2\n`)
    }
  })

  test('a great deal was printed before, and it is asked nevertheless', async () => {
    const { text } = await converse(
      "console.log('a'.repeat(3_000_000)); process.stdout.write('Go on? '); require('fs').readFileSync(0, 'utf8')",
      'yes',
      undefined,
    )
    expect(text).toBe("'yes\\n'")
  })
})

describe('where somebody types', () => {
  notebookFor('each', { hasUser: true })

  test('nothing is asked of an interface that waits for no line, and one question after the other is', async () => {
    await notebook.run(`const rl = require('readline/promises').${open}`)
    await notebook.run('await new Promise((done) => setTimeout(done, 100))')
    expect(questions()).toEqual([])
    const { asked, text } = await converse(
      "const a = await rl.question('First? '); const b = await rl.question('Second? '); a + b",
      '1',
      '2',
    )
    expect(asked).toEqual(['First?', 'Second?'])
    expect(text).toBe("'12'")
    await notebook.run('rl.close()')
    await notebook.run('await new Promise((done) => setTimeout(done, 100))')
    expect(questions()).toHaveLength(2)
  })

  test('a question that is given up is withdrawn, and an answer to it is not heard', async () => {
    const { outcome } = await notebook.run(`
      const rl = require('readline/promises').${open}
      await rl.question('Name? ', { signal: AbortSignal.timeout(300) })`)
    expect(outcome).toMatchObject({ kind: 'error', name: 'AbortError' })
    const { question } = await asked(1)
    await notebook.until((message) => message.type === 'withdraw' && message.question === question)
    notebook.kernel.answer(question, { kind: 'line', text: 'too late' })
    expect(await converse("await rl.question('Again? ')", 'yes')).toMatchObject({
      asked: ['Again?'],
      text: "'yes'",
    })
  })

  test.each([
    [
      'a question',
      "await require('readline/promises').createInterface({ input: process.stdin, output: process.stdout }).question('Name? ')",
    ],
    ['the stream', 'for await (const line of process.stdin) console.log("read", line)'],
    ['a file', "const { readFileSync } = require('fs'); readFileSync(0)"],
  ])('an interrupt while %s is read ends the cell, and the next is asked afresh', async (_, code) => {
    const ran = notebook.run(`let kept = 1\n${code}`)
    const { question } = await asked(1)
    notebook.kernel.interrupt()
    expect((await ran).outcome).toEqual({ kind: 'interrupted' })
    await notebook.until((message) => message.type === 'withdraw' && message.question === question)
    notebook.kernel.answer(question, { kind: 'line', text: 'too late' })
    const next = await converse(
      "const line = require('fs').readFileSync(0, 'utf8'); line + kept",
      'x',
      undefined,
    )
    expect(next).toMatchObject({ text: "'x\\n1'", stderr: '' })
    const again = await converse(
      "const rl = require('readline/promises').createInterface(process.stdin); await rl.question('?')",
      'y',
    )
    expect(again.text).toBe("'y'")
    expect(ranFrom(notebook.messages, 1)).toMatchObject({ stderr: '' })
  })

  test('a question that comes late is that of its cell, and all else is read as ever', async () => {
    await writeFile(join(notebook.folder, 'text.txt'), 'a file')
    await notebook.run(`const rl = require('readline/promises').${open}
      setTimeout(async () => console.log('got', await rl.question('Late? ')), 50); 0`)
    const next = notebook.run(
      'await new Promise((done) => setTimeout(done, 300)); require("fs").readFileSync("text.txt", "utf8")',
    )
    const { question, execution } = await asked(1)
    expect(execution).toBe(1)
    notebook.kernel.answer(question, { kind: 'line', text: 'yes' })
    expect(await next).toMatchObject({ stdout: '', text: "'a file'" })
    expect(ranFrom(notebook.messages, 1).stdout).toBe('Late? yes\ngot yes\n')
  })
})

describe('where nobody types', () => {
  notebookFor('all', {})

  test.each([
    [
      'a question',
      "await require('readline/promises').createInterface({ input: process.stdin, output: process.stdout }).question('Name? ')",
    ],
    [
      'a question with a callback',
      "const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout })\nawait new Promise((done) => rl.question('Name? ', done))",
    ],
    ['lines', "await require('events').once(require('readline').createInterface(process.stdin), 'line')"],
    [
      'lines that are listened to',
      "const rl = require('readline').createInterface(process.stdin); rl.on('line', () => {}); await new Promise((done) => rl.on('close', done))",
    ],
    ['the stream', 'for await (const line of process.stdin) console.log("read", line)'],
    ['data that are listened to', 'await new Promise((done) => process.stdin.on("data", done))'],
    ['a file', "const { readFileSync } = require('fs'); readFileSync(0)"],
    ['a file later', "await require('fs/promises').readFile('/dev/stdin')"],
  ])('%s is an error of the cell that says why and what to do', async (_, code) => {
    const { outcome, stderr } = await notebook.run(code)
    expect(outcome).toMatchObject({
      kind: 'error',
      name: 'TicketLabError',
      code: 'no-input',
      message: expect.stringMatching(/nobody to type[^]*Run it in VS Code[^]*process\.env/) as string,
    })
    expect(stderr).toBe('')
    expect((await notebook.run('1 + 1')).text).toBe('2')
  })

  test('an interface that is not asked anything is no error', async () => {
    const code =
      "const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout }); rl.close(); process.stdin.resume(); 5"
    expect(await notebook.run(code)).toMatchObject({ outcome: { kind: 'success' }, text: '5' })
  })
})
