import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/checkpoints/checkpoint'
import { readContents } from '../../src/checkpoints/contents'
import { ticketLayouts } from '../../src/lab/results/ticket-layouts'
import { paddedAsInPyTorch } from '../../src/networks/change'
import { networkOf } from '../../src/networks/describe'
import { networkByName } from '../../src/networks/zoo'
import { openWasm } from '../../src/backends/wasm/wasm'
import { encodeSafetensors } from '../../src/support/safetensors'
import { bits, imageBackends } from '../backends/fixture'
import { temporaryFolders } from '../datasets/small'
import { python, pythonObstacle } from '../support/python'
import { rejected } from '../support/thrown'
import { evaluate, expectSame, type Evaluation } from './evaluation'

const folderOf = temporaryFolders()
const program = fileURLToPath(new URL('torch_files.py', import.meta.url))

let obstacle: Promise<string | undefined> | undefined

/** What the program prints of the files that it writes into `folder`. Skips the test where PyTorch is not there. */
async function written<T>(
  what: string,
  folder: string,
  skip: (when: boolean, why?: string) => void,
): Promise<T> {
  const found = await (obstacle ??= pythonObstacle('torch, numpy, safetensors.torch'))
  skip(found !== undefined, found)
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
      ['protocol-4.pt', ''],
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

it('a ResNet-20 computes here what it computes in PyTorch, and there again what it computes here', async ({
  skip,
}) => {
  const usual = networkByName('resnet20')
  const padded = paddedAsInPyTorch(usual)
  const folder = await folderOf()
  const expected = await written<Evaluation>('resnet20', folder, skip)
  const file = join(folder, 'resnet20.th')
  const checkpoint = await readCheckpoint(file, padded)
  expect(checkpoint.report).toMatchObject({ part: 'state_dict', notes: [], unused: [] })
  for (const [, open] of imageBackends) {
    expectSame(await evaluate(open, padded, checkpoint, folder), expected)
  }

  const here = bits({ step: 0, parameters: checkpoint.weights, slots: {} })
  const normalize = { mean: [0], deviation: [1 / 255] }
  const layouts = ['ticketlab', 'torch'] as const
  const names = layouts.map((layout) => `${layout}.safetensors`)
  for (const [index, layout] of layouts.entries()) {
    const ticket = JSON.stringify({ network: padded, normalize, layout })
    const back = join(folder, names[index]!)
    await writeFile(
      back,
      encodeSafetensors(ticketLayouts[layout](padded, checkpoint.weights, {}), { ticket }),
    )
    const { weights } = await readCheckpoint(back, padded)
    expect(bits({ step: 0, parameters: weights, slots: {} })).toEqual(here)
  }
  const found = JSON.parse(await python(program, 'back', folder, ...names)) as Evaluation[]
  for (const one of found) expectSame(one, expected)

  // With padding 'same' it is another network, of which the report warns.
  const elsewhere = await readCheckpoint(file, usual)
  expect(elsewhere.report.notes).toEqual([
    expect.stringMatching(/padding 'same' of block4-conv1, block7-conv1 begins further down and right/),
  ])
  const { logProbabilities } = await evaluate(openWasm, usual, elsewhere, folder)
  const difference = logProbabilities.flat().map((value, i) => value - expected.logProbabilities.flat()[i]!)
  expect(Math.max(...difference.map(Math.abs))).toBeGreaterThan(0.01)
}, 600_000)

it('pixels around images are where PyTorch has them, for convolutions and pools', async ({ skip }) => {
  const folder = await folderOf()
  const expected = await written<Evaluation>('pools', folder, skip)
  const network = networkOf({
    input: [32, 32, 3],
    layers: [
      { kind: 'convolution', filters: 6, window: 5, stride: 3, padding: [3, 1] },
      { kind: 'max-pool', window: 3, stride: 2, padding: 1 },
      { kind: 'average-pool', window: 3, stride: 2, padding: 1 },
      { kind: 'convolution', filters: 8, stride: 2, padding: 2 },
      { kind: 'dense', units: 10 },
    ],
  })
  const checkpoint = await readCheckpoint(join(folder, 'pools.pt'), network)
  for (const [, open] of imageBackends)
    expectSame(await evaluate(open, network, checkpoint, folder), expected)
})
