import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { commands, ConfigurationTarget, workspace } from 'vscode'
import { commands as ids, settings, settingsSection } from '../../src/extension/contributions'
import { contents, newNotebook, until, type TestNotebook } from './notebook'

/** The processes of all kernels that this VS Code has started, as the machine tells them. */
function kernelProcesses(): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  return rows.flatMap((row) => {
    const [, pid, parent, program] = /^ *(\d+) +(\d+) (.*)$/.exec(row) ?? []
    return Number(parent) === process.pid && program?.startsWith('ticketlab kernel') ? [Number(pid)] : []
  })
}

const stdoutMime = 'application/vnd.code.notebook.stdout'

describe('the kernel', () => {
  let notebook: TestNotebook
  beforeEach(async () => {
    notebook = await newNotebook()
  })

  for (const [how, command] of [
    ["VS Code's button", 'notebook.cancelExecution'],
    ['our command', ids.interrupt],
  ] as const) {
    it(`is interrupted by ${how} and keeps its variables`, async () => {
      await notebook.run('let kept = 41')
      const { cell, ended } = await notebook.begin('kept += 1; console.log("busy"); while (true) {}')
      await until('the loop', () => contents(cell, stdoutMime)[0])
      await commands.executeCommand(command)
      assert.equal((await ended).success, false)
      assert.equal((await notebook.run('kept')).text, '42')
    })
  }

  it('is there before the first cell is run', async () => {
    // One that has cells keeps its tab when another notebook is opened.
    await notebook.run('1 + 1')
    const others = kernelProcesses()
    const fresh = await newNotebook()
    const end = Date.now() + 60_000
    while (kernelProcesses().every((pid) => others.includes(pid)) && Date.now() < end) await sleep(100)
    const there = kernelProcesses()
    const { text } = await fresh.run('process.pid')
    assert.ok(there.includes(Number(text)), `${text} is none of ${there.join(', ')}`)
  })

  it('trains with what the setting says', async () => {
    const configuration = workspace.getConfiguration(settingsSection)
    await configuration.update(settings.backend, 'wasm', ConfigurationTarget.Global)
    try {
      assert.equal((await notebook.run("lab.preset('lenet-mnist').backend.id")).text, "'wasm'")
    } finally {
      await configuration.update(settings.backend, undefined, ConfigurationTarget.Global)
    }
  })

  it('forgets everything when it is restarted', async () => {
    await notebook.run('let kept = 41')
    const { text: before } = await notebook.run('process.pid')
    await commands.executeCommand(ids.restartKernel)
    assert.equal((await notebook.run('typeof kept')).text, "'undefined'")
    assert.notEqual((await notebook.run('process.pid')).text, before)
  })

  it('tells in the running cell that it was killed, and the next run starts afresh', async () => {
    const { text } = await notebook.run('let kept = 41; process.pid')
    const { cell, ended } = await notebook.begin('console.log("busy"); while (true) {}')
    await until('the loop', () => contents(cell, stdoutMime)[0])
    process.kill(Number(text), 'SIGKILL')
    const { success, error } = await ended
    assert.equal(success, false)
    assert.match(error?.message ?? '', /SIGKILL/)
    assert.equal((await notebook.run('typeof kept')).text, "'undefined'")
  })
})
