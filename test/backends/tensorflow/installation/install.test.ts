import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  findTensorflow,
  installTensorflow,
  type InstallationProgress,
} from '../../../../src/backends/tensorflow/installation'
import { runProcess } from '../../../../src/backends/tensorflow/installation/processes'
import { reporter } from '../../../../src/backends/tensorflow/installation/progress'
import { places } from '../../../../src/support/paths'
import { needTensorflow } from '../../../support/tensorflow'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ticketlab-install-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

/** The processes that work inside `folder`. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`).startsWith(folder)
    } catch {
      // It has ended, or is somebody else's.
      return false
    }
  })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

describe('installTensorflow', () => {
  it('is done at once, and silently, where TensorFlow is installed', async () => {
    needTensorflow()
    const { backends } = places()
    const events: InstallationProgress[] = []
    const installation = await installTensorflow({ backends, onProgress: (event) => events.push(event) })
    expect(installation).toEqual(findTensorflow(backends))
    expect(events).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'ends every process and leaves no installation when cancelled',
    async () => {
      const controller = new AbortController()
      const events: InstallationProgress[] = []
      const installing = installTensorflow({
        backends: folder,
        signal: controller.signal,
        onProgress: (event) => events.push(event),
      })
      const tree = join(folder, '.installing/tree')
      const outcome = expect(installing).rejects.toMatchObject({ code: 'cancelled' })
      await until(() => processesIn(tree).length > 0)
      controller.abort()
      await outcome
      expect(processesIn(tree)).toEqual([])
      expect(findTensorflow(folder)).toBeUndefined()
      expect(readdirSync(folder)).toEqual(['.installing'])
      expect(events.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['checking', 'packages']))
    },
  )

  it('says what to do when the folder cannot be made', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await expect(installTensorflow({ backends: join(file, 'backends') })).rejects.toMatchObject({
      code: 'backend-failed',
      message: expect.stringContaining('TICKETLAB_BACKENDS') as string,
    })
  })
})

describe('runProcess', () => {
  it('tells how a program ended as data, and its lines while it runs', async () => {
    const lines: string[] = []
    const program = "console.log('one'); console.error('two'); process.exitCode = 3"
    const log = join(folder, 'log')
    const result = await runProcess({
      program: process.execPath,
      arguments: ['-e', program],
      onLine: (line) => lines.push(line),
      log,
    })
    expect(result).toMatchObject({ kind: 'exited', code: 3 })
    expect(lines.sort()).toEqual(['one', 'two'])
    expect(readFileSync(log, 'utf8')).toContain('two\n')
    await expect(runProcess({ program: join(folder, 'absent'), arguments: [] })).resolves.toMatchObject({
      kind: 'not-found',
    })
  })

  it('ends a program that takes too long', async () => {
    const endless = ['-e', 'setInterval(() => {}, 1000)']
    const result = await runProcess({ program: process.execPath, arguments: endless, limit: 300 })
    expect(result).toMatchObject({ kind: 'killed', by: 'the time limit of 0.3 s' })
  })

  it.runIf(process.platform === 'linux')(
    'ends what a cancelled program started, even if that is stubborn',
    async () => {
      const controller = new AbortController()
      const stubborn =
        "process.on('SIGTERM', () => {}); require('fs').writeFileSync('up', ''); setInterval(() => {}, 9)"
      const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}]); setInterval(() => {}, 9)`
      const running = runProcess({
        program: process.execPath,
        arguments: ['-e', parent],
        folder,
        signal: controller.signal,
      })
      const outcome = expect(running).rejects.toMatchObject({ code: 'cancelled' })
      await until(() => existsSync(join(folder, 'up')))
      controller.abort()
      await outcome
      await until(() => processesIn(folder).length === 0)
    },
  )
})

describe('reporter', () => {
  it('turns the progress of stages into that of the whole, which never falls', () => {
    const events: InstallationProgress[] = []
    const report = reporter((event) => events.push(event))
    report('waiting', 'Waiting for process 7')
    report('checking', 'Checking')
    report('download', 'Downloading: 10 MB', 0.5)
    report('download', 'Downloading: 10 MB', 0.6)
    report('download', 'Downloading again', 0)
    report('done', 'There')
    expect(events[0]).toEqual({ stage: 'waiting', message: 'Waiting for process 7' })
    expect(events.map(({ message }) => message)).toEqual([
      'Waiting for process 7',
      'Checking',
      'Downloading: 10 MB',
      'Downloading again',
      'There',
    ])
    const fractions = events.slice(1).map(({ fraction }) => fraction!)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
  })
})
