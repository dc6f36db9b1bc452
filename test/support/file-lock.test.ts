import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock, type LockHolder } from '../../src/support/file-lock'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ticketlab-lock-'))
  file = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('withLock', () => {
  it('lets one work at a time, and tells the others whom they wait for', async () => {
    const happened: string[] = []
    const waitedFor: LockHolder[] = []
    let second: Promise<void> | undefined
    await withLock(file, {}, async () => {
      await new Promise<void>((waits) => {
        const onWait = (holder: LockHolder) => {
          waitedFor.push(holder)
          waits()
        }
        second = withLock(file, { onWait }, () => Promise.resolve(void happened.push('second')))
      })
      happened.push('first')
    })
    await second
    expect(happened).toEqual(['first', 'second'])
    expect(waitedFor).toMatchObject([{ process: process.pid, host: hostname() }])
    expect(existsSync(file)).toBe(false)
  })

  it('is free again after a failure', async () => {
    const failing = withLock(file, {}, () => Promise.reject(new Error('no luck')))
    await expect(failing).rejects.toThrow('no luck')
    await expect(withLock(file, {}, () => Promise.resolve('done'))).resolves.toBe('done')
  })

  it('takes over from a process that has died', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(file, JSON.stringify({ process: pid, host: hostname() }))
    await expect(withLock(file, {}, () => Promise.resolve('done'))).resolves.toBe('done')
  })

  it('takes over from another machine only after a minute of silence', async () => {
    writeFileSync(file, JSON.stringify({ process: 1, host: 'another-machine' }))
    const controller = new AbortController()
    const work = () => Promise.resolve('done')
    const early = withLock(file, { signal: controller.signal, onWait: () => controller.abort() }, work)
    await expect(early).rejects.toMatchObject({ code: 'cancelled' })
    const longAgo = new Date(Date.now() - 61_000)
    utimesSync(file, longAgo, longAgo)
    await expect(withLock(file, {}, work)).resolves.toBe('done')
  })
})
