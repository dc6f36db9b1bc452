import type { NetworkName } from '../../../networks/zoo'
import type { Recipe, Schedule } from '../../../tasks/recipe'
import type { Preset, Presets } from './preset'

/** How a ResNet or VGG is trained and pruned, in one of the papers. */
interface Training extends Pick<
  Preset,
  'init' | 'batchNormScale' | 'freshOrders' | 'fromCode' | 'replicates' | 'source' | 'validation' | 'rates'
> {
  readonly network: NetworkName
  readonly steps: number
  readonly batchSize: number
  /** Steps at which the learning rate is divided by ten. */
  readonly drops: readonly number[]
  readonly evaluateEvery: number
  readonly weightDecayOn?: Recipe['weightDecayOn'] & string
}

/** The rates that a paper tries: all have the same drops. */
interface Rates {
  readonly low: number
  readonly warm: { readonly learningRate: number; readonly warmup: number }
}

/** Three presets: `<name>` with the usual learning rate of 0.1, `<name>-low`, and `<name>-warmup`. */
export function variants<Name extends string>(
  name: Name,
  training: Training,
  { low, warm }: Rates,
): Presets<Name | `${Name}-low` | `${Name}-warmup`> {
  const { steps, batchSize, drops, evaluateEvery, weightDecayOn, ...rest } = training
  const dropping: Schedule = { kind: 'steps', boundaries: drops, factor: 0.1 }
  const preset = (learningRate: number, schedule: Schedule): Preset => ({
    ...rest,
    dataset: 'cifar10',
    recipe: {
      steps,
      batchSize,
      augmentation: { flip: true, crop: 4 },
      optimizer: { kind: 'momentum', learningRate, momentum: 0.9 },
      weightDecay: 1e-4,
      ...(weightDecayOn === undefined ? {} : { weightDecayOn }),
      schedule,
      evaluateEvery,
    },
    scope: 'global',
    rewindTo: 0,
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

/** Frankle & Carbin 2019, fig. 2. Shortcuts and the output are never pruned. */
const first = { validation: 5000, rates: { convolution: 0.2 }, replicates: 5 } as const

const resnet20: Training = {
  ...first,
  network: 'resnet20',
  steps: 30_000,
  batchSize: 128,
  drops: [20_000, 25_000],
  evaluateEvery: 500,
  source: 'Frankle & Carbin 2019, fig. 2 and 8',
}

const vgg19: Training = {
  ...first,
  network: 'vgg19',
  steps: 112_000,
  batchSize: 64,
  // 80 and 120 epochs of 45,000 examples.
  drops: [56_250, 84_375],
  evaluateEvery: 1000,
  source: 'Frankle & Carbin 2019, fig. 2 and 7',
}

/** ResNet-20 and VGG-19 on CIFAR-10. */
export const deepPresets = {
  ...variants('resnet20-cifar10', resnet20, { low: 0.01, warm: { learningRate: 0.03, warmup: 20_000 } }),
  ...variants('vgg19-cifar10', vgg19, { low: 0.01, warm: { learningRate: 0.1, warmup: 10_000 } }),
} satisfies Presets<string>
