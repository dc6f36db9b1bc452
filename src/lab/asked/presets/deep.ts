import type { NetworkName } from '../../../networks/zoo'
import type { Schedule } from '../../../tasks/recipe'
import type { Preset, Presets } from './preset'

/** How a ResNet or VGG is trained, in one of the papers. */
interface Training {
  readonly network: NetworkName
  readonly steps: number
  readonly batchSize: number
  /** Steps at which the learning rate is divided by ten. */
  readonly drops: readonly number[]
  readonly evaluateEvery: number
  readonly replicates: number
  readonly source: string
}

/** The rates that a paper tries: all have the same drops. */
interface Rates {
  readonly low: number
  readonly warm: { readonly learningRate: number; readonly warmup: number }
}

/**
 * Three presets: `<name>` with the usual learning rate of 0.1, `<name>-low`, and `<name>-warmup`. Shortcuts and the
 * output are never pruned.
 */
function variants<Name extends string>(
  name: Name,
  training: Training,
  { low, warm }: Rates,
): Presets<Name | `${Name}-low` | `${Name}-warmup`> {
  const { steps, batchSize, drops, network, evaluateEvery, replicates, source } = training
  const dropping: Schedule = { kind: 'steps', boundaries: drops, factor: 0.1 }
  const preset = (learningRate: number, schedule: Schedule): Preset => ({
    network,
    dataset: 'cifar10',
    validation: 5000,
    recipe: {
      steps,
      batchSize,
      augmentation: { flip: true, crop: 4 },
      optimizer: { kind: 'momentum', learningRate, momentum: 0.9 },
      weightDecay: 1e-4,
      schedule,
      evaluateEvery,
    },
    rates: { convolution: 0.2 },
    scope: 'global',
    rewindTo: 0,
    replicates,
    source,
    evaluateEveryIsOurs: true,
  })
  return {
    [name]: preset(0.1, dropping),
    [`${name}-low`]: preset(low, dropping),
    [`${name}-warmup`]: preset(warm.learningRate, {
      kind: 'linear-warmup',
      warmup: warm.warmup,
      then: dropping,
    }),
  } as Presets<Name | `${Name}-low` | `${Name}-warmup`>
}

const resnet20: Training = {
  network: 'resnet20',
  steps: 30_000,
  batchSize: 128,
  drops: [20_000, 25_000],
  evaluateEvery: 500,
  replicates: 5,
  source: 'Frankle & Carbin 2019, fig. 2 and 8',
}

const vgg19: Training = {
  network: 'vgg19',
  steps: 112_000,
  batchSize: 64,
  // 80 and 120 epochs of 45,000 examples.
  drops: [56_250, 84_375],
  evaluateEvery: 1000,
  replicates: 5,
  source: 'Frankle & Carbin 2019, fig. 2 and 7',
}

// † Remembered, not read in a source.
const instability = {
  steps: 63_000,
  batchSize: 128,
  drops: [32_000, 48_000],
  evaluateEvery: 1000,
  replicates: 3,
} as const
const source = 'Frankle, Dziugaite, Roy & Carbin 2020 †'

/** ResNet-20, VGG-16 and VGG-19 on CIFAR-10. */
export const deepPresets = {
  ...variants('resnet20-cifar10', resnet20, { low: 0.01, warm: { learningRate: 0.03, warmup: 20_000 } }),
  ...variants('vgg19-cifar10', vgg19, { low: 0.01, warm: { learningRate: 0.1, warmup: 10_000 } }),
  ...variants(
    'resnet20-cifar10-instability',
    { ...instability, network: 'resnet20', source },
    { low: 0.01, warm: { learningRate: 0.03, warmup: 30_000 } },
  ),
  ...variants(
    'vgg16-cifar10-instability',
    { ...instability, network: 'vgg16', source },
    { low: 0.01, warm: { learningRate: 0.1, warmup: 30_000 } },
  ),
} satisfies Presets<string>
