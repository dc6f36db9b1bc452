import { spawn } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { taskFolder } from '../../src/store/layout'
import { bundle, type Bundle } from '../support/bundle'
import { canMount, withMounts } from '../support/mounts'
import { temporaryFolder } from '../runtime/lab'
import { listed, trainRealStore, type RealStore } from '../store/upkeep/real-store'

let program: Bundle
let real: RealStore
let folder: string
let remove: () => Promise<void>
beforeAll(async () => {
  ;[program, real, { folder, remove }] = await Promise.all([
    bundle('src/cli/main.ts'),
    trainRealStore(),
    temporaryFolder(),
  ])
}, 120_000)
afterAll(async () => {
  await program.remove()
  await real.close()
  await remove()
})

/** Runs `ticketlab store` as a user does. */
function ticketlab(store: string, ...args: string[]) {
  const child = spawn(process.execPath, [program.file, 'store', ...args], {
    env: { ...process.env, TICKETLAB_STORE: store },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** Imports an archive, and kills that once so many tasks are in their places, or while it unpacks. */
async function importUntil(store: string, file: string, tasks: number): Promise<void> {
  const child = spawn(process.execPath, [program.file, 'store', 'import', file], {
    env: { ...process.env, TICKETLAB_STORE: store },
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const namesIn = (path: string) => readdir(path).catch(() => [])
  while (child.exitCode === null) {
    const groups = await namesIn(join(store, 'tasks'))
    const isUnpacking = (await namesIn(join(store, 'incoming'))).length > 0
    if (tasks === 0 ? isUnpacking : groups.length >= tasks) break
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  child.kill('SIGKILL')
  await ended
}

describe('ticketlab store', () => {
  it('lists experiments with their sizes', async () => {
    const { byName } = await listed(real.store)
    const { view } = byName.get('IMP small')!.experiment
    const { code, output } = await ticketlab(real.store, 'list')
    expect(code).toBe(0)
    expect(output).toMatch(/^digest +when +levels +replicates +size +its alone +state +name$/m)
    const when = view.createdAt.slice(0, 16).replace('T', ' ')
    expect(output).toMatch(
      new RegExp(
        `^${view.digest.slice(0, 12)}  ${when} +3 +2 +[\\d.]+ KB +[\\d.]+ KB +finished +IMP small$`,
        'm',
      ),
    )
    expect(output).toMatch(/3 experiments, \d+ tasks, [\d.]+ KB$/m)
  })

  it('takes experiments from one store to another, deletes, frees and restores them', async () => {
    const file = join(folder, 'tickets.tar')
    const other = join(folder, 'other')
    const exported = await ticketlab(real.store, 'export', 'IMP small', file)
    expect(exported).toMatchObject({ code: 0 })
    expect(exported.output).toContain('IMP small: finished')
    const imported = await ticketlab(other, 'import', file)
    expect(imported.output).toMatch(/IMP small, [0-9a-f]{12}: is new here\n\d+ new tasks/)
    const copied = await ticketlab(real.store, 'copy', 'random reinit small', other)
    expect(copied.output).toMatch(
      /random reinit small, .*: is new here\n\d+ new tasks .*, \d+ tasks there already/,
    )
    expect((await ticketlab(other, 'verify')).output).toMatch(
      /whole tasks, 0 not finished, 2 experiments; nothing/,
    )

    const deleted = await ticketlab(other, 'delete', 'random reinit small')
    expect(deleted.output).toContain('deleted random reinit small')
    expect((await ticketlab(other, 'list')).output).toMatch(/no experiment refers to \d+ tasks.*store free/)
    // All of it is younger than an hour.
    expect((await ticketlab(other, 'free', '--yes')).output).toContain('Nothing can be freed')
    const part = /restore (\S+)/.exec(deleted.output)![1]!
    expect((await ticketlab(other, 'restore', part)).output).toBe('put back 1 experiment and 0 tasks\n')
    expect((await ticketlab(other, 'free')).output).toBe('Everything in the store is referred to.\n')
    expect((await ticketlab(other, 'free', '--empty')).output).toContain('emptied the trash: 0 B')
  })

  it('names what is damaged, and ends with 1', async () => {
    const other = join(folder, 'damaged')
    await ticketlab(real.store, 'copy', 'IMP small', other)
    const [first] = (await listed(other)).byName.get('IMP small')!.needs
    const damaged = join(taskFolder(other, first!), 'result.json')
    await writeFile(damaged, 'oops')
    const { code, output } = await ticketlab(other, 'verify')
    expect(code).toBe(1)
    expect(output).toContain(damaged)
    expect(output).toMatch(/1 damaged$/m)
    expect((await ticketlab(other, 'export', 'IMP small', join(folder, 'no.tar'))).code).toBe(1)
    expect(await readdir(folder)).not.toContain('no.tar')
  })

  it.skipIf(!canMount)('lists, checks and exports from a disk that can only be read', async () => {
    const file = join(folder, 'read-only.tar')
    const script = `
      mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && export TICKETLAB_STORE="$1"
      "$2" "$3" store list && "$2" "$3" store verify && "$2" "$3" store export 'IMP small' "$4"
      "$2" "$3" store delete 'IMP small'`
    const { stdout, stderr } = withMounts(script, [real.store, process.execPath, program.file, file])
    expect(stdout).toMatch(/IMP small\n[^]*nothing damaged\n[^]*wrote .*read-only.tar/)
    expect(stderr).toContain('the disk can only be read')
    expect((await ticketlab(join(folder, 'from-read-only'), 'import', file)).code).toBe(0)
  })

  it('takes in all or nothing of an experiment, whenever it is killed', async () => {
    const file = join(folder, 'all.tar')
    await ticketlab(real.store, 'export', 'IMP small', 'random reinit small', file)
    const other = join(folder, 'killed')
    for (const tasks of [0, 2, 9]) {
      await importUntil(other, file, tasks)
      // What is listed is whole: experiments come after all that they need.
      const { code, output } = await ticketlab(other, 'verify')
      expect(output).toMatch(/nothing damaged$/m)
      expect(code).toBe(0)
    }
    expect((await ticketlab(other, 'import', file)).output).toMatch(/, [1-9]\d* tasks? there already$/m)
    const { byName, contents } = await listed(other)
    expect([...byName.values()].map(({ missing }) => missing)).toEqual([0, 0])
    // What was cut off is not in anybody's way, and is freed when it is old.
    for (const { path } of contents.leftovers) expect(path).toMatch(/^incoming/)
  })

  it('says what it wants: an experiment that is there, a store, all arguments', async () => {
    const unknown = await ticketlab(real.store, 'export', 'absent', join(folder, 'x.tar'))
    expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining("found 'absent'") as string })
    const none = await ticketlab(join(folder, 'none'), 'list')
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining('there is none') as string })
    expect(await ticketlab(real.store, 'export', 'IMP small')).toMatchObject({ code: 1 })
    await writeFile(join(folder, 'store.json'), '{"format":2}')
    expect((await ticketlab(folder, 'list')).output).toContain('newer version')
  })
})
