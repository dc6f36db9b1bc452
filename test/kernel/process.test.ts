import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKernel, type KernelExit, type KernelOptions } from '../../src/kernel/client'
import { bundleKernel, type KernelProgram } from './fixture/program'
import { openNotebook, ranFrom, type TestNotebook } from './fixture/notebook'

let program: KernelProgram
beforeAll(async () => {
  program = await bundleKernel()
})
afterAll(() => program.remove())

describe('interrupting', () => {
  let notebook: TestNotebook
  beforeEach(async () => {
    notebook = await openNotebook(program.file)
    await notebook.run('let kept = 1')
  })
  afterEach(() => notebook.close())

  test.each([
    ['a computation', 'kept = 2; print(); while (true) {}'],
    ['a computation after an awaited timer', 'kept = 2; await sleep(1); print(); while (true) {}'],
    ['a computation after an awaited file', 'kept = 2; await file(); print(); while (true) {}'],
    ['a loop that awaits nothing', 'kept = 2; print(); while (true) await null'],
    ['something awaited', 'kept = 2; print(); await sleep(100_000)'],
    ['work of the lab', 'kept = 2; print(); await lab.work()'],
    ['work of the lab whose await was forgotten', 'kept = 2; print(); lab.work()'],
    [
      'a computation of a promise whose await was forgotten',
      'kept = 2; (async () => { await sleep(1); print(); while (true) {} })()',
    ],
    [
      'an endless promise whose await was forgotten',
      'kept = 2; print(); (async () => { while (true) await null })()',
    ],
    ['a catch-all', 'kept = 2; print(); while (true) { try { while (true) {} } catch {} }'],
  ])('stops %s, drops the waiting cells and keeps variables', async (_, code) => {
    await notebook.run(`
      import { readFile } from 'node:fs/promises'
      const sleep = (time: number) => new Promise((done) => setTimeout(done, time))
      const file = () => readFile(process.execPath)
      const print = () => process.stdout.write('running')`)
    notebook.kernel.execute({ execution: 101, count: 3, code })
    notebook.kernel.execute({ execution: 102, count: 4, code: 'kept = 3' })
    await notebook.until((m) => m.type === 'output' && m.execution === 101)
    notebook.kernel.interrupt()
    await notebook.until((m) => m.type === 'done' && m.execution === 102)
    await notebook.until((m) => m.type === 'done' && m.execution === 101)
    expect(ranFrom(notebook.messages, 101).outcome).toEqual({ kind: 'interrupted' })
    expect(ranFrom(notebook.messages, 102).outcome).toEqual({ kind: 'interrupted' })
    expect((await notebook.run('await sleep(1); kept')).text).toBe('2')
  })

  test('frees a kernel that a callback keeps busy after its cell', async () => {
    const code = 'setTimeout(() => { kept = 5; process.stdout.write("busy"); while (true) {} }, 10); 0'
    await notebook.run(code)
    await notebook.until((m) => m.type === 'output' && m.output.kind === 'stream')
    const next = notebook.run('kept')
    notebook.kernel.interrupt()
    await next
    expect((await notebook.run('kept')).text).toBe('5')
  })

  test('aborts what the lab is told to watch', async () => {
    notebook.kernel.execute({ execution: 101, count: 3, code: 'console.log(1); await lab.work()' })
    await notebook.until((m) => m.type === 'output' && m.execution === 101)
    notebook.kernel.interrupt()
    await notebook.until((m) => m.type === 'log' && m.message === 'work aborted')
  })

  test('ten times in a row leaves the kernel as it was', async () => {
    for (let i = 0; i < 10; i++) {
      const code = i % 2 ? 'console.log(1); while (true) {}' : 'console.log(1); await lab.work()'
      notebook.kernel.execute({ execution: 200 + i, count: 200 + i, code })
      await notebook.until((m) => m.type === 'output' && m.execution === 200 + i)
      notebook.kernel.interrupt()
      await notebook.until((m) => m.type === 'done' && m.execution === 200 + i)
    }
    expect((await notebook.run('kept + 1')).text).toBe('2')
  })

  // Whichever comes first: the cell's beginning or the interrupt right behind it.
  test('a cell that has just been sent ends it', async () => {
    for (let i = 0; i < 5; i++) {
      const ran = notebook.run('while (true) {}')
      notebook.kernel.interrupt()
      expect((await ran).outcome).toEqual({ kind: 'interrupted' })
    }
    expect((await notebook.run('kept + 1')).text).toBe('2')
  })

  test('an idle kernel does nothing', async () => {
    notebook.kernel.interrupt()
    expect((await notebook.run('await new Promise((done) => setTimeout(done, 500)); kept')).text).toBe('1')
  })
})

describe('the end of a kernel', () => {
  test('by shutdown leaves no process, even from an endless loop', async () => {
    const notebook = await openNotebook(program.file)
    notebook.kernel.execute({ execution: 1, count: 1, code: 'console.log(1); while (true) {}' })
    await notebook.until((m) => m.type === 'output')
    const { pid } = notebook.kernel
    await notebook.close()
    expect(isAlive(pid)).toBe(false)
    expect(notebook.exits).toMatchObject([{ expected: true }])
    expect(ranFrom(notebook.messages, 1).outcome).toEqual({ kind: 'interrupted' })
  })

  test('by a kill is told in every cell that was not done', async () => {
    const notebook = await openNotebook(program.file)
    notebook.kernel.execute({
      execution: 1,
      count: 1,
      code: 'console.log(1); await new Promise((r) => setTimeout(r, 1e6))',
    })
    notebook.kernel.execute({ execution: 2, count: 2, code: '2' })
    await notebook.until((m) => m.type === 'output')
    process.kill(notebook.kernel.pid, 'SIGKILL')
    const exit = await notebook.kernel.exited
    expect(exit).toMatchObject({ expected: false, signal: 'SIGKILL' })
    for (const execution of [1, 2]) {
      expect(ranFrom(notebook.messages, execution).outcome).toMatchObject({
        kind: 'error',
        name: 'KernelDied',
        message: expect.stringMatching(/variables are lost.*SIGKILL/) as string,
      })
    }
    expect((await notebook.run('3')).outcome).toMatchObject({ name: 'KernelDied' })
    await notebook.close()
  })

  test('by its own hand is told with its last words', async () => {
    const notebook = await openNotebook(program.file)
    const { outcome } = await notebook.run(
      'import { writeSync } from "node:fs"; writeSync(2, "out of luck\\n"); process.abort()',
    )
    expect(outcome.kind === 'error' && outcome.message).toMatch(/SIGABRT[^]*out of luck/)
    await notebook.close()
  })

  test('does not wait for a program of a cell that holds its output open', async () => {
    const notebook = await openNotebook(program.file)
    const { text } = await notebook.run(`
      import { spawn } from 'node:child_process'
      spawn('sleep', ['600'], { stdio: 'inherit' }).pid`)
    const sleeper = Number(text)
    try {
      await notebook.close()
      expect(notebook.exits).toMatchObject([{ expected: true }])
      expect(isAlive(sleeper)).toBe(true)
    } finally {
      process.kill(sleeper, 'SIGKILL')
    }
  })

  test('is followed by a new one that knows nothing of it', async () => {
    const first = await openNotebook(program.file)
    await first.run('const before = 1')
    await first.close()
    const second = await openNotebook(program.file)
    expect((await second.run('typeof before')).text).toBe(`'undefined'`)
    await second.close()
  })
})

describe('a kernel that does not start says so', () => {
  const options = (other: Partial<KernelOptions>): KernelOptions => ({
    nodePath: process.execPath,
    kernelPath: program.file,
    place: { name: 'test', folder: program.folder },
    settings: { home: program.folder, store: program.folder, trainers: 1 },
    onMessage: () => undefined,
    ...other,
  })

  test('when it speaks another protocol', async () => {
    await expect(startKernel(options({ protocol: 999 }))).rejects.toThrow('asked for 999')
  })

  test('when Node is not there', async () => {
    const nodePath = join(program.folder, 'no-node')
    const exits: KernelExit[] = []
    const starting = startKernel(options({ nodePath, onExit: (exit) => exits.push(exit) }))
    await expect(starting).rejects.toThrow(/could not be started.*no-node/)
    expect(exits).toHaveLength(1)
  })

  test('when it fails at once', async () => {
    const kernelPath = join(program.folder, 'fails.cjs')
    await writeFile(kernelPath, 'throw new Error("no good")')
    await expect(startKernel(options({ kernelPath }))).rejects.toThrow(/exit code 1[^]*no good/)
  })

  test('when it is silent', async () => {
    const kernelPath = join(program.folder, 'silent.cjs')
    await writeFile(kernelPath, 'setInterval(() => {}, 1000)')
    await expect(startKernel(options({ kernelPath, startLimit: 300 }))).rejects.toThrow('within 0.3 s')
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
