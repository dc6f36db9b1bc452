import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readContents } from '../../src/checkpoints/contents'
import { TicketLabError } from '../../src/support/errors'
import { encodeSafetensors } from '../../src/support/safetensors'
import { temporaryFolders } from '../datasets/small'
import { rejected } from '../support/thrown'
import { archive, call, dictionary, floats, int, name, pickle, tensor, text, tuple } from './handmade'

const folderOf = temporaryFolders()

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(await folderOf(), 'weights.pt')
  await writeFile(file, bytes)
  return file
}

/** The numbers of all tensors. */
async function numbersIn(file: string): Promise<Record<string, number[]>> {
  const { tensors } = await readContents(file)
  return Object.fromEntries(tensors.map((one) => [one.name, [...one.read()]]))
}

const whole = await archive(
  pickle(
    dictionary({
      'fc.weight': tensor('0', [2, 3]),
      'fc.bias': call(name('torch._utils', '_rebuild_parameter'), tensor('0', [2], { offset: 4 }), int(1)),
    }),
  ),
  { 0: floats(1, 2, 3, 4, 5, 6) },
)

it('a file as torch.save writes it has its tensors', async () => {
  expect(await numbersIn(await fileOf(whole))).toEqual({ 'fc.weight': [1, 2, 3, 4, 5, 6], 'fc.bias': [5, 6] })
})

it('a file of a big-endian machine says so', async () => {
  const swapped = floats(1, -2.5).swap32()
  const bytes = await archive(
    pickle(dictionary({ w: tensor('0', [1, 2]) })),
    { 0: swapped },
    {
      records: { byteorder: Buffer.from('big') },
    },
  )
  expect(await numbersIn(await fileOf(bytes))).toEqual({ w: [1, -2.5] })
})

it('nothing in a file is executed: what else it calls or names is told', async () => {
  const harm = call(name('posix', 'system'), text('touch /tmp/harm'))
  const values: readonly (readonly [Buffer, RegExp])[] = [
    [harm, /it calls posix\.system, which is not among collections\.OrderedDict/],
    [dictionary({ args: call(name('argparse', 'Namespace')) }), /it calls argparse\.Namespace/],
    [dictionary({ type: name('torch', 'float32') }), /it holds the name torch\.float32/],
    [
      tensor('0', [1, 2], { type: 'ComplexFloatStorage' }),
      /it has a torch\.ComplexFloatStorage, and there are Double/,
    ],
    [tensor('0', [1, 2], { type: 'toString' }), /it has a torch\.toString/],
  ]
  for (const [value, message] of values) {
    const file = await fileOf(await archive(pickle(value)))
    const error = await rejected(readContents(file))
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) as string })
    expect((error as Error).message).toMatch(
      /Nothing of it was executed\. Save the tensors alone: torch\.save/,
    )
    expect((error as Error).message).toContain(file)
  }
})

describe('tensors that are larger than what they are made of', () => {
  it.each([
    ['more numbers than there are', tensor('0', [2, 4]), /expected 8 numbers, as its strides need, found 6/],
    ['an offset beyond the end', tensor('0', [2], { offset: 5 }), /expected 7 numbers/],
    [
      'strides beyond the end',
      tensor('0', [2, 2], { strides: [2 ** 52, 1] }),
      /as its strides need, found 6/,
    ],
    [
      'one number a billion times',
      tensor('0', [2 ** 30], { strides: [0] }),
      /expected at most \d+ numbers, found 1073741824/,
    ],
    [
      'more than can be counted',
      tensor('0', [2 ** 50, 2 ** 50, 2 ** 50], { strides: [0, 0, 0] }),
      /at most \d+ numbers/,
    ],
    ['a storage that is not there', tensor('7', [2]), /expected the storage data\/7, found none/],
  ])('have %s', async (_, value, message) => {
    const file = await fileOf(
      await archive(pickle(dictionary({ w: value })), { 0: floats(1, 2, 3, 4, 5, 6) }),
    )
    const [w] = (await readContents(file)).tensors
    expect(await rejected(Promise.resolve().then(() => w!.read()))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['negative strides', tensor('0', [2], { strides: [-1], offset: 1 })],
    ['a negative shape', tensor('0', [-2])],
    ['fewer strides than axes', tensor('0', [2, 3], { strides: [1] })],
    ['a hundred axes', tensor('0', Array<number>(100).fill(1))],
  ])('or have %s', async (_, value) => {
    const file = await fileOf(await archive(pickle(value), { 0: floats(1, 2, 3, 4, 5, 6) }))
    expect(await rejected(readContents(file))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/shape, strides and offset of a tensor in it are not ones/) as string,
    })
  })
})

it('a compressed file, which may be a thousand times as large as it looks, is not unpacked', async () => {
  const bytes = await archive(
    pickle(dictionary({ w: tensor('0', [2, 2]) })),
    { 0: Buffer.alloc(1e7) },
    { compress: true },
  )
  expect(bytes.length).toBeLessThan(1e5)
  expect(await rejected(readContents(await fileOf(bytes)))).toMatchObject({
    code: 'data-corrupt',
    message: expect.stringMatching(/data\.pkl is compressed, which torch\.save does not do/) as string,
  })
})

it('a dictionary that is in itself, or a thousand times in others, is not followed for ever', async () => {
  const latin = (value: string) => Buffer.from(value, 'latin1')
  const itself = Buffer.concat([latin('}q\x01('), text('again'), latin('h\x01u')])
  expect(await rejected(readContents(await fileOf(await archive(pickle(itself)))))).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/lists within lists/) as string,
  })
  // Ten lists of ten times the next one: ten billion tensors.
  let value = Buffer.concat([tensor('0', [1, 2]), latin('q\x01')])
  for (let level = 2; level <= 11; level++) {
    const again = Array.from({ length: 9 }, () => latin(`h${String.fromCharCode(level - 1)}`))
    value = Buffer.concat([latin('('), value, ...again, latin(`tq${String.fromCharCode(level)}`)])
  }
  const file = await fileOf(await archive(pickle(value), { 0: floats(1, 2) }))
  expect(await rejected(readContents(file))).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/at most 100000 values/) as string,
  })
})

it('files of other kinds are told what they are', async () => {
  const zip = await archive(Buffer.alloc(0))
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.alloc(0), /found an empty file/],
    [Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), /found an HDF5 file, as Keras writes it/],
    [Buffer.from('\x93NUMPY\x01\x00', 'latin1'), /found an npy file of NumPy/],
    [Buffer.from('\x80\x04}.', 'latin1'), /found a pickle that torch\.save did not write/],
    [Buffer.from('weights, biases and so on'), /found another kind of file/],
    [
      Buffer.from(zip.toString('latin1').replaceAll('data.pkl', 'data.txt'), 'latin1'),
      /expected data\.pkl in the zip|Expected data\.pkl in the zip/,
    ],
    [encodeSafetensors({}), /Expected tensors in .*, found none/],
  ]
  for (const [bytes, message] of cases) {
    const file = await fileOf(bytes)
    const error = (await rejected(readContents(file))) as Error
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) as string })
    expect(error.message).toContain(file)
  }
  expect(await rejected(readContents('/nowhere.pt'))).toMatchObject({ code: 'bad-input' })
  expect(await rejected(readContents(await folderOf()))).toMatchObject({
    message: expect.stringMatching(/found a folder/) as string,
  })
})

it('whatever is cut off or changed, there is an answer or an error that names the file', async () => {
  const safetensors = encodeSafetensors({
    'fc.weight': { shape: [2, 3], data: new Float32Array(6).fill(0.5) },
  })
  const folder = await folderOf()
  const file = join(folder, 'weights.pt')
  const attempt = async (bytes: Uint8Array): Promise<void> => {
    await writeFile(file, bytes)
    try {
      await numbersIn(file)
    } catch (error) {
      expect(error).toBeInstanceOf(TicketLabError)
      expect((error as Error).message).toContain(file)
    }
  }
  for (const original of [whole, safetensors]) {
    for (let length = 0; length < original.length; length += 3) await attempt(original.subarray(0, length))
    for (let at = 0; at < original.length; at++) {
      for (const change of [0xff, 0x01]) {
        const bytes = Uint8Array.from(original)
        bytes[at]! ^= change
        await attempt(bytes)
      }
    }
  }
}, 60_000)

it('tuples, lists and numbers beside the weights do not disturb', async () => {
  const value = dictionary({
    epoch: int(3),
    history: tuple(int(1), int(2)),
    model: dictionary({ w: tensor('0', [1, 2]) }),
  })
  const file = await fileOf(await archive(pickle(value), { 0: floats(1, 2) }))
  expect(await readContents(file)).toMatchObject({ part: 'model', tensors: [{ name: 'w' }] })
})
