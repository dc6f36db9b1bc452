import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundleKernel, type KernelProgram } from '../kernel/fixture/program'
import { bundleInto } from '../support/bundle'

let program: KernelProgram
let folder: string

// The command line finds the kernel beside itself, as in dist.
beforeAll(async () => {
  program = await bundleKernel()
  await bundleInto(join(program.folder, 'cli.cjs'), 'src/cli/main.ts')
})
afterAll(() => program.remove())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketlab-run-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Finished {
  readonly code: number | null
  readonly text: string
}

/** Runs `ticketlab run` in the temporary folder; `onText` sees what it has printed so far, and may send Ctrl-C. */
function ticketlab(
  arguments_: string[],
  onText?: (text: string, interrupt: () => void) => void,
): Promise<Finished> {
  return new Promise((resolve) => {
    // A process group of its own, as a terminal would give it: Ctrl-C reaches every process of it.
    const child = spawn(process.execPath, [join(program.folder, 'cli.cjs'), 'run', ...arguments_], {
      cwd: folder,
      detached: true,
      env: { ...process.env, TICKETLAB_HOME: join(folder, 'home') },
    })
    let text = ''
    const listen = (more: Buffer): void => {
      text += more.toString()
      onText?.(text, () => process.kill(-child.pid!, 'SIGINT'))
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('close', (code) => resolve({ code, text }))
  })
}

async function writeNotebook(...cells: string[]): Promise<void> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'ticketlab', language: 'typescript' } },
    cells: [
      { cell_type: 'markdown', id: 'text', metadata: {}, source: ['# A title'] },
      ...cells.map((source, index) => ({
        cell_type: 'code',
        id: `c${index}`,
        metadata: {},
        source,
        outputs: [],
      })),
    ],
  }
  await writeFile(join(folder, 'small.ipynb'), JSON.stringify(notebook))
}

interface Executed {
  cells: { id: string; execution_count?: number | null; outputs?: Record<string, unknown>[] }[]
}

async function executed(out = 'out'): Promise<Executed> {
  return JSON.parse(await readFile(join(folder, out, 'small.ipynb'), 'utf8')) as Executed
}

test('says before the first cell that nothing can be written', async () => {
  await writeNotebook('console.log("ran")')
  await writeFile(join(folder, 'taken'), '')
  const { code, text } = await ticketlab(['small.ipynb', '--out', 'taken'])
  expect(text).toMatch(
    /Cannot write taken: a part of this path is a file and not a folder\. Choose another place/,
  )
  expect(text).not.toContain('ran')
  expect(code).toBe(1)
})

test('tells what a promise that nobody awaits failed for, also in the last cell', async () => {
  await writeNotebook('const kept = Promise.reject(new Error("lost"))')
  const { code, text } = await ticketlab(['small.ipynb'])
  expect(text).toContain('Uncaught Error: lost')
  expect(code).toBe(0)
})

test('puts what comes late below the cell that began it, while others run and until the end', async () => {
  await writeNotebook(
    'setTimeout(() => { console.log("a timer"); lab.show(lab.plot()); throw new Error("too late") }, 100)\nlab.grow(); 0',
    'process.stdout.write("mine, "); await new Promise((done) => setTimeout(done, 400)); console.log("and mine")',
    'setTimeout(() => { for (let line = 1; line <= 30; line++) console.log("last " + line) }, 0); 0',
  )
  const { code, text } = await ticketlab(['small.ipynb'])
  expect(code).toBe(0)
  expect(text).toContain('mine, \nIn [1], after its end:\na timer\nUncaught Error: too late\n')
  expect(text).toContain('In [2] goes on:\nand mine\nIn [1], after its end:\na plot\n')
  expect(text).toContain('wrote out/small-cell1-1.svg')
  expect(await readFile(join(folder, 'out', 'small-cell1-1.svg'), 'utf8')).toBe('<svg/>')
  const [, first, second, third] = (await executed()).cells
  expect(first!.outputs).toMatchObject([
    { data: { 'text/plain': ['three'] } },
    { data: { 'text/plain': ['0'] } },
    { name: 'stdout', text: ['a timer\n'] },
    { data: { 'text/plain': ['a plot'] } },
    { name: 'stderr', text: ['Uncaught Error: too late\n', /Cell In\[1\], line 1, column \d+/] },
  ])
  expect(second!.outputs).toMatchObject([{ text: ['mine, and mine\n'] }])
  const lines = Array.from({ length: 30 }, (_, index) => `last ${index + 1}\n`)
  expect(third!.outputs?.at(-1)).toMatchObject({ text: lines })
})

test('writes the executed notebook and its plots', async () => {
  await writeFile(join(folder, 'beside.ts'), 'export const two: number = 2')
  await writeNotebook(
    'import { two } from "./beside"\nconsole.log("hello")\ntwo + 1',
    'lab.plot()',
    'lab.announce("small run")\nawait lab.grow()',
  )
  const { code, text } = await ticketlab(['small.ipynb', '--out', 'results'])
  expect(text).toContain('hello\n3\n')
  expect(text).toContain('a plot\n')
  expect(text).toMatch(/small run {2}\d+%/)
  expect(code).toBe(0)
  const { cells } = await executed('results')
  expect(cells).toMatchObject([
    { id: 'text' },
    {
      execution_count: 1,
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['hello\n'] },
        { output_type: 'display_data', data: { 'text/plain': ['3'] } },
      ],
    },
    {
      execution_count: 2,
      outputs: [{ data: { 'application/json': { a: 1 }, 'image/svg+xml': ['<svg/>'] } }],
    },
    { execution_count: 3, outputs: [{ data: { 'text/plain': ['three'] } }] },
  ])
  expect((await readdir(join(folder, 'results'))).sort()).toEqual(['small-cell2-1.svg', 'small.ipynb'])
  expect(await readFile(join(folder, 'results/small-cell2-1.svg'), 'utf8')).toBe('<svg/>')
})

test('stops at the first cell that fails, and says where', async () => {
  await writeNotebook('1', 'const a = 1\nnull.x', '3')
  const { code, text } = await ticketlab(['small.ipynb'])
  expect(code).toBe(1)
  expect(text).toContain('Cell In[2], line 2, column 6')
  const { cells } = await executed()
  expect(cells.map((cell) => cell.execution_count)).toEqual([undefined, 1, 2, null])
  expect(cells[2]?.outputs).toMatchObject([{ output_type: 'error', ename: 'TypeError' }])
})

test('goes on after a failure if told to, and fails nevertheless', async () => {
  await writeNotebook('nowhere', '2')
  const { code } = await ticketlab(['small.ipynb', '--keep-going'])
  expect(code).toBe(1)
  expect((await executed()).cells[2]).toMatchObject({ execution_count: 2, outputs: [{}] })
})

test('tells of a kernel that dies', async () => {
  await writeNotebook('1', 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})', '3')
  const { code, text } = await ticketlab(['small.ipynb'])
  expect(code).toBe(1)
  expect(text).toMatch(/The kernel has died.*SIGKILL/)
  expect((await executed()).cells[2]?.outputs).toMatchObject([{ ename: 'KernelDied' }])
})

test.each(['await lab.work()', 'while (true) {}'])(
  'Ctrl-C ends %s, and keeps what was done',
  async (endless) => {
    await writeNotebook('1', `console.log('started'); ${endless}`, '3')
    let sent = false
    const { code, text } = await ticketlab(['small.ipynb'], (soFar, interrupt) => {
      if (sent || !soFar.includes('\nstarted')) return
      sent = true
      interrupt()
    })
    expect(text).toContain('The cell was interrupted.')
    expect(code).toBe(130)
    const { cells } = await executed()
    expect(cells[1]).toMatchObject({ execution_count: 1 })
    expect(cells[2]?.outputs?.at(-1)).toMatchObject({ output_type: 'error', ename: 'Interrupted' })
    expect(cells[3]).toMatchObject({ execution_count: null })
  },
)

test('says what is wrong with what it is given', async () => {
  expect(await ticketlab(['nowhere.ipynb'])).toMatchObject({
    code: 1,
    text: expect.stringContaining('Expected a notebook at nowhere.ipynb') as string,
  })
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'sub/text.ipynb'), 'no JSON')
  const { code, text } = await ticketlab([join('sub', 'text.ipynb')])
  expect(code).toBe(1)
  expect(text).toMatch(/text\.ipynb is not a notebook: it is not JSON/)
  expect(text).not.toMatch(/\n\s+at /)
})
