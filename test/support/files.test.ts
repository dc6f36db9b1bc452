import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkWritable, explainFull, writeWhole } from '../../src/support/files'
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
