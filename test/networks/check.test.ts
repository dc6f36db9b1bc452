import { describe, expect, it } from 'vitest'
import { checkNetwork } from '../../src/networks/check'
import { buildStepProgram } from '../../src/networks/lower'
import type { ConvolutionLayer, DenseLayer, Layer, Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'

const dense = (name: string, units: number, activation: 'relu' | 'none' = 'relu'): DenseLayer => ({
  kind: 'dense',
  name,
  units,
  activation,
})
const conv = (name: string, options: Partial<ConvolutionLayer> = {}): ConvolutionLayer => ({
  kind: 'convolution',
  name,
  filters: 4,
  activation: 'relu',
  ...options,
})
const pool = (name: string): Layer => ({ kind: 'max-pool', name })
const network = (change: Partial<Network>): Network => ({
  name: 'mine',
  input: [4],
  layers: [dense('first', 3), dense('last', 2, 'none')],
  classes: 2,
  ...change,
})
/** A network on images of 8x8, ending as it should. */
const images = (...layers: unknown[]): Partial<Network> => ({
  input: [8, 8, 3],
  layers: [...(layers as Layer[]), dense('last', 2, 'none')],
})

describe('a network that is none', () => {
  it.each<[string, Partial<Network>, string]>([
    ['without layers', { layers: [] }, 'it has no layers'],
    ['of one class', { classes: 1 }, '2 classes or more, found 1'],
    ['with an empty input', { input: [] }, 'positive integers, found []'],
    ['with an odd input', { input: [28, 0] }, 'positive integers, found [28, 0]'],
    ['of no units', images(dense('a', 0)), 'layer "a": units must be a positive whole number, found 0.'],
    [
      'of units that are text',
      { layers: [dense('a', '2' as never, 'none')], classes: '2' as never },
      `layer "a": units must be a positive whole number, found '2'`,
    ],
    ['of half a unit', images(dense('a', 2.5)), 'found 2.5'],
    [
      'with another activation',
      images(conv('a', { activation: 'tanh' as 'relu' })),
      "'relu' or 'none', found",
    ],
    ['without filters', images({ kind: 'convolution', name: 'a', activation: 'relu' }), '"a" needs filters'],
    ['of an odd window', images(conv('a', { window: [3, 0] })), 'window must be a positive whole number or'],
    [
      'of another kind',
      images({ kind: 'convolve', name: 'a' }),
      'Did you mean \'convolution\'? Network "mine": layer "a" is of the kind \'convolve\'',
    ],
    ['of no kind', images({ name: 'a' }), 'layer "a" has no kind; there are:\n  dense, convolution,'],
    [
      'with a misspelled option',
      images({ ...conv('a'), strides: 2 }),
      'Did you mean \'stride\'? Network "mine": layer "a" has the option "strides"',
    ],
    ['with a layer that is text', images('conv'), 'layer 1 must be an object'],
    [
      'with dropout of everything',
      images({ kind: 'dropout', name: 'd', rate: 1 }),
      'rate must be a fraction',
    ],
    ['with two layers of one name', images(dense('a', 3), pool('a')), 'two layers are called "a"'],
    [
      'with a name twice, once in a block',
      images(conv('a'), { kind: 'residual', name: 'b', layers: [conv('a')], activation: 'relu' }),
      'two layers are called "a"',
    ],
    ['with a slash in a name', images(dense('a/b', 2)), "'a/b' is no name for a layer"],
    ['with a layer without a name', images({ kind: 'max-pool' }), 'layer 1 has no name'],
    ['that ends in relu', { layers: [dense('a', 2)] }, 'last layer "a" gives the logits'],
    ['with units for other classes', { layers: [dense('a', 5, 'none')] }, 'dense with 2 units'],
    ['that ends in a pool', { input: [4, 4, 1], layers: [pool('p')] }, 'found a max-pool layer'],
    [
      'with one branch',
      images({ kind: 'branches', name: 'b', branches: [[conv('a')]] }),
      '"b" needs two branches or more',
    ],
    [
      'with a shortcut that is dense',
      images({
        kind: 'residual',
        name: 'b',
        layers: [conv('a')],
        shortcut: dense('s', 4),
        activation: 'none',
      }),
      'the shortcut of "b" must be a convolution, found a dense layer.',
    ],
  ])('is refused: %s', (_, change, message) => {
    expect(() => checkNetwork(network(change))).toThrow(message)
    expect(() => parametersOf(network(change))).toThrow('Network "mine"')
  })

  it('is refused when a layer has more weights than a file can hold', () => {
    expect(() => parametersOf(network(images(dense('a', 5e7))))).toThrow(
      'at most 536869888 weights in each layer of "mine", found 9600000000 in "a".',
    )
  })

  it('is refused before anything is lowered', () => {
    const options = { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize: 1 } as const
    expect(() => buildStepProgram(network({ layers: [] }), options)).toThrow('it has no layers')
    expect(() => checkNetwork(network({}))).not.toThrow()
  })
})

describe('layers that do not fit', () => {
  it.each<[string, Partial<Network>, string]>([
    [
      'a window larger than what is left',
      images(pool('p1'), pool('p2'), conv('conv3', { padding: 'valid' })),
      'layer "conv3" has a window of 3x3 that does not fit its input [2, 2, 3]: use padding \'same\', pool less',
    ],
    [
      'padding that hides the image',
      images(conv('a', { window: [3, 1], padding: [2, 1] })),
      'layer "a" has a padding of 2x1 around images for a window of 3x1, which would see nothing but padding: give it less',
    ],
    [
      'a window larger than the image with its padding',
      images(pool('p1'), pool('p2'), conv('b', { window: 7, padding: 2 })),
      'layer "b" has a window of 7x7 that does not fit its input [2, 2, 3]',
    ],
    [
      'a pool too many',
      images(pool('p1'), pool('p2'), pool('p3'), pool('p4')),
      'layer "p4" has a window of 2x2 that does not fit its input [1, 1, 3]',
    ],
    [
      'a convolution after a dense layer',
      images(dense('a', 9), conv('b')),
      'layer "b" needs images [height, width, channels], its input is [9]: put it before',
    ],
    [
      'images without channels',
      { ...images(conv('b')), input: [28, 28] },
      'its input is [28, 28]: describe images of one channel as [28, 28, 1]',
    ],
    [
      'a sum of different shapes',
      images({ kind: 'residual', name: 'block', layers: [conv('a', { stride: 2 })], activation: 'relu' }),
      'block "block" adds [4, 4, 4], from its layers, to [8, 8, 3], from its input: give it a shortcut, such as ' +
        "{ kind: 'convolution', name: 'block-shortcut', filters: 4, window: 1, stride: 2, activation: 'none' }",
    ],
    [
      'a shortcut of another shape',
      images({
        kind: 'residual',
        name: 'block',
        layers: [conv('a', { stride: 2 })],
        shortcut: conv('s'),
        activation: 'relu',
      }),
      'to [8, 8, 4], from its shortcut: give it another shortcut',
    ],
    [
      'branches of different heights',
      images({ kind: 'branches', name: 'both', branches: [[conv('a')], [pool('p')]] }),
      'the branches of "both" end in [8, 8, 4], [4, 4, 3], and must not differ but in the last number',
    ],
  ])('are refused: %s', (_, change, message) => {
    expect(() => checkNetwork(network(change))).toThrow(message)
  })

  it('are mended by what the error proposes', () => {
    const block = { kind: 'residual', name: 'block', layers: [conv('a', { stride: 2 })], activation: 'relu' }
    const shortcut = conv('block-shortcut', { window: 1, stride: 2, activation: 'none' })
    expect(() => checkNetwork(network(images({ ...block, shortcut })))).not.toThrow()
  })
})
