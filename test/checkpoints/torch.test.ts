import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/checkpoints/checkpoint'
import { readContents } from '../../src/checkpoints/contents'
import { networkOf } from '../../src/networks/describe'
import { openWasm } from '../../src/backends/wasm/wasm'
import { temporaryFolders } from '../datasets/small'
import { python, pythonObstacle } from '../support/python'
import { rejected } from '../support/thrown'
import { evaluate, expectSame, type Evaluation } from './evaluation'

const folderOf = temporaryFolders()
const program = fileURLToPath(new URL('torch_files.py', import.meta.url))

/** What the program prints of the files that it writes into `folder`. Skips the test where PyTorch is not there. */
async function written<T>(
  what: string,
  folder: string,
  skip: (when: boolean, why?: string) => void,
): Promise<T> {
  const obstacle = (await pythonObstacle('torch')) ?? (await pythonObstacle('numpy'))
  skip(obstacle !== undefined, obstacle)
  return JSON.parse(await python(program, what, folder)) as T
}

/** What `Small` of the program is in our words. */
const small = networkOf({
  input: [8, 8, 3],
  layers: [
    { kind: 'convolution', filters: 6 },
    { kind: 'max-pool' },
    { kind: 'convolution', filters: 5, window: [3, 1], batchNorm: true },
    { kind: 'dense', units: 12 },
    { kind: 'dense', units: 10 },
  ],
})

describe('a file of torch.save', () => {
  it('has tensors of every type, and however they lie in their storages', async ({ skip }) => {
    const folder = await folderOf()
    type Expected = Readonly<Record<string, { shape: number[]; numbers: number[] }>>
    const expected = await written<Expected>('types', folder, skip)
    for (const [name, part] of [
      ['types.pt', ''],
      ['nested.pth', 'model'],
      ['no-sums.pt', ''],
    ] as const) {
      const contents = await readContents(join(folder, name))
      expect([contents.format, contents.part]).toEqual(['torch', part])
      expect(contents.tensors.map((tensor) => tensor.name)).toEqual(Object.keys(expected))
      for (const tensor of contents.tensors) {
        expect(tensor.shape).toEqual(expected[tensor.name]!.shape)
        expect(Array.from(tensor.read()), tensor.name).toEqual(expected[tensor.name]!.numbers)
      }
    }
    const state = await readContents(join(folder, 'nested.pth'), 'optimizer.state')
    expect(state.tensors.map(({ name }) => name)).toEqual(['0.exp_avg'])
    expect(await rejected(readContents(join(folder, 'nested.pth'), 'ema'))).toMatchObject({
      message: expect.stringMatching(
        /Expected the dictionary ema in .*nested.pth, found epoch, best, args, model, optimizer/,
      ) as string,
    })
    for (const [name, message] of [
      ['legacy.pt', /PyTorch before 1\.6.*_use_new_zipfile_serialization=True/],
      [
        'whole-model.pt',
        /it calls torch\.nn\.modules\.linear\.Linear.*Nothing of it was executed.*model\.state_dict\(\)/,
      ],
      ['script.pt', /TorchScript.*model\.state_dict\(\)/],
    ] as const) {
      expect(await rejected(readContents(join(folder, name)))).toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(message) as string,
      })
    }
  })

  it('computes here what it computes there, whatever it is wrapped in', async ({ skip }) => {
    const folder = await folderOf()
    const obstacle = await pythonObstacle('safetensors.torch')
    skip(obstacle !== undefined, obstacle)
    const expected = await written<Evaluation>('small', folder, skip)
    for (const name of [
      'plain.pt',
      'parallel.pth',
      'compiled.pth',
      'double.pt',
      'named.pt',
      'plain.safetensors',
    ]) {
      const checkpoint = await readCheckpoint(join(folder, name), small)
      expect(checkpoint.masks).toEqual({})
      expect(checkpoint.report.notes, name).toEqual(['output/bias is 0, since the file has none'])
      expectSame(await evaluate(openWasm, small, checkpoint, folder), expected)
    }
  })

  it('that torch.nn.utils.prune pruned has masks', async ({ skip }) => {
    const folder = await folderOf()
    const expected = await written<Evaluation & { masks: Record<string, number[]> }>('pruned', folder, skip)
    const checkpoint = await readCheckpoint(join(folder, 'pruned.pt'), small)
    expect(Object.keys(checkpoint.masks)).toEqual(['conv1/weights', 'dense1/weights'])
    const { shape, data } = checkpoint.masks['conv1/weights']!
    expect(shape).toEqual([3, 3, 3, 6])
    // [out, in, height, width] there.
    const there = expected.masks['conv1.weight_mask']!
    const at = (out: number, channel: number, y: number, x: number) =>
      there[((out * 3 + channel) * 3 + y) * 3 + x]
    const here = (out: number, channel: number, y: number, x: number) =>
      data[((y * 3 + x) * 3 + channel) * 6 + out]
    for (const [out, channel, y, x] of [
      [0, 0, 0, 0],
      [5, 2, 1, 0],
      [3, 1, 2, 2],
      [4, 0, 0, 2],
    ] as const) {
      expect(here(out, channel, y, x)).toBe(at(out, channel, y, x))
    }
    for (const [name, mask] of Object.entries(checkpoint.masks)) {
      expect(mask.data.filter((bit) => bit === 0)).toHaveLength(Math.round(0.7 * mask.data.length))
      mask.data.forEach((bit, index) => bit || expect(checkpoint.weights[name]!.data[index]).toBe(0))
    }
    expectSame(await evaluate(openWasm, small, checkpoint, folder), expected)
  })
})
