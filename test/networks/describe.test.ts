import { describe, expect, it } from 'vitest'
import { networkOf } from '../../src/networks/describe'
import { networkByName } from '../../src/networks/zoo'
import { thrown } from '../support/thrown'

describe('a network described in a cell', () => {
  it('needs kinds and sizes; names, activations and classes are filled in', () => {
    const network = networkOf({
      input: [28, 28, 1],
      layers: [
        { kind: 'convolution', filters: 8 },
        { kind: 'convolution', filters: 8, activation: 'none' },
        { kind: 'max-pool' },
        { kind: 'dense', units: 32 },
        { kind: 'dense', units: 10 },
      ],
    })
    expect(network).toEqual({
      name: 'network',
      input: [28, 28, 1],
      layers: [
        { kind: 'convolution', name: 'conv1', filters: 8, activation: 'relu' },
        { kind: 'convolution', name: 'conv2', filters: 8, activation: 'none' },
        { kind: 'max-pool', name: 'pool1' },
        { kind: 'dense', name: 'dense1', units: 32, activation: 'relu' },
        { kind: 'dense', name: 'output', units: 10, activation: 'none' },
      ],
      classes: 10,
    })
  })

  it('names what is inside of blocks and branches, and keeps clear of names that are given', () => {
    const { layers } = networkOf({
      name: 'mine',
      input: [8, 8, 3],
      layers: [
        { kind: 'convolution', filters: 4, name: 'conv2' },
        {
          kind: 'residual',
          layers: [
            { kind: 'convolution', filters: 6, stride: 2, batchNorm: true },
            { kind: 'convolution', filters: 6 },
          ],
          shortcut: { kind: 'convolution', filters: 6, window: 1, stride: 2 },
        },
        { kind: 'branches', branches: [[{ kind: 'convolution', filters: 2 }], []] },
        { kind: 'dense', units: 2 },
      ],
    })
    expect(layers.slice(1, 3)).toEqual([
      {
        kind: 'residual',
        name: 'block1',
        layers: [
          { kind: 'convolution', name: 'conv1', filters: 6, stride: 2, batchNorm: true, activation: 'relu' },
          { kind: 'convolution', name: 'conv3', filters: 6, activation: 'none' },
        ],
        shortcut: {
          kind: 'convolution',
          name: 'block1-shortcut',
          filters: 6,
          window: 1,
          stride: 2,
          activation: 'none',
        },
        activation: 'relu',
      },
      {
        kind: 'branches',
        name: 'branches1',
        branches: [[{ kind: 'convolution', name: 'conv4', filters: 2, activation: 'relu' }], []],
      },
    ])
  })

  it('is the same network when defaults are written out', () => {
    const network = (convolution: object, pool: object) =>
      networkOf({
        input: [8, 8, 1],
        layers: [
          { kind: 'convolution', filters: 4, ...convolution },
          { kind: 'max-pool', ...pool },
          { kind: 'dense', units: 2, batchNorm: undefined },
        ],
      })
    expect(
      network(
        { window: [3, 3], stride: 1, padding: 'same', batchNorm: false, activation: 'relu' },
        { window: 2, stride: 2, padding: 'valid' },
      ),
    ).toStrictEqual(network({}, {}))
    expect(network({ window: 5 }, { window: 3, stride: 3 })).toStrictEqual(
      network({ window: [5, 5] }, { window: 3 }),
    )
    expect(network({}, { stride: 1 })).not.toEqual(network({}, {}))
  })

  it('is the same network when pixels around images are counted, where they have a name', () => {
    const network = (convolution: object, pool: object) =>
      networkOf({
        input: [9, 9, 1],
        layers: [
          { kind: 'convolution', filters: 4, ...convolution },
          { kind: 'max-pool', ...pool },
          { kind: 'dense', units: 2 },
        ],
      })
    expect(network({ padding: 1 }, { padding: 0 })).toStrictEqual(network({}, {}))
    expect(network({ window: [5, 3], padding: [2, 1] }, {})).toStrictEqual(network({ window: [5, 3] }, {}))
    expect(network({ padding: [0, 0] }, { window: 3, stride: 1, padding: [1, 1] })).toStrictEqual(
      network({ padding: 'valid' }, { window: 3, stride: 1, padding: 'same' }),
    )
    // With a stride, zeros are elsewhere.
    const [strided] = network({ stride: 2, padding: [1, 1] }, {}).layers
    expect(strided).toMatchObject({ stride: 2, padding: 1 })
  })

  it('may be one that is complete, or the name of one, for other examples than its paper has', () => {
    const lenet = networkByName('lenet')
    expect(networkOf(lenet)).toStrictEqual(lenet)
    for (const name of ['resnet20', 'resnet50', 'inception-v3']) {
      expect(networkOf(networkByName(name))).toStrictEqual(networkByName(name))
    }
    expect(networkOf('resnet50', { input: [32, 32, 3], classes: 7 })).toMatchObject({ classes: 7 })
  })

  it('does not change when what it was made from changes', () => {
    const input = [4]
    const network = networkOf({ input, layers: [{ kind: 'dense', units: 2 }] })
    input.push(4)
    expect(network.input).toEqual([4])
  })

  it('is fitted to examples and classes, and to nothing else', () => {
    expect(() => networkOf('resnet20', { clases: 3 } as object)).toThrow(
      "Did you mean 'classes'? Expected an option of what \"resnet20\" is fitted to (input, classes), found 'clases'.",
    )
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'Expected the name of a network or { input:'],
    ['a misspelled name', 'resnet2', "Did you mean 'resnet20'?"],
    ['no layers', { input: [4] }, 'Network "network" needs a list of layers'],
    ['an empty list', { input: [4], layers: [], classes: 2 }, 'it has no layers'],
    ['no input', { layers: [{ kind: 'dense', units: 2 }] }, 'positive integers, found undefined'],
    [
      'a misspelled member',
      { inputs: [4], layers: [] },
      "Did you mean 'input'? Expected an option of a network (input, layers, name, classes), found 'inputs'.",
    ],
    ['no classes', { input: [4, 4, 1], layers: [{ kind: 'max-pool' }] }, 'one unit per class'],
    [
      'a short word for a kind',
      {
        input: [4, 4, 1],
        layers: [
          { kind: 'conv', filters: 3 },
          { kind: 'dense', units: 2 },
        ],
      },
      'Did you mean \'convolution\'? Network "network": layer "layer1" is of the kind \'conv\'',
    ],
    [
      'a misspelled option of the last layer',
      { input: [4], layers: [{ kind: 'dense', unit: 2 }] },
      'Did you mean \'units\'? Network "network": layer "output" has the option "unit"',
    ],
    [
      'a misspelled kind of the last layer',
      { input: [4], layers: [{ kind: 'dens', units: 2 }] },
      "Did you mean 'dense'?",
    ],
    ['a number', 5, 'found 5'],
    [
      'a layer that is none',
      { input: [4, 4, 1], layers: [null, { kind: 'dense', units: 2 }] },
      'layer 1 must be an object',
    ],
    ['small images for a large network', 'inception-v3', 'layer "reduction1-3x3" has a window of 3x3'],
  ])('is refused: %s', (_, description, message) => {
    expect(thrown(() => networkOf(description, { input: [32, 32, 3] }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})
