import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../../../src/support/canonical'
import { display, shownAs, type Displayable } from '../../../src/report/display'
import { setupOf } from '../../../src/lab/asked/presets'
import { networkTable, setupText } from '../../../src/report/words/summary'
import { tableText } from '../../../src/report/showing/table'
import { networkOf } from '../../../src/networks/describe'
import type { Network } from '../../../src/networks/network'
import { networkByName } from '../../../src/networks/zoo'

const networkTextOf = (network: Network): string => tableText(networkTable(network))

describe('a network', () => {
  it('is shown with the shapes of its layers and their weights', () => {
    expect(networkTextOf(networkByName('lenet')).split('\n')).toEqual([
      'lenet: input [28, 28, 1], 10 classes, 266,200 weights, 266,610 parameters with biases and batch norm',
      'layer                output  weights',
      'dense1: dense, relu   [300]  235,200',
      'dense2: dense, relu   [100]   30,000',
      'output: dense          [10]    1,000',
    ])
  })

  it('has the layers of blocks and branches below them, and says what is not usual', () => {
    const network = networkOf({
      input: [9, 8, 3],
      layers: [
        { kind: 'convolution', filters: 4, stride: 2, padding: 'valid', batchNorm: true },
        {
          kind: 'residual',
          layers: [{ kind: 'convolution', filters: 5 }],
          shortcut: { kind: 'convolution', filters: 5, window: 1 },
        },
        {
          kind: 'branches',
          branches: [
            [{ kind: 'average-pool', window: 3, stride: 1, padding: 'same' }],
            [
              { kind: 'convolution', filters: 2, window: [1, 3] },
              { kind: 'convolution', filters: 2 },
            ],
          ],
        },
        { kind: 'dropout', rate: 0.25 },
        { kind: 'max-pool' },
        { kind: 'dense', units: 7 },
      ],
    })
    const text = networkTextOf(network)
    const lines = text.split('\n').map((line) => line.replaceAll(/ {2,}(?=\S)/g, '  '))
    expect(lines.slice(2)).toEqual([
      'conv1: convolution 3x3, stride 2, valid, batch norm, relu  [4, 3, 4]  108',
      'block1: residual, relu  [4, 3, 5]',
      '  conv2: convolution 3x3  [4, 3, 5]  180',
      '  + block1-shortcut: convolution 1x1  [4, 3, 5]  20',
      expect.stringMatching(/^\S+: branches {2}\[4, 3, 7\]$/),
      expect.stringMatching(/^ {2}1\) \S+: average-pool 3x3, stride 1, same {2}\[4, 3, 5\]$/),
      expect.stringMatching(/^ {2}2\) \S+: convolution 1x3, relu {2}\[4, 3, 2\] {2}30$/),
      expect.stringMatching(/^ {2}\S+: convolution 3x3, relu {2}\[4, 3, 2\] {2}36$/),
      expect.stringMatching(/^\S+: dropout of 25% {2}\[4, 3, 7\]$/),
      expect.stringMatching(/^\S+: max-pool 2x2 {2}\[2, 1, 7\]$/),
      'output: dense  [7]  98',
    ])
  })
})

describe('a setup', () => {
  const setup = setupOf('lenet-mnist', { steps: 2000, learningRate: 0.002 }, () => ({
    backend: { id: 'wasm', arithmetic: 'test' },
  }))

  it('is shown in words', () => {
    expect(setupText(setup).split('\n')).toEqual([
      'lenet-mnist',
      '  network     lenet, 266,200 weights that can be pruned',
      '  dataset     mnist, 5,000 held out for validation',
      '  training    2,000 steps of 60 examples, adam at 0.002, evaluated every 100 steps',
      '  pruning     20% of dense, 10% of output per level, each layer by itself, rewinding to step 0',
      '  replicates  5, seeds from 1',
      '  backend     wasm',
      '  differs     steps 2000 (paper: 50000), learning rate 0.002 (paper: 0.0012), trained on wasm',
    ])
  })

  it('names schedules, augmentation and noise where there are any', () => {
    const text = setupText({
      ...setup,
      dataset: { ...setup.dataset, examples: 1000, labelNoise: { fraction: 0.125 } },
      recipe: {
        ...setup.recipe,
        weightDecay: 1e-4,
        augmentation: { flip: true, crop: 4 },
        schedule: {
          kind: 'linear-warmup',
          warmup: 100,
          then: { kind: 'steps', boundaries: [500, 900], factor: 0.1 },
        },
      },
      ...{ scope: 'global', criterion: 'random', neverPruned: ['output'], afterPruning: 'learning-rate' },
      sparse: { below: 0.25, backend: { id: 'wasm', arithmetic: 'test' } },
    })
    for (const part of [
      '1,000 examples of it',
      '12.5% of labels wrong',
      'warmed up linearly for 100 steps, then times 0.1 at step 500 and 900, weight decay 0.0001, flipped',
      'cropped by 4 pixels',
      'all layers together, by random, never output, afterwards learning-rate',
      'wasm, wasm under 25%',
    ])
      expect(text).toContain(part)
  })

  it('stays the data that it was', () => {
    const shown = shownAs(setup, (one) => ({ 'text/plain': setupText(one) }))
    expect((shown as Partial<Displayable>)[display]!()).toEqual({ 'text/plain': setupText(setup) })
    expect(Object.keys(shown)).toEqual(Object.keys(setup))
    expect(display in { ...shown }).toBe(false)
    expect(canonicalJson(shown as unknown as Json)).toBe(canonicalJson({ ...setup } as unknown as Json))
  })
})
