import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpz } from '../../src/datasets/npz'
import { rejected } from '../support/thrown'
import { floatNpz, kerasNpz, npy, zipped } from './npz-files'
import { temporaryFolders } from './small'

const temporary = temporaryFolders()
const written = async (bytes: Uint8Array) => {
  const file = join(await temporary(), 'data.npz')
  await writeFile(file, bytes)
  return file
}

describe('reading npz', () => {
  it('gives shapes, types and numbers as NumPy wrote them', async () => {
    const arrays = await readNpz(await written(kerasNpz), ['x_train', 'y_train', 'y_test'] as const)
    const { x_train, y_train, y_test } = arrays
    expect([x_train.shape, x_train.type]).toEqual([[6, 2, 3], 'u1'])
    expect(Array.from(x_train.data)).toEqual(Array.from({ length: 36 }, (_, i) => i))
    expect([y_train.shape, y_train.type]).toEqual([[6, 1], 'i8'])
    expect(Array.from(y_train.data, Number)).toEqual([0, 1, 2, 0, 1, 2])
    expect(Array.from(y_test.data, Number)).toEqual([2, 1])
    expect((await readNpz(await written(floatNpz), ['x_test'] as const)).x_test.type).toBe('f4')
  })

  it('lists what there is when an array is missing', async () => {
    const file = await written(kerasNpz)
    expect(await rejected(readNpz(file, ['x_train', 'images']))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`images in ${file}, found x_train, y_train, x_test, y_test`) as string,
    })
  })

  it('refuses what is no file, no zip, or cut', async () => {
    expect(await rejected(readNpz('/nowhere.npz', ['x']))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('/nowhere.npz') as string,
    })
    for (const bytes of [Buffer.from('PK but not a zip'), kerasNpz.subarray(0, kerasNpz.length - 30)]) {
      expect(await rejected(readNpz(await written(bytes), ['x_train']))).toMatchObject({
        code: 'data-corrupt',
      })
    }
  })

  it.each([
    ['a folder', async () => temporary(), /an npz file, found a folder/],
    ['an empty file', async () => written(Buffer.alloc(0)), /found the empty file/],
    ['a file of one array', async () => written(npy('|u1')), /found an npy file with a single array/],
    ['some other file', async () => written(Buffer.from('a,b')), /which is no zip file/],
    [
      'big-endian numbers',
      async () => written(await zipped({ x: npy('>i8') })),
      /x: expected little-endian .* dtype >i8/,
    ],
    [
      'objects',
      async () => written(await zipped({ x: npy('|O') })),
      /x: expected little-endian numbers .* dtype \|O/,
    ],
    ['times', async () => written(await zipped({ x: npy('<M8[ns]') })), /dtype <M8\[ns\]\. Write array/],
  ])('refuses %s and says what it is', async (_, create, message) => {
    expect(await rejected(readNpz(await create(), ['x']))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })

  it('refuses an array that is not the one that was written', async () => {
    const bytes = await zipped({ x: npy('|u1') })
    expect((await readNpz(await written(bytes), ['x'])).x.data).toEqual(Uint8Array.of(7))
    bytes[bytes.indexOf(7, 100)] = 8
    expect(await rejected(readNpz(await written(bytes), ['x']))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(/: x is damaged: its checksum \(CRC-32\)/) as string,
    })
  })

  it('refuses an array whose bytes were changed', async () => {
    const bytes = Uint8Array.from(kerasNpz)
    bytes.fill(0, 60, 90)
    expect(await rejected(readNpz(await written(bytes), ['x_train']))).toMatchObject({ code: 'data-corrupt' })
  })
})
