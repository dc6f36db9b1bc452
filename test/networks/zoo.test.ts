import { describe, expect, it } from 'vitest'
import type { Parameter } from '../../src/networks/network'
import { parametersOf, trainable } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'

const count = (name: string, of: (parameter: Parameter) => boolean): number =>
  parametersOf(networkByName(name))
    .filter(of)
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0)
const isWeights = ({ role }: Parameter): boolean => role === 'weights'

describe('the weights of the zoo', () => {
  it.each([
    ['lenet', 266_200, '266K'],
    ['conv2', 4_300_992, '4.3M'],
    ['conv4', 2_425_024, '2.4M'],
    ['vgg19', 20_024_000, '20.0M'],
  ])('of %s are the %i (%s) of Frankle & Carbin 2019, figure 2', (name, weights, paper) => {
    expect(count(name, isWeights)).toBe(weights)
    const [factor, digits] = paper.endsWith('M') ? [1e6, 1] : [1e3, 0]
    expect(`${(weights / factor).toFixed(digits)}${paper.at(-1)}`).toBe(paper)
  })

  it('of conv6 are 1.1M in convolutions, as in the paper, and 2.3M in all, where the paper says 1.7M', () => {
    expect(count('conv6', ({ group }) => group === 'convolution')).toBe(1_144_512)
    expect(count('conv6', isWeights)).toBe(2_261_184)
  })

  it('of resnet20 are 268K in convolutions, 2,560 in shortcuts and 640 at the output; with batch norm 274K', () => {
    const inGroup = (wanted: string) => count('resnet20', ({ group }) => group === wanted)
    expect([inGroup('convolution'), inGroup('shortcut'), inGroup('output')]).toEqual([267_696, 2560, 640])
    expect(count('resnet20', () => true)).toBe(274_042)
  })

  it('of vgg19 are 5,120 at the output, of conv2 and conv4 38K and 260K in convolutions', () => {
    expect(count('vgg19', ({ group }) => group === 'output')).toBe(5120)
    expect(count('conv2', ({ group }) => group === 'convolution')).toBe(38_592)
    expect(count('conv4', ({ group }) => group === 'convolution')).toBe(259_776)
  })

  it.each([
    ['resnet18', 11_678_912, 11_689_512],
    ['resnet50', 25_502_912, 25_557_032],
    ['inception-v3', 23_799_136, 23_834_568],
    ['vgg16', 14_715_584, 14_724_042],
  ])('of %s are %i, and %i numbers are trained, as in public implementations', (name, weights, trained) => {
    expect(count(name, isWeights)).toBe(weights)
    expect(count(name, trainable)).toBe(trained)
  })
})

describe('a network of the zoo', () => {
  it('is found by its name; a misspelled name is answered with the nearest', () => {
    expect(networkByName('vgg16').name).toBe('vgg16')
    expect(() => networkByName('lenett')).toThrow(
      "Did you mean 'lenet'? Expected a network, found 'lenett'. There are:\n  lenet, conv2",
    )
  })

  it('is fitted to other examples and classes', () => {
    const last = (name: string, form: Parameters<typeof networkByName>[1]) =>
      parametersOf(networkByName(name, form)).at(-2)!.shape
    expect(last('conv2', { classes: 100 })).toEqual([256, 100])
    expect(last('resnet50', { input: [33, 20, 1], classes: 3 })).toEqual([2048, 3])
    expect(last('inception-v3', { input: [75, 80, 3], classes: 5 })).toEqual([2048, 5])
  })
})
