import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attachDebugger, type Debugger } from './fixture/debugger'
import { bundleKernel, type KernelProgram } from './fixture/program'
import { openNotebook, ranFrom, type TestNotebook } from './fixture/notebook'

let program: KernelProgram
beforeAll(async () => {
  program = await bundleKernel()
})
afterAll(() => program.remove())

describe('a kernel that is debugged', () => {
  let notebook: TestNotebook
  let client: Debugger
  beforeEach(async () => {
    notebook = await openNotebook(program.file)
    await notebook.run('let kept = 1')
    client = await attachDebugger(await notebook.kernel.openInspector())
  })
  afterEach(() => notebook.close())

  test('stops where its cell says so, and goes on with its variables', async () => {
    const ran = notebook.run('await null\ndebugger\nkept += 1')
    const { callFrames } = await client.paused()
    const { scriptId, lineNumber } = callFrames[0]!.location
    expect([client.nameOf(scriptId), lineNumber]).toEqual(['Cell_In[2]', 1])
    await client.post('Debugger.resume')
    expect((await ran).outcome).toEqual({ kind: 'success' })
    await client.detach()
    notebook.kernel.closeInspector()
    const after = await notebook.run('import { url } from "node:inspector"; [kept, url()]')
    expect(after).toMatchObject({ text: '[ 2, undefined ]', stderr: '' })
  })

  test('is interrupted while it is stopped, and does nothing more', async () => {
    const stops = ['debugger', 'await null; debugger', 'await sleep(1); debugger', 'inner()']
    await notebook.run('const sleep = (time: number) => new Promise((done) => setTimeout(done, time))')
    await notebook.run('function inner() { debugger; kept = 2 }')
    for (const [index, stop] of stops.entries()) {
      const execution = 100 + index
      notebook.kernel.execute({ execution, count: execution, code: `${stop}; kept = 2` })
      await client.paused()
      notebook.kernel.interrupt()
      await notebook.until((message) => message.type === 'done' && message.execution === execution)
      expect(ranFrom(notebook.messages, execution).outcome, stop).toEqual({ kind: 'interrupted' })
      expect((await notebook.run('kept')).text, stop).toBe('1')
    }
  })

  test('is ended while it is stopped', async () => {
    const ran = notebook.run('debugger')
    await client.paused()
    await notebook.kernel.shutdown()
    expect((await ran).outcome).toEqual({ kind: 'interrupted' })
  })

  test('goes on when the debugger goes away without a word', async () => {
    const ran = notebook.run('debugger; kept + 1')
    await client.paused()
    await client.detach()
    expect((await ran).text).toBe('2')
  })

  test('keeps the address to itself: its port tells nobody, and its children have none', async () => {
    const { text } = await notebook.run(`
      import { url } from 'node:inspector'
      (await (await fetch('http://' + new URL(url()!).host + '/json/list')).text()).includes('ws://')`)
    expect(text).toBe('false')
    const child = await notebook.run(`
      import { fork } from 'node:child_process'
      import { writeFileSync } from 'node:fs'
      writeFileSync('child.cjs', 'process.send(String(require("node:inspector").url()))')
      await new Promise((told) => fork('./child.cjs').on('message', told))`)
    expect(child.text).toBe(`'undefined'`)
  })

  test('opens its port once', async () => {
    const [first, second] = [await notebook.kernel.openInspector(), await notebook.kernel.openInspector()]
    expect(first).toBe(second)
  })
})

test('the inspector cannot be opened in a kernel that is gone', async () => {
  const notebook = await openNotebook(program.file)
  await notebook.close()
  await expect(notebook.kernel.openInspector()).rejects.toThrow('cannot be debugged')
})
