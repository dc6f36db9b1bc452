import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TaskEvent } from '../../src/tasks/events'
import type { RunOutcome } from '../../src/runtime/run'
import { canMount, withMounts } from '../support/mounts'
import * as lab from '../runtime/lab'

let programs: lab.Programs
beforeAll(async () => {
  programs = await lab.bundlePrograms()
})
afterAll(() => programs.remove())

describe.skipIf(!canMount)('a store on a disk that can only be read', () => {
  it('gives what it has, and says why it cannot compute what it has not', async () => {
    const { folder, remove } = await lab.temporaryFolder()
    const store = join(folder, 'store')
    await mkdir(store)
    const start = lab.initializeTask()
    const order = { store, backends: lab.backends, trainers: 1, trainerPath: programs.trainer }
    const known = [start, lab.trainTask(start, { steps: 20, evaluateEvery: 10 })]
    const unknown = [start, lab.trainTask(start, { steps: 30, evaluateEvery: 10 })]
    const script = `
      mount -t tmpfs -o size=64m tmpfs "$1"
      "$2" "$3" "$4"
      mount -o remount,ro "$1"
      "$2" "$3" "$4"
      "$2" "$3" "$5"`
    const orders = [known, unknown].map((tasks) => JSON.stringify({ ...order, tasks }))
    const { stdout } = withMounts(script, [store, process.execPath, programs.runTasks, ...orders])
    const ends = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TaskEvent | RunOutcome)
      .filter((line) => !('task' in line))
    expect(ends).toMatchObject([
      { kind: 'finished', tasks: 2, cached: 0 },
      { kind: 'finished', tasks: 2, cached: 2 },
      {
        kind: 'failed',
        failures: [{ failure: { message: expect.stringContaining('the disk can only be read') as string } }],
      },
    ])
    await remove()
  })
})
