import { describe, expect, it } from 'vitest'
import { publishedPresetNames, presetNames, setupOf } from '../../../src/lab/asked/presets'
import type { OwnDataset } from '../../../src/lab/asked/dataset-options'
import { factorAt } from '../../../src/training/schedule'
import { thrown } from '../../support/thrown'

const images = (shape: readonly number[], classes: number, trainCount: number): OwnDataset => ({
  ...{ name: 'own', content: '7'.repeat(64), shape, classes, trainCount, testCount: 50_000 },
})
const imagenet = images([224, 224, 3], 1000, 1_281_167)
const tiny = images([64, 64, 3], 200, 100_000)
const preset = (name: string, options: object = {}) =>
  setupOf(name, options, () => ({ backend: { id: 'tensorflow', arithmetic: 'test' } }))

describe('a preset for images of the user’s own', () => {
  it('of ResNet-50 has the hyperparameters of its authors’ code, in epochs of the images', () => {
    const { recipe, network, deviations, ...setup } = preset('resnet50-imagenet', { dataset: imagenet })
    // 90, 5, 30, 60 and 80 epochs of 1,281,167 images in batches of 1,024: 1,251.14 steps each.
    expect(recipe).toEqual({
      steps: 112_603,
      batchSize: 1024,
      augmentation: { flip: true, crop: 0 },
      optimizer: { kind: 'momentum', learningRate: 0.4, momentum: 0.9 },
      weightDecay: 1e-4,
      weightDecayOn: 'all',
      schedule: {
        kind: 'linear-warmup',
        warmup: 6256,
        then: { kind: 'steps', boundaries: [37_534, 75_068, 100_091], factor: 0.1 },
      },
      evaluateEvery: 1251,
    })
    expect([network.name, network.input, network.classes]).toEqual(['resnet50', [224, 224, 3], 1000])
    expect(setup).toMatchObject({
      ...{ name: 'resnet50-imagenet', scope: 'global', replicates: 3, freshOrders: true },
      ...{ init: 'kaiming-normal', batchNormScale: 'uniform', dataset: { name: 'own', validation: 0 } },
      rates: { convolution: 0.2, shortcut: 0.2, output: 0.2 },
    })
    expect(deviations).toEqual([
      "dataset own (paper's code: ImageNet)",
      "images cut from the middle (paper's code: cut at random places and sizes)",
    ])
  })

  it('has fewer steps for fewer images, or larger batches, and says what was changed', () => {
    const small = preset('resnet50-imagenet', {
      ...{ dataset: images([64, 64, 3], 10, 5000), validation: 1000, batchSize: 200, learningRate: 0.08 },
    })
    // 20 steps an epoch.
    expect(small.recipe).toMatchObject({ steps: 1800, evaluateEvery: 20 })
    expect(small.recipe.schedule).toMatchObject({ warmup: 100, then: { boundaries: [600, 1200, 1600] } })
    expect(small.deviations).toEqual(
      expect.arrayContaining([
        "batch size 200 (paper's code: 1024)",
        "learning rate 0.08 (paper's code: 0.4)",
        "validation 1000 (paper's code: 0)",
      ]),
    )
    const few = preset('resnet50-imagenet', { dataset: images([64, 64, 3], 2, 10), steps: 50 })
    expect(few.recipe).toMatchObject({ steps: 50, evaluateEvery: 1 })
  })

  it('of Inception-v3 falls in a line, as near to it as ten steps come', () => {
    const { recipe, network, deviations } = preset('inception-v3-imagenet', {
      dataset: images([299, 299, 3], 1000, 1_281_167),
    })
    expect([network.name, recipe.steps]).toEqual(['inception-v3', 213_945])
    const rates = Array.from({ length: 1000 }, (_, index) => {
      const step = Math.floor((index / 1000) * recipe.steps)
      return { found: 0.03 * factorAt(recipe.schedule!, step), line: 0.03 - (0.025 * step) / recipe.steps }
    })
    for (const { found, line } of rates) expect(Math.abs(found / line - 1)).toBeLessThan(0.1)
    expect(rates.at(-1)!.found).toBeCloseTo(0.005, 6)
    expect(deviations.join('; ')).toMatch(/in 10 steps \(paper: in a line †\); no auxiliary classifier/)
  })

  it('of Tiny-ImageNet is ResNet-18 for 64x64 pixels', () => {
    const { recipe, network, deviations } = preset('resnet18-tinyimagenet', { dataset: tiny })
    expect([network.name, network.input, network.classes]).toEqual(['resnet18', [64, 64, 3], 200])
    expect(recipe).toMatchObject({ steps: 78_125, batchSize: 256, augmentation: { flip: true, crop: 4 } })
    expect(recipe.schedule).toEqual({ kind: 'steps', boundaries: [39_063, 58_594], factor: 0.1 })
    expect(deviations).toEqual(['dataset own (paper: Tiny-ImageNet †)'])
    // One that a laptop can train.
    const light = preset('resnet18-tinyimagenet', { dataset: tiny, network: 'resnet20' })
    expect(light.network.classes).toBe(200)
  })

  it.each([
    [
      'resnet50-imagenet',
      /images of ImageNet, or others.*dataset: await lab\.dataset\('imagenet', { size: 224, shorter: 256 }\) }\)/,
    ],
    ['inception-v3-imagenet', /lab\.dataset\('imagenet', { size: 299, shorter: 342 }\)/],
    ['resnet18-tinyimagenet', /images of Tiny-ImageNet, or others.*lab\.dataset\('tiny-imagenet'\)/],
  ])('of %s says what to do without images, and is not offered where none can be chosen', (name, message) => {
    expect(thrown(() => preset(name))).toMatchObject({
      code: 'data-missing',
      message: expect.stringMatching(message) as string,
    })
    expect([presetNames.includes(name as never), publishedPresetNames.includes(name as never)]).toEqual([
      true,
      false,
    ])
  })
})
