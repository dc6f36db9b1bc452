import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint, type CheckpointOptions } from '../../src/checkpoints/checkpoint'
import { networkOf } from '../../src/networks/describe'
import type { NetworkDescription } from '../../src/networks/description'
import { networkByName } from '../../src/networks/zoo'
import { encodeSafetensors } from '../../src/support/safetensors'
import { sizeOf } from '../../src/support/tensor'
import { temporaryFolders } from '../datasets/small'
import { rejected } from '../support/thrown'
import { archive, dictionary, floats, pickle, tensor } from './handmade'

const folderOf = temporaryFolders()

/** Names and shapes as a state_dict has them, and numbers where it matters which. */
type State = Readonly<
  Record<string, readonly number[] | { shape: readonly number[]; numbers: readonly number[] }>
>

const shapeOf = (entry: State[string]) => ('shape' in entry ? entry.shape : entry)
const numbersOf = (entry: State[string]) =>
  'numbers' in entry ? entry.numbers : Array<number>(sizeOf(shapeOf(entry))).fill(0.5)

/** A file of `torch.save`. */
async function torchFile(state: State): Promise<string> {
  const entries = Object.entries(state)
  const tensors = Object.fromEntries(
    entries.map(([name, entry], index) => [name, tensor(String(index), shapeOf(entry))]),
  )
  const storages = Object.fromEntries(entries.map(([, entry], index) => [index, floats(...numbersOf(entry))]))
  const file = join(await folderOf(), 'weights.pt')
  await writeFile(file, await archive(pickle(dictionary(tensors)), storages))
  return file
}

async function safetensorsFile(state: State): Promise<string> {
  const tensors = Object.entries(state).map(([name, entry]) => [
    name,
    { shape: shapeOf(entry), data: Float32Array.from(numbersOf(entry)) },
  ])
  const file = join(await folderOf(), 'weights.safetensors')
  await writeFile(
    file,
    encodeSafetensors(Object.fromEntries(tensors) as Parameters<typeof encodeSafetensors>[0]),
  )
  return file
}

const network = (layers: NetworkDescription['layers'], input: readonly number[] = [8, 8, 3]) =>
  networkOf({ input, layers })

/** Which tensor each parameter is. */
async function pairs(file: string, of: ReturnType<typeof network>, options?: CheckpointOptions) {
  const { report } = await readCheckpoint(file, of, options)
  return Object.fromEntries(report.parameters.map(({ name, from }) => [name, from]))
}

const norm = (name: string, size: number): State => ({
  [`${name}.weight`]: [size],
  [`${name}.bias`]: [size],
  [`${name}.running_mean`]: [size],
  [`${name}.running_var`]: [size],
  [`${name}.num_batches_tracked`]: [],
})
const convolution = (name: string, filters: number, channels: number, size = 3): State => ({
  [`${name}.weight`]: [filters, channels, size, size],
})
const linear = (name: string, outputs: number, inputs: number): State => ({
  [`${name}.weight`]: [outputs, inputs],
  [`${name}.bias`]: [outputs],
})

/** ResNet-20 for CIFAR as most repositories declare it; a shortcut is declared after its block, or before. */
function resnet20(first: boolean): State {
  const state: Record<string, State[string]> = { ...convolution('conv1', 16, 3), ...norm('bn1', 16) }
  let channels = 16
  for (const [stage, filters] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block++) {
      const name = `layer${stage + 1}.${block}`
      const shortcut = {
        ...convolution(`${name}.shortcut.0`, filters, channels, 1),
        ...norm(`${name}.shortcut.1`, filters),
      }
      if (channels !== filters && first) Object.assign(state, shortcut)
      Object.assign(state, convolution(`${name}.conv1`, filters, channels), norm(`${name}.bn1`, filters))
      Object.assign(state, convolution(`${name}.conv2`, filters, filters), norm(`${name}.bn2`, filters))
      if (channels !== filters && !first) Object.assign(state, shortcut)
      channels = filters
    }
  }
  return Object.assign(state, linear('linear', 10, 64))
}

describe('a ResNet-20 of PyTorch', () => {
  it.each([
    ['in a file of torch.save', torchFile, false],
    ['with shortcuts that are declared first', torchFile, true],
    ['in safetensors, whose order is that of names', safetensorsFile, false],
  ] as const)('%s is ours, layer by layer', async (_, write, first) => {
    const found = await pairs(await write(resnet20(first)), networkByName('resnet20'))
    const expected = (layer: string, theirs: string, theirNorm: string) => ({
      [`${layer}/weights`]: `${theirs}.weight`,
      [`${layer}/scale`]: `${theirNorm}.weight`,
      [`${layer}/offset`]: `${theirNorm}.bias`,
      [`${layer}/mean`]: `${theirNorm}.running_mean`,
      [`${layer}/variance`]: `${theirNorm}.running_var`,
    })
    expect(found).toMatchObject(expected('conv1', 'conv1', 'bn1'))
    for (let block = 1; block <= 9; block++) {
      const theirs = `layer${Math.ceil(block / 3)}.${(block - 1) % 3}`
      for (const index of [1, 2]) {
        expect(found).toMatchObject(
          expected(`block${block}-conv${index}`, `${theirs}.conv${index}`, `${theirs}.bn${index}`),
        )
      }
      if (block !== 4 && block !== 7) continue
      const shortcut = `${theirs}.shortcut`
      expect(found).toMatchObject(expected(`block${block}-shortcut`, `${shortcut}.0`, `${shortcut}.1`))
    }
    expect(found).toMatchObject({ 'output/weights': 'linear.weight', 'output/bias': 'linear.bias' })
  })
})

it('a shortcut of the shape of another convolution in its block is told by its name', async () => {
  const inner = [
    { kind: 'convolution', filters: 4, window: 1, batchNorm: true },
    { kind: 'convolution', filters: 4, batchNorm: true },
    { kind: 'convolution', filters: 16, window: 1, batchNorm: true },
  ] as const
  const bottleneck = network(
    [
      {
        kind: 'residual',
        layers: inner,
        shortcut: { kind: 'convolution', filters: 16, window: 1, batchNorm: true },
      },
      { kind: 'global-average-pool' },
      { kind: 'dense', units: 10 },
    ],
    [8, 8, 4],
  )
  const state = {
    ...{ ...convolution('layer1.0.downsample.0', 16, 4, 1), ...norm('layer1.0.downsample.1', 16) },
    ...{ ...convolution('layer1.0.conv1', 4, 4, 1), ...norm('layer1.0.bn1', 4) },
    ...{ ...convolution('layer1.0.conv2', 4, 4), ...norm('layer1.0.bn2', 4) },
    ...{ ...convolution('layer1.0.conv3', 16, 4, 1), ...norm('layer1.0.bn3', 16) },
    ...linear('fc', 10, 16),
  }
  for (const file of [await torchFile(state), await safetensorsFile(state)]) {
    expect(await pairs(file, bottleneck)).toMatchObject({
      ...{ 'conv3/weights': 'layer1.0.conv3.weight', 'conv3/mean': 'layer1.0.bn3.running_mean' },
      'block1-shortcut/weights': 'layer1.0.downsample.0.weight',
      'block1-shortcut/mean': 'layer1.0.downsample.1.running_mean',
    })
  }
})

describe('a batch norm belongs to', () => {
  const two = network([
    { kind: 'convolution', filters: 4, batchNorm: true },
    { kind: 'convolution', filters: 4, batchNorm: true },
    { kind: 'global-average-pool' },
    { kind: 'dense', units: 10 },
  ])
  const end = linear('fc', 10, 4)

  it.each([
    [
      'the module before it in a sequence',
      { ...convolution('f.0', 4, 3), ...norm('f.1', 4), ...convolution('f.3', 4, 4), ...norm('f.4', 4) },
      ['f.1', 'f.4'],
    ],
    [
      'the module of its number',
      { ...convolution('conv1', 4, 3), ...convolution('conv2', 4, 4), ...norm('bn1', 4), ...norm('bn2', 4) },
      ['bn1', 'bn2'],
    ],
    [
      'the first that has none yet',
      { ...convolution('a.conv', 4, 3), ...norm('an', 4), ...convolution('b.conv', 4, 4), ...norm('bn', 4) },
      ['an', 'bn'],
    ],
  ] as const)('%s', async (_, state: State, [first, second]) => {
    const found = await pairs(await torchFile({ ...state, ...end }), two)
    expect([found['conv1/mean'], found['conv2/mean']]).toEqual([
      `${first}.running_mean`,
      `${second}.running_mean`,
    ])
  })

  it('what is declared after it in a network that we do not have, which is refused', async () => {
    const state = {
      ...convolution('conv0', 4, 3),
      ...norm('bn1', 4),
      ...convolution('conv1', 4, 4),
      ...norm('bn2', 4),
      ...end,
    }
    const swapped = {
      ...norm('bn1', 4),
      ...convolution('conv1', 4, 3),
      ...norm('bn2', 4),
      ...convolution('conv2', 4, 4),
      ...end,
    }
    expect(await rejected(pairs(await torchFile(swapped), two))).toMatchObject({
      message: expect.stringMatching(
        /bn1 of the file, a batch norm of 4, comes before conv1: .*pre-activation/,
      ) as string,
    })
    const names = { bn1: 'conv1', bn2: 'conv2' }
    expect(await pairs(await torchFile(swapped), two, { names })).toMatchObject({
      'conv1/mean': 'bn1.running_mean',
    })
    expect(await pairs(await torchFile(state), two, { names })).toMatchObject({
      'conv2/mean': 'bn2.running_mean',
    })
  })

  it('weights with a bias, which it takes out again', async () => {
    const state: State = {
      'conv1.weight': [1, 3, 1, 1],
      'conv1.bias': { shape: [1], numbers: [0.25] },
      ...norm('bn1', 1),
      'bn1.running_mean': { shape: [1], numbers: [2] },
      ...linear('fc', 2, 1),
    }
    const one = network([
      { kind: 'convolution', filters: 1, window: 1, batchNorm: true },
      { kind: 'global-average-pool' },
      { kind: 'dense', units: 2 },
    ])
    const { weights, report } = await readCheckpoint(await torchFile(state), one)
    expect([...weights['conv1/mean']!.data]).toEqual([1.75])
    expect(report.notes).toEqual([
      'conv1.bias is taken from conv1/mean, since batch norm takes biases out again',
    ])
  })
})

describe('axes', () => {
  it('of a dense layer on images count channels innermost', async () => {
    // [out, channel, y, x] flattened: the number says where it is from.
    const numbers = Array.from({ length: 2 * 12 }, (_, index) => index)
    const file = await torchFile({ 'fc.weight': { shape: [2, 12], numbers }, 'fc.bias': [2] })
    const { weights } = await readCheckpoint(file, network([{ kind: 'dense', units: 2 }], [2, 2, 3]))
    const { shape, data } = weights['output/weights']!
    expect(shape).toEqual([12, 2])
    const [y, x, channel, out] = [1, 0, 2, 1]
    expect(data[((y * 2 + x) * 3 + channel) * 2 + out]).toBe(out * 12 + channel * 4 + y * 2 + x)
  })

  it('of tensors without names of modules are found, too, where shapes come in the order of the layers', async () => {
    const state = { w1: [5, 12], b1: [5], w2: [2, 5], b2: [2] }
    const mlp = network(
      [
        { kind: 'dense', units: 5 },
        { kind: 'dense', units: 2 },
      ],
      [12],
    )
    expect(await pairs(await torchFile(state), mlp)).toEqual({
      ...{ 'dense1/weights': 'w1', 'dense1/bias': 'b1' },
      ...{ 'output/weights': 'w2', 'output/bias': 'b2' },
    })
    expect(await rejected(pairs(await safetensorsFile(state), mlp))).toMatchObject({
      message: expect.stringMatching(/dense1\/weights \[12, 5\]: expected \[5, 12\] at this place/) as string,
    })
    const names = { w1: 'dense1/weights', b1: 'dense1/bias', w2: 'output/weights', b2: 'output/bias' }
    expect(await pairs(await safetensorsFile(state), mlp, { names })).toMatchObject({
      'output/weights': 'w2',
    })
  })
})

describe('what does not fit', () => {
  const mlp = network(
    [
      { kind: 'dense', units: 5 },
      { kind: 'dense', units: 2 },
    ],
    [12],
  )

  it('is told tensor by tensor', async () => {
    const file = await torchFile({ ...linear('fc1', 5, 12), ...linear('fc2', 3, 5), ...linear('fc3', 2, 3) })
    const error = (await rejected(readCheckpoint(file, mlp))) as Error
    expect(error).toMatchObject({ code: 'bad-input' })
    expect(error.message.split('\n')).toEqual([
      `Expected the weights of "network" in ${file}, found tensors that do not fit:`,
      '  output/weights [5, 2]: the file has no further tensor [2, 5], as PyTorch has it',
      '  fc2.weight [3, 5] of the file: no layer is left that has weights of this shape',
      '  fc3.weight [2, 3] of the file: no layer is left that has weights of this shape',
      expect.stringMatching(/^Change the network, or say which tensor is which parameter: \{ names: /),
    ])
  })

  it('is a norm of another kind, too, but not numbers that belong to no module', async () => {
    const state = { ...linear('fc1', 5, 12), 'norm.weight': [5], 'norm.bias': [5], ...linear('fc2', 2, 5) }
    expect(await rejected(readCheckpoint(await torchFile(state), mlp))).toMatchObject({
      message: expect.stringMatching(/norm\.weight \[5\] of the file: no layer of ours has it/) as string,
    })
    const file = await torchFile({ ...state, pixel_mean: [1, 3] })
    const { report } = await readCheckpoint(file, mlp, { names: { norm: null } })
    expect(report.unused).toEqual(['pixel_mean'])
  })

  it('may be a second network in the same file', async () => {
    const two = {
      ...linear('a.fc1', 5, 12),
      ...linear('a.fc2', 2, 5),
      ...linear('b.fc1', 5, 12),
      ...linear('b.fc2', 2, 5),
    }
    for (const file of [await torchFile(two), await safetensorsFile(two)]) {
      expect(await rejected(readCheckpoint(file, mlp))).toMatchObject({ code: 'bad-input' })
      const { report } = await readCheckpoint(file, mlp, { part: 'b' })
      expect(report).toMatchObject({ part: 'b', parameters: [{ from: 'fc1.weight' }, {}, {}, {}] })
    }
  })

  it('can be left out, and what has several places is given one, by names', async () => {
    const square = network(
      [
        { kind: 'dense', units: 4 },
        { kind: 'dense', units: 4 },
        { kind: 'dense', units: 2 },
      ],
      [4],
    )
    const file = await torchFile({
      ...{ ...linear('second', 4, 4), ...linear('first', 4, 4), ...linear('head', 2, 4) },
      ...{ ...linear('aux.deep.fc', 7, 4), ...linear('spare', 3, 3) },
    })
    const leaveOut = { aux: null, 'spare.weight': null, 'spare.bias': null }
    expect(await pairs(file, square, { names: leaveOut })).toMatchObject({
      'dense1/weights': 'second.weight',
    })
    for (const names of [
      { first: 'dense1' },
      { 'first.weight': 'dense1/weights' },
      { 'module.first.bias': 'dense1/bias' },
    ]) {
      expect(await pairs(file, square, { names: { ...leaveOut, ...names } })).toEqual({
        ...{ 'dense1/weights': 'first.weight', 'dense1/bias': 'first.bias' },
        ...{ 'dense2/weights': 'second.weight', 'dense2/bias': 'second.bias' },
        ...{ 'output/weights': 'head.weight', 'output/bias': 'head.bias' },
      })
    }
  })

  it.each([
    [{ fc9: 'dense1' }, /Did you mean 'fc1\.weight'\?|a tensor or module of .* in names/],
    [{ 'fc1.weight': 'dens1/weights' }, /Did you mean 'dense1\/weights'\?/],
    [{ fc1: 'dense1/weights' }, /a layer with weights of ours for fc1 in names/],
    [{ fc1: 'dense1', fc2: 'dense1' }, /one module for dense1 in names, found fc1 and fc2/],
    [
      { 'fc1.weight': 'output/weights' },
      /output\/weights \[5, 2\]: fc1\.weight of the file is \[5, 12\], and would be \[2, 5\]/,
    ],
  ])('and names that nothing has are told: %o', async (names, message) => {
    const file = await torchFile({ ...linear('fc1', 5, 12), ...linear('fc2', 2, 5) })
    expect(await rejected(readCheckpoint(file, mlp, { names }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    [
      'numbers that are not finite',
      { 'fc1.bias': { shape: [5], numbers: [0, 1, NaN, 3, 4] } },
      /fc1\.bias: expected finite numbers/,
    ],
    [
      'masks of other numbers than 0 and 1',
      { 'fc1.weight_mask': [5, 12] },
      /fc1\.weight_mask: expected a mask of 0 and 1, found 0\.5/,
    ],
  ])('is found in %s', async (_, changed: State, message) => {
    const file = await torchFile({ ...linear('fc1', 5, 12), ...linear('fc2', 2, 5), ...changed })
    expect(await rejected(readCheckpoint(file, mlp))).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringMatching(message) as string,
    })
  })
})

it('an exported ticket is read as it was written, with its masks', async () => {
  const mlp = network([{ kind: 'dense', units: 2 }], [3])
  const state = {
    'output/weights': { shape: [3, 2], numbers: [1, 0, 3, 4, 0, 6] },
    'output/weights/mask': { shape: [3, 2], numbers: [1, 0, 1, 1, 0, 1] },
    'output/bias': { shape: [2], numbers: [7, 8] },
  }
  const { weights, masks } = await readCheckpoint(await safetensorsFile(state), mlp)
  expect([...weights['output/weights']!.data]).toEqual([1, 0, 3, 4, 0, 6])
  expect([...weights['output/bias']!.data]).toEqual([7, 8])
  expect(masks).toEqual({ 'output/weights': { shape: [3, 2], data: Uint8Array.of(1, 0, 1, 1, 0, 1) } })
  const other = network([{ kind: 'dense', name: 'logits', units: 2 }], [3])
  expect(await rejected(readCheckpoint(await safetensorsFile(state), other))).toMatchObject({
    message: expect.stringMatching(/logits\/weights \[3, 2\]: the file has no tensor of this name/) as string,
  })
})
