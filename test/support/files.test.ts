import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TicketLabError } from '../../src/support/errors'
import { checkIsFile, checkWritable, explainFull, writeWhole } from '../../src/support/files'
import { rejected } from './thrown'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticketlab-files-'))
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'folder'))
})
afterEach(() => rm(folder, { recursive: true }))

const refusal = (path: string, reason: string) => ({
  code: 'bad-input',
  message: `Cannot write ${path}: ${reason}. Choose another place.`,
})
const noFolder = 'a part of this path is a file and not a folder'

describe('a file that cannot be written', () => {
  test.each([
    ['folder', 'it is a folder'],
    ['file/name', noFolder],
    ['file/folder/name', noFolder],
  ])('%s is refused with what is wrong, and nothing is left behind', async (name, reason) => {
    const path = join(folder, name)
    expect(await rejected(writeWhole(path, 'text'))).toMatchObject(refusal(path, reason))
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder'])
  })

  test.each([
    ['EACCES', 'you may not write there'],
    ['EPERM', 'you may not write there'],
    ['EROFS', 'the disk can only be read'],
  ])('because of %s is told in words', async (code, reason) => {
    const cause = Object.assign(new Error(code), { code })
    expect(await explainFull(cause, '/a/b')).toMatchObject({ ...refusal('/a/b', reason), cause })
  })

  test('because of something else stays what it was', async () => {
    const error = Object.assign(new Error('taken'), { code: 'EEXIST', syscall: 'link' })
    expect(await explainFull(error, '/a/b')).toBe(error)
  })
})

describe('a folder', () => {
  test('that can be written is made, and stays empty', async () => {
    await checkWritable(join(folder, 'new/folder'))
    expect(await readdir(join(folder, 'new/folder'))).toEqual([])
  })

  test('that is a file is refused', async () => {
    const path = join(folder, 'file')
    expect(await rejected(checkWritable(path))).toMatchObject(refusal(path, noFolder))
  })
})

describe('a name that no file can have', () => {
  test.each([
    ['x'.repeat(300), 'the name is too long'],
    ['zero\0byte', 'nothing can have this name'],
    ['dead', 'is a link that leads nowhere', 'name'],
    ['circle', 'is a link that leads nowhere', 'name'],
  ])('%s is refused in words, at once', async (name, reason, below = '') => {
    await symlink(join(folder, 'nothing'), join(folder, 'dead'))
    await symlink(join(folder, 'circle'), join(folder, 'circle'))
    const path = join(folder, name, below)
    for (const write of [() => writeWhole(path, 'text'), () => checkWritable(join(folder, name))]) {
      const { code, message } = (await rejected(write())) as TicketLabError
      expect(code).toBe('bad-input')
      expect(message).toContain(reason)
    }
  })

  test.skipIf(process.platform !== 'linux')('below /proc is refused instead of tried for ever', async () => {
    expect(await rejected(checkWritable('/proc/ticketlab/out'))).toMatchObject({
      code: 'bad-input',
      message: 'Cannot write /proc/ticketlab/out: no folder can be made there. Choose another place.',
    })
    expect(await rejected(writeWhole('/proc/file', 'text'))).toMatchObject({ code: 'bad-input' })
  })

  test('that a pipe has is refused, and the pipe stays', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const message = `Cannot write ${pipe}: it is a pipe, which a file would replace. Choose another place.`
    expect(await rejected(writeWhole(pipe, 'text'))).toMatchObject({ message })
    expect((await stat(pipe)).isFIFO()).toBe(true)
  })

  test('is none that a file has, which is replaced', async () => {
    await writeWhole(join(folder, 'file'), 'new')
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('new')
  })
})

describe('a file to read', () => {
  test('is no pipe, which would be waited for, no device and no folder', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await rejected(checkIsFile(pipe, 'an npz file'))).toMatchObject({
      message: `Expected an npz file, found a pipe, ${pipe}.`,
    })
    expect(await rejected(checkIsFile('/dev/null', 'an npz file'))).toMatchObject({ code: 'bad-input' })
    expect(await rejected(checkIsFile(folder, 'an npz file'))).toMatchObject({ code: 'bad-input' })
    await checkIsFile(join(folder, 'file'), 'an npz file')
  })
})
