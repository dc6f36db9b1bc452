import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../src/tasks/events'
import type { RunOutcome } from '../../src/runtime/run'
import { canMount, withMounts } from '../support/mounts'
import * as lab from './lab'

let programs: lab.Programs
beforeAll(async () => {
  programs = await lab.bundlePrograms()
})
afterAll(() => programs.remove())

describe.skipIf(!canMount)('a full disk', () => {
  it('is reported with path and sizes, and what was computed is used when there is room', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const store = join(folder, 'store')
    await mkdir(store)
    const start = lab.initializeTask()
    // Weights take 50 KB: there is room for those that training starts from, not for those that it ends with.
    const train = lab.trainTask(start, { steps: 1000, evaluateEvery: 500 })
    const order = {
      store,
      backends: lab.backends,
      trainers: 1,
      trainerPath: programs.trainer,
      tasks: [start, train],
    }
    const script = `
      mount -t tmpfs -o size=112k tmpfs "$1"
      "$2" "$3" "$4"
      echo '"room"'
      mount -o remount,size=64m "$1"
      exec "$2" "$3" "$4"`
    const { stdout } = withMounts(script, [store, process.execPath, programs.runTasks, JSON.stringify(order)])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TaskEvent | RunOutcome | 'room')
    const room = lines.indexOf('room')
    expect(lines[room - 1]).toMatchObject({
      kind: 'failed',
      failures: [
        {
          failure: {
            code: 'disk-full',
            message: expect.stringMatching(
              /safetensors: no space.*needed \d+ bytes, \d+ bytes free/,
            ) as string,
          },
        },
      ],
    })
    expect(lines.at(-1)).toEqual({ kind: 'finished', tasks: 2, cached: 1 })
    await remove()
  })
})
