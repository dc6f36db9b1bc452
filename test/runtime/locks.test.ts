import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isLocked, tryLock } from '../../src/runtime/locks/lock'
import { livenessOf, ownIdentity } from '../../src/runtime/locks/process-identity'
import { trainerSlots } from '../../src/runtime/locks/trainer-slots'
import { bundle, type Bundle } from '../support/bundle'
import { rejected } from '../support/thrown'
import { temporaryFolder } from './lab'
import { killAll, start } from './processes'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => ({ folder, remove } = await temporaryFolder()))
afterEach(() => remove())

let program: Bundle
beforeAll(async () => (program = await bundle('test/runtime/programs/hold-lock.ts')))
afterAll(async () => {
  killAll()
  await program.remove()
})

const never = new AbortController().signal

describe('a lock', () => {
  it('is held by one at a time, in this process too', async () => {
    const path = join(folder, 'lock')
    const lock = await tryLock(path)
    expect(await tryLock(path)).toBeUndefined()
    expect(await isLocked(path)).toBe(true)
    await lock!.release()
    expect(await isLocked(path)).toBe(false)
    expect(await tryLock(path)).toBeDefined()
  })

  it('leaves nothing behind when it is to be forgotten', async () => {
    await (await tryLock(join(folder, 'lock')))!.release({ forget: true })
    expect(await readdir(folder)).toEqual([])
  })

  it('is free at once when its holder was killed', async () => {
    const holder = start(program.file, ['lock', folder])
    expect(await holder.line()).toBe('held')
    expect(await tryLock(join(folder, 'lock'))).toBeUndefined()
    await holder.kill()
    expect(await tryLock(join(folder, 'lock'))).toBeDefined()
  })

  it('goes to one only of many that find its holder dead', async () => {
    const holder = start(program.file, ['lock', folder])
    await holder.line()
    await holder.kill()
    const takers = Array.from({ length: 4 }, () => start(program.file, ['lock', folder]))
    const held = takers.map(async (taker) => {
      await taker.line()
      return taker
    })
    const first = await Promise.race(held)
    const others = held.filter((_, i) => takers[i] !== first)
    expect(await Promise.race([...others, sleep(500, 'nobody else')])).toBe('nobody else')
    // When that one is killed, the next gets it.
    await first.kill()
    await Promise.race(others)
    killAll()
    await Promise.allSettled(others)
  })

  it('keeps processes apart that take and give it back quickly', async () => {
    await writeFile(join(folder, 'count'), '0')
    const workers = Array.from({ length: 4 }, () => start(program.file, ['count', folder, '25']))
    await Promise.all(workers.map((worker) => worker.exited))
    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('100')
  })

  it('is free when its file was torn by a crash of the machine', async () => {
    await mkdir(join(folder, 'lock'))
    await writeFile(join(folder, 'lock', '7'), '{"host": "th')
    expect(await tryLock(join(folder, 'lock'))).toBeDefined()
  })

  it('is held by a process on another machine, of which only its heartbeat is known', async () => {
    await mkdir(join(folder, 'lock'))
    await writeFile(join(folder, 'lock', '1'), JSON.stringify({ host: 'elsewhere', pid: 1, start: '5' }))
    expect(await tryLock(join(folder, 'lock'))).toBeUndefined()
  })
})

describe('a process', () => {
  it('is known as dead when its number now belongs to another', async () => {
    const self = await ownIdentity()
    expect(await livenessOf(self)).toBe('alive')
    expect(await livenessOf({ ...self, start: 'long ago' })).toBe('dead')
  })

  it('is known as dead after a restart of the machine', async () => {
    const self = await ownIdentity()
    expect(await livenessOf({ ...self, boot: 'before' })).toBe(self.boot === undefined ? 'unknown' : 'dead')
  })

  it('is not judged by its number when it is in another container', async () => {
    const self = await ownIdentity()
    expect(await livenessOf({ ...self, space: 'pid:[1]' })).toBe('unknown')
  })
})

describe('trainer slots', () => {
  it('are as many as the setting says, over all processes', async () => {
    const slots = trainerSlots(folder, 2)
    const other = start(program.file, ['slots', folder, '2'])
    expect(await other.line()).toBe('held')
    const mine = await slots.acquire(never)
    let third = false
    const waiting = slots.acquire(never).then((lock) => {
      third = true
      return lock
    })
    await sleep(300)
    expect(third).toBe(false)
    await other.kill()
    await Promise.all([(await waiting).release(), mine.release()])
    expect(third).toBe(true)
  })

  it('can be waited for until it is enough', async () => {
    const slots = trainerSlots(folder, 1)
    const held = await slots.acquire(never)
    const enough = new AbortController()
    const waiting = rejected(slots.acquire(enough.signal))
    await sleep(50)
    enough.abort()
    expect(await waiting).toMatchObject({ name: 'AbortError' })
    await held.release()
    await (await slots.acquire(never)).release()
  })

  it('are shared with who came later', async () => {
    const slots = trainerSlots(folder, 2)
    const held = [await slots.acquire(never), await slots.acquire(never)]
    expect(await slots.shouldYield(2)).toBe(false)
    const other = start(program.file, ['slots', folder, '2'])
    while (!(await slots.shouldYield(2))) await sleep(20)
    await held[0]!.release()
    expect(await other.line()).toBe('held')
    // One each is fair, though this process wants another.
    expect(await slots.shouldYield(1)).toBe(false)
    await held[1]!.release()
    await other.kill()
  })

  it('are not blocked by a waiting process that was killed or hangs', async () => {
    const slots = trainerSlots(folder, 1)
    const held = await slots.acquire(never)
    const other = start(program.file, ['slots', folder, '1'])
    while (!(await slots.shouldYield(1))) await sleep(20)
    await other.kill()
    await held.release()
    await (await slots.acquire(never)).release()

    const queue = join(
      folder,
      (await readdir(folder)).find((name) => name.startsWith('trainers-'))!,
      'queue',
    )
    const hanging = join(queue, '1-1-1')
    await writeFile(hanging, JSON.stringify(await ownIdentity()))
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(hanging, longAgo, longAgo)
    await (await slots.acquire(never)).release()
  })
})
