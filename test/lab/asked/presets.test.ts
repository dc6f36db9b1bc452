import { describe, expect, it } from 'vitest'
import { ownSetup, presetNames, setupOf } from '../../../src/lab/asked/presets'
import { datasetSpec } from '../../../src/lab/asked/dataset-options'
import { densityOf, keptCounts } from '../../../src/experiments/density'
import { thrown } from '../../support/thrown'

/** As {@link datasetSpec}, whether or not the dataset is installed on this machine. */
const specOf: typeof datasetSpec = (choices) =>
  typeof choices.dataset === 'string'
    ? { ...datasetSpec({ ...choices, dataset: 'mnist' }), name: choices.dataset }
    : datasetSpec(choices)
const preset = (options?: unknown, name = 'lenet-mnist') =>
  setupOf(name, options, () => ({ backend: { id: 'tensorflow', arithmetic: 'test' } }), specOf)

describe('the preset lenet-mnist', () => {
  it('has the hyperparameters of Frankle & Carbin 2019, figure 2', () => {
    const { recipe, rates, dataset, replicates, deviations } = preset()
    expect(recipe).toEqual({
      steps: 50_000,
      batchSize: 60,
      optimizer: { kind: 'adam', learningRate: 1.2e-3 },
      evaluateEvery: 100,
    })
    expect(rates).toEqual({ dense: 0.2, output: 0.1 })
    expect(dataset.validation).toBe(5000)
    expect([replicates, deviations]).toEqual([5, []])
  })

  it('can be changed in every hyperparameter, and says what was changed', () => {
    const setup = preset({
      steps: 2000,
      batchSize: 128,
      optimizer: 'momentum',
      learningRate: 0.1,
      weightDecay: 1e-4,
      schedule: { kind: 'linear-warmup', warmup: 100 },
      rates: { dense: 0.5 },
      rewindTo: 100,
      replicates: 5,
      seed: 3,
    })
    expect(setup.recipe.optimizer).toEqual({ kind: 'momentum', learningRate: 0.1, momentum: 0.9 })
    expect(setup.rates).toEqual({ dense: 0.5, output: 0.1 })
    expect(setup.deviations).toEqual([
      'steps 2000 (paper: 50000)',
      'batch size 128 (paper: 60)',
      'learning rate 0.1 (paper: 0.0012)',
      'optimizer momentum (paper: adam)',
      'weight decay 0.0001 (paper: 0)',
      'learning rate warmed up linearly for 100 steps (paper: constant)',
      'rates dense 0.5, output 0.1 (paper: dense 0.2, output 0.1)',
      'rewind to 100 (paper: 0)',
    ])
  })
})

describe('how networks begin, and what decays', () => {
  it('is a part of the setup where it is not as usual, and told', () => {
    const setup = preset(
      { init: 'kaiming-normal', batchNormScale: 'uniform', weightDecayOn: 'all' },
      'resnet20-cifar10',
    )
    expect(setup).toMatchObject({ init: 'kaiming-normal', batchNormScale: 'uniform' })
    expect(setup.recipe.weightDecayOn).toBe('all')
    expect(setup.deviations).toEqual([
      'init kaiming-normal (paper: glorot)',
      'batch norm scale uniform (paper: 1)',
      'weight decay on all (paper: weights)',
    ])
  })

  it('is left out where it is as usual', () => {
    expect(preset({ init: 'glorot', batchNormScale: 1, weightDecayOn: 'weights' })).toEqual(preset())
  })

  it('can be asked of layers of the user', () => {
    const layers = [{ kind: 'dense', units: 10, batchNorm: true }]
    const setup = ownSetup(
      {
        network: { input: [28, 28, 1], layers },
        ...{ dataset: 'mnist', steps: 5, init: 'orthogonal', batchNormScale: 'uniform' },
      },
      () => ({ backend: { id: 'wasm', arithmetic: 'test' } }),
      specOf,
    )
    expect(setup).toMatchObject({ init: 'orthogonal', batchNormScale: 'uniform' })
  })

  it.each<[object, string]>([
    [{ init: 'kaiming' }, "Did you mean 'kaiming-normal'?"],
    [{ batchNormScale: 2 }, "Expected batchNormScale to be 1 or 'uniform', found 2"],
    [{ batchNormScale: 'uniform' }, "with batch norm only, found 'uniform' with lenet, which has none"],
    [{ weightDecayOn: 'biases' }, 'weightDecayOn'],
  ])('is refused as %j', (options, message) => {
    expect(thrown(() => preset(options))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('orders of examples', () => {
  const deep = (options: object) => preset(options, 'resnet20-cifar10')

  it('have seeds of their own where they are given', () => {
    expect(deep({ orderSeed: 7, augmentationSeed: 9, freshOrders: true })).toMatchObject({
      ...{ orderSeed: 7, augmentationSeed: 9, freshOrders: true, deviations: [] },
    })
    expect(deep({ orderSeed: 1, freshOrders: false })).toEqual(deep({}))
  })

  it.each<[object, string]>([
    [{ orderSeed: -1 }, 'orderSeed to be a whole number of at least 0'],
    [{ orderSeed: Number.MAX_SAFE_INTEGER }, 'orderSeed 9007199254740991 with 5 replicates'],
    [{ augmentationSeed: 1, augmentation: false }, 'augmentationSeed with augmentation only, found 1'],
    [{ freshOrders: 'yes' }, 'freshOrders to be true or false'],
  ])('are refused as %j', (options, message) => {
    expect(thrown(() => deep(options))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

it('never prunes a group whose rate is 0', () => {
  const { rates, deviations } = preset({ rates: { output: 0 } })
  expect(rates).toEqual({ dense: 0.2 })
  expect(deviations).toEqual(['rates dense 0.2 (paper: dense 0.2, output 0.1)'])
})

it('takes the largest seed for which all replicates have their own', () => {
  const seed = Number.MAX_SAFE_INTEGER - 1
  expect(preset({ seed, replicates: 2 })).toMatchObject({ seed, replicates: 2 })
})

describe('the presets of convolutional networks', () => {
  const published = { name: 'cifar10', splitSeed: 1, validation: 5000 }

  it.each([
    ['conv2-cifar10', 20_000, 2e-4, { convolution: 0.1, dense: 0.2, output: 0.1 }],
    ['conv4-cifar10', 25_000, 3e-4, { convolution: 0.1, dense: 0.2, output: 0.1 }],
    ['conv6-cifar10', 30_000, 3e-4, { convolution: 0.15, dense: 0.2, output: 0.1 }],
  ])('%s is as in Frankle & Carbin 2019, figure 2', (name, steps, learningRate, rates) => {
    const setup = preset({}, name)
    expect(setup.recipe).toEqual({
      steps,
      batchSize: 60,
      optimizer: { kind: 'adam', learningRate },
      evaluateEvery: 100,
    })
    expect(setup).toMatchObject({ rates, dataset: published, replicates: 5, deviations: [] })
    expect(setup.scope).toBeUndefined()
  })

  it.each(['', '-low', '-warmup'])(
    'resnet18-cifar10%s, as the paper calls it, is that of 20 layers',
    (variant) => {
      expect(preset({}, `resnet18-cifar10${variant}`)).toEqual(preset({}, `resnet20-cifar10${variant}`))
      expect(presetNames).not.toContain(`resnet18-cifar10${variant}`)
    },
  )

  it.each<[string, object]>([
    ['resnet20-cifar10', { steps: 30_000, batchSize: 128, boundaries: [20_000, 25_000], rate: 0.1 }],
    ['resnet20-cifar10-low', { steps: 30_000, batchSize: 128, boundaries: [20_000, 25_000], rate: 0.01 }],
    [
      'resnet20-cifar10-warmup',
      { steps: 30_000, batchSize: 128, boundaries: [20_000, 25_000], rate: 0.03, warmup: 20_000 },
    ],
    ['vgg19-cifar10', { steps: 112_000, batchSize: 64, boundaries: [56_250, 84_375], rate: 0.1 }],
    ['vgg19-cifar10-low', { steps: 112_000, batchSize: 64, boundaries: [56_250, 84_375], rate: 0.01 }],
    [
      'vgg19-cifar10-warmup',
      { steps: 112_000, batchSize: 64, boundaries: [56_250, 84_375], rate: 0.1, warmup: 10_000 },
    ],
    ...['resnet20', 'vgg16'].flatMap((network): [string, object][] => {
      const same = { steps: 63_000, batchSize: 128, boundaries: [32_000, 48_000] }
      const name = `${network}-cifar10-instability`
      return [
        [name, { ...same, rate: 0.1 }],
        [`${name}-low`, { ...same, rate: 0.01 }],
        [`${name}-warmup`, { ...same, rate: network === 'vgg16' ? 0.1 : 0.03, warmup: 30_000 }],
      ]
    }),
  ])('%s has the steps and learning rates of the papers', (name, expected) => {
    const { recipe } = preset({}, name)
    const { schedule } = recipe
    const warmup = schedule?.kind === 'linear-warmup' ? schedule : undefined
    expect(warmup?.then ?? schedule).toMatchObject({ kind: 'steps', factor: 0.1 })
    const steps = (warmup?.then ?? schedule) as { boundaries: readonly number[] }
    expect({
      steps: recipe.steps,
      batchSize: recipe.batchSize,
      boundaries: steps.boundaries,
      rate: recipe.optimizer.learningRate,
      ...(warmup ? { warmup: warmup.warmup } : {}),
    }).toEqual(expected)
  })

  it.each(presetNames.filter((name) => /^(resnet|vgg).*cifar10(?!.*instability)/.test(name)))(
    '%s prunes convolutions globally, and augments',
    (name) => {
      const setup = preset({}, name)
      expect(setup).toMatchObject({ rates: { convolution: 0.2 }, scope: 'global', dataset: published })
      expect(Object.keys(setup.rates)).toEqual(['convolution'])
      expect(setup.recipe).toMatchObject({
        optimizer: { kind: 'momentum', momentum: 0.9 },
        weightDecay: 1e-4,
        augmentation: { flip: true, crop: 4 },
      })
    },
  )

  it.each(presetNames.filter((name) => /^(resnet|vgg).*instability/.test(name)))(
    '%s is as in the code of Frankle et al. 2020',
    (name) => {
      const setup = preset({}, name)
      const resnet = { convolution: 0.2, shortcut: 0.2, output: 0.2 }
      expect(setup.rates).toEqual(name.startsWith('resnet') ? resnet : { convolution: 0.2 })
      expect(setup).toMatchObject({
        ...{ init: 'kaiming-normal', batchNormScale: 'uniform', freshOrders: true, scope: 'global' },
        dataset: { name: 'cifar10', validation: 0 },
        deviations: [],
      })
      expect(setup.recipe).toMatchObject({
        optimizer: { kind: 'momentum', momentum: 0.9 },
        ...{ weightDecay: 1e-4, weightDecayOn: 'all', batchSize: 128 },
        augmentation: { flip: true, crop: 4 },
      })
    },
  )

  it('leave ResNet-20 with 16.8% of its weights at level 8, as the paper has it', () => {
    const setup = preset({}, 'resnet20-cifar10-instability')
    const [kept] = keptCounts(setup, 8).slice(-1)
    expect(densityOf(setup.network, kept!)).toBeCloseTo(0.168, 3)
    const without = { ...setup, rates: { convolution: 0.2 } }
    expect(densityOf(setup.network, keptCounts(without, 8).at(-1)!)).toBeCloseTo(0.178, 3)
  })

  it('can have the values that they had before they followed the code of the paper', () => {
    const former = {
      ...{
        init: 'glorot',
        batchNormScale: 1,
        weightDecayOn: 'weights',
        freshOrders: false,
        validation: 5000,
      },
      rates: { shortcut: 0, output: 0 },
    }
    const before = preset({}, 'resnet20-cifar10')
    const { recipe, ...setup } = preset(former, 'resnet20-cifar10-instability')
    expect(setup).toEqual({
      ...{ ...before, name: setup.name, replicates: 3, deviations: setup.deviations },
      recipe: undefined,
    })
    expect(Object.keys(recipe).sort()).toEqual(Object.keys(before.recipe).sort())
    expect(setup.deviations).toEqual([
      "init glorot (paper's code: kaiming-normal)",
      "batch norm scale 1 (paper's code: uniform)",
      "weight decay on weights (paper's code: all)",
      "rates convolution 0.2 (paper's code: convolution 0.2, shortcut 0.2, output 0.2)",
      "fresh orders false (paper's code: true)",
      "validation 5000 (paper's code: 0)",
    ])
  })

  it('hold nothing out of a dataset of the user either where the preset holds nothing out', () => {
    const dataset = { name: 'own', content: 'ab', shape: [9, 9, 2], classes: 3, trainCount: 99, testCount: 9 }
    const options = { dataset, network: 'resnet20' }
    expect(preset(options, 'resnet20-cifar10-instability').dataset.validation).toBe(0)
    expect(preset(options, 'resnet20-cifar10').dataset.validation).toBe(10)
  })

  it('mark what was remembered of a paper', () => {
    expect(preset({ steps: 50_000 }, 'vgg16-cifar10-instability').deviations).toEqual([
      'steps 50000 (paper: 63000 †)',
    ])
    expect(preset({ batchSize: 64 }, 'vgg16-cifar10-instability').deviations).toEqual([
      "batch size 64 (paper's code: 128)",
    ])
  })

  it('compare every hyperparameter of the optimizer with the paper, defaults included', () => {
    const optimizer = { kind: 'momentum', learningRate: 0.01, momentum: 0.5, nesterov: true } as const
    expect(preset({ optimizer }, 'resnet20-cifar10').deviations).toEqual([
      'learning rate 0.01 (paper: 0.1)',
      'nesterov true (paper: false)',
      'momentum 0.5 (paper: 0.9)',
    ])
    const adam = { kind: 'adam', learningRate: 1.2e-3 } as const
    expect(preset({ optimizer: { ...adam, beta1: 0.9 } }).deviations).toEqual([])
    expect(preset({ optimizer: { ...adam, beta1: 0.5 } }).deviations).toEqual(['beta1 0.5 (paper: 0.9)'])
    expect(preset({ optimizer }).deviations).toEqual([
      'learning rate 0.01 (paper: 0.0012)',
      'optimizer momentum (paper: adam)',
    ])
  })

  it('name schedules in words', () => {
    const schedule = { kind: 'steps', boundaries: [700, 850], factor: 0.1 }
    expect(preset({ schedule }, 'resnet20-cifar10').deviations).toEqual([
      'learning rate times 0.1 at step 700 and 850 (paper: times 0.1 at step 20,000 and 25,000)',
    ])
  })

  it('say so when a shorter training does not see the whole schedule', () => {
    expect(preset({ steps: 22_000 }, 'resnet20-cifar10').deviations).toEqual([
      'steps 22000 (paper: 30000)',
      'ends before the learning rate drops at step 25000',
    ])
    expect(preset({ steps: 1000 }, 'vgg19-cifar10-warmup').deviations).toEqual([
      'steps 1000 (paper: 112000)',
      'ends during the warm-up of 10000 steps',
      'ends before the learning rate drops at step 56250 and 84375',
    ])
  })
})

describe('other data and other networks', () => {
  it('fit the network of the preset to the data', () => {
    const setup = preset({ dataset: 'cifar100' }, 'resnet20-cifar10')
    expect(setup.network).toMatchObject({ name: 'resnet20', input: [32, 32, 3], classes: 100 })
    expect(setup.deviations).toEqual(['dataset cifar100 (paper: cifar10)'])
  })

  it('can be fewer examples, wrong labels, no augmentation, and pruning per layer', () => {
    const options = { examples: 1000, labelNoise: 0.2, augmentation: false, scope: 'layer' }
    const setup = preset(options, 'resnet20-cifar10')
    expect(setup.dataset).toMatchObject({ examples: 1000, labelNoise: { fraction: 0.2 } })
    expect([setup.recipe.augmentation, setup.scope]).toEqual([undefined, undefined])
    expect(setup.deviations).toEqual([
      'augmentation none (paper: flipped, cropped by 4 pixels)',
      'scope layer (paper: global)',
      'examples 1000 (paper: all)',
      'label noise 0.2 (paper: 0)',
    ])
  })

  it('can be described in the cell; what is left unpruned is told', () => {
    const layers = [
      { kind: 'convolution', filters: 8 },
      { kind: 'max-pool' },
      { kind: 'dense', units: 10 },
    ] as const
    const network = { name: 'mine', input: [28, 28, 1], layers }
    const { deviations, rates, network: made } = preset({ network })
    expect(made.layers.map(({ name }) => name)).toEqual(['conv1', 'pool1', 'output'])
    expect(rates).toEqual({ output: 0.1 })
    expect(deviations).toEqual(['network mine (paper: lenet)', 'convolution weights never pruned (no rate)'])
    expect(
      preset({ network: { ...network, name: 'lenet' }, rates: { convolution: 0.2 } }).deviations[0],
    ).toBe('network own lenet (paper: lenet)')
  })

  it('can be of a dataset of the user', () => {
    const dataset = { name: 'own', content: 'ab', shape: [9, 9, 2], classes: 3, trainCount: 99, testCount: 9 }
    const setup = preset({ dataset, network: 'conv4' })
    expect(setup.network).toMatchObject({ name: 'conv4', input: [9, 9, 2], classes: 3 })
    expect(setup.dataset).toMatchObject({ name: 'own', content: 'ab', splitSeed: 1 })
    expect(setup.deviations).toContain('dataset own (paper: mnist)')
  })
})

describe('a setup of the user', () => {
  const own = (options: unknown) =>
    ownSetup(options, () => ({ backend: { id: 'tensorflow', arithmetic: 'test' } }), specOf)

  it('needs a network, a dataset and the number of steps', () => {
    const setup = own({
      network: 'conv2',
      dataset: 'cifar10',
      steps: 500,
      learningRate: 0.01,
      optimizer: 'sgd',
    })
    expect(setup).toMatchObject({
      name: 'conv2-cifar10',
      dataset: { name: 'cifar10', validation: 5000 },
      recipe: { steps: 500, batchSize: 60, optimizer: { kind: 'sgd', learningRate: 0.01 } },
      rates: { dense: 0.2, convolution: 0.2, output: 0.1 },
      replicates: 3,
      deviations: [],
    })
    expect(own({ network: 'lenet', dataset: 'mnist', steps: 5, name: 'mine' }).name).toBe('mine')
  })

  it.each<[string, unknown, string]>([
    [
      'nothing',
      undefined,
      'Expected network, dataset and steps in lab.setup, found no network, no dataset, no steps',
    ],
    ['no steps', { network: 'lenet', dataset: 'mnist' }, 'found no steps.'],
    ['a misspelled option', { netwrok: 'lenet' }, "Did you mean 'network'?"],
    ['a misspelled network', { network: 'resnet2', dataset: 'mnist', steps: 9 }, "Did you mean 'resnet20'?"],
    ['a misspelled dataset', { network: 'lenet', dataset: 'cifar-10', steps: 9 }, "Did you mean 'cifar10'?"],
    [
      'a network too deep for its images',
      { network: 'inception-v3', dataset: 'cifar10', steps: 9 },
      'layer "reduction1-3x3" has a window of 3x3 that does not fit its input',
    ],
  ])('is refused with %s', (_, options, message) => {
    expect(thrown(() => own(options))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('bad input', () => {
  it.each([
    [
      'a misspelled preset',
      () => preset({}, 'lenet-mnits'),
      /^Did you mean 'lenet-mnist'\? Expected a preset, found 'lenet-mnits'\. There are:\n {2}lenet-mnist, /,
    ],
    [
      'a misspelled option',
      () => preset({ step: 3 }),
      /^Did you mean 'steps'\? Expected an option of .*, found 'step'\./,
    ],
    ['no object', () => preset(2000), /options of lab.preset\('lenet-mnist'\) as an object .*found 2000/],
    [
      'a rate of 1',
      () => preset({ rates: { dense: 1 } }),
      /dense in rates to be a fraction from 0 to below 1 .*found 1\.$/,
    ],
    ['a rate in percent', () => preset({ rates: { dense: 20 } }), /^Did you mean 0.2\? .*found 20/],
    ['no rates', () => preset({ rates: {} }), /rates for at least one group .*found \{\}\. Leave rates out/],
    [
      'a rate as a big integer',
      () => preset({ rates: [5n] }),
      /options of rates as an object .*found \[5n\]/,
    ],
    [
      'no momentum',
      () => preset({ optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 1.5 } }),
      /momentum to be a fraction between 0 and 1, found 1\.5\.$/,
    ],
    [
      'a schedule that is a text',
      () => preset({ schedule: 'cosine' }),
      /as an object such as .*found 'cosine'/,
    ],
    ['no optimizer', () => preset({ optimizer: null }), /optimizer to be 'sgd', .*found null/],
    ['no dataset', () => preset({ dataset: null }), /dataset as one of .*found null/],
    ['no network', () => preset({ network: null }), /network as a name .*found null/],
    [
      'two learning rates',
      () => preset({ optimizer: { kind: 'sgd', learningRate: 0.1 }, learningRate: 0.2 }),
      /either in the optimizer or as learningRate, found both, 0\.1 and 0\.2/,
    ],
    [
      'seeds that would be the same number',
      () => preset({ seed: Number.MAX_SAFE_INTEGER, replicates: 2 }),
      /found seed 9007199254740991 with 2 replicates\. Choose a smaller seed/,
    ],
    ['a misspelled group', () => preset({ rates: { desne: 0.2 } }), /Did you mean 'dense'\?/],
    ['no steps', () => preset({ steps: 0 }), /steps to be a whole number of at least 1, found 0/],
    ['steps as text', () => preset({ steps: '2000' }), /found '2000'/],
    ['a misspelled optimizer', () => preset({ optimizer: 'adma' }), /Did you mean 'adam'\?/],
    [
      'momentum without a rate',
      () => preset({ optimizer: { kind: 'momentum', momentum: 0.9 } }),
      /learningRate in the optimizer 'momentum'/,
    ],
    [
      'a rewind to an epoch beyond the end',
      () => preset({ steps: 917, rewindToEpoch: 1 }),
      /below the 1\.00 epochs \(917 steps\) of a training, found 1 \(step 917\)/,
    ],
    [
      'a rewind to a step and an epoch',
      () => preset({ rewindTo: 10, rewindToEpoch: 1 }),
      /either rewindTo \(a step\) or rewindToEpoch, found both/,
    ],
    [
      'a rewind beyond the end',
      () => preset({ steps: 100, rewindTo: 100 }),
      /rewindTo to be below the 100 steps/,
    ],
    [
      'a network for other examples',
      () => preset({ network: { name: 'mine', input: [28, 28, 3], layers: [{ kind: 'dense', units: 10 }] } }),
      /for the examples \[28, 28, 1\] of the dataset mnist, found network "mine" for \[28, 28, 3\]. Describe it/,
    ],
    [
      'a network for other classes',
      () => preset({ network: { input: [28, 28, 1], layers: [{ kind: 'dense', units: 9 }] } }),
      /for the 10 classes of the dataset mnist, found .* for 9. Give its last layer "output" 10 units/,
    ],
    [
      'a rate for layers that there are not',
      () => preset({ rates: { convolution: 0.1 } }),
      /rates for what lenet has \(dense, output\), found convolution/,
    ],
    ['a scope that there is not', () => preset({ scope: 'globally' }), /Did you mean 'global'\?/],
    ['a crop of the whole image', () => preset({ augmentation: { crop: 28 } }), /below the 28 pixels/],
    [
      'an augmentation that there is not',
      () => preset({ augmentation: { flp: true } }),
      /Did you mean 'flip'\?/,
    ],
    ['noise in percent', () => preset({ labelNoise: 20 }), /fraction from 0 to 1 .* found 20/],
    ['more examples than there are', () => preset({ examples: 55_001 }), /at most the 55000 examples/],
    [
      'too many for validation',
      () => preset({ validation: 60_000 }),
      /fewer validation examples than the 60000/,
    ],
    [
      'batch norm on single examples',
      () => preset({ batchSize: 1 }, 'resnet20-cifar10'),
      /batchSize of at least 2, since resnet20 has batch norm/,
    ],
    [
      'a schedule without boundaries',
      () => preset({ schedule: { kind: 'steps', factor: 0.1 } }),
      /boundaries and factor/,
    ],
  ])('%s is refused with what was expected, found and meant', (_, action, message) => {
    expect(thrown(action)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

it('rewinds to an epoch, of which the training examples that are left decide how many steps it has', () => {
  // 55,000 examples in batches of 60.
  expect(preset({ rewindToEpoch: 2 })).toMatchObject({
    rewindTo: 1833,
    deviations: ['rewind to 1833 (paper: 0)'],
  })
  expect(preset({ rewindToEpoch: 0.5, examples: 6000 }).rewindTo).toBe(50)
})

describe('the backend of a setup', () => {
  it('is the one asked for; one that is not the usual is told in every result', () => {
    const setup = (options: unknown) =>
      setupOf('lenet-mnist', options, (_, choice = 'wasm') => ({
        backend: { id: choice === 'tensorflow' ? 'tensorflow' : 'wasm', arithmetic: 'test' },
      }))
    expect(setup({ backend: 'tensorflow' })).toMatchObject({ backend: { id: 'tensorflow' }, deviations: [] })
    expect(setup({})).toMatchObject({ backend: { id: 'wasm' }, deviations: ['trained on wasm'] })
  })

  it('must be one that there is', () => {
    expect(() => preset({ backend: 'wsam' })).toThrow("Did you mean 'wasm'?")
  })
})
