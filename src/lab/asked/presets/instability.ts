import { variants } from './deep'
import { lenet } from './lenet'
import type { Preset, Presets } from './preset'

/*
 * The networks of Frankle, Dziugaite, Roy & Carbin 2020 ("Linear Mode Connectivity and the Lottery Ticket Hypothesis").
 *
 * What is said of `open_lth` was read in the code that their first author published for it,
 * https://github.com/facebookresearch/open_lth (in the files named here), where it is the default for ResNet-20 and
 * VGG-16 on CIFAR-10. What has the mark † was remembered of the paper's table 1, not read in a source.
 */

/** Of all networks, in open_lth. */
const all = {
  /** `model_init='kaiming_normal'`: models/cifar_resnet.py, models/cifar_vgg.py, models/mnist_lenet.py. */
  init: 'kaiming-normal',
  /** All 50,000 or 60,000 examples are trained on: `get_train_set` in datasets/cifar10.py and datasets/mnist.py. */
  validation: 0,
  /** Every training shuffles anew, as `data_order_seed` is not set: training/train.py. */
  freshOrders: true,
  /** Three initializations †. */
  replicates: 3,
} as const satisfies Partial<Preset>
const readOfAll = ['init', 'validation', 'freshOrders', 'examples', 'labelNoise']

/** Of ResNet-20 and VGG-16. */
const deep = {
  ...all,
  /** `batchnorm_init='uniform'`: models/cifar_resnet.py; the scale is uniform, the offset 0: models/bn_initializers.py. */
  batchNormScale: 'uniform',
  /** `torch.optim.SGD` is given all parameters: training/optimizers.py. */
  weightDecayOn: 'all',
  /** models/cifar_resnet.py. */
  batchSize: 128,
  /** † 63,000 and drops at 32,000 and 48,000; open_lth has 160 epochs and drops at 80 and 120: 62,560, 31,280, 46,920. */
  steps: 63_000,
  drops: [32_000, 48_000],
  evaluateEvery: 1000,
  source: 'Frankle, Dziugaite, Roy & Carbin 2020 †',
  /** Augmentation: `augment` in datasets/cifar10.py. Weight decay, momentum, pruning: models/cifar_resnet.py, cifar_vgg.py. */
  fromCode: [
    ...[...readOfAll, 'batchNormScale', 'weightDecay', 'weightDecayOn', 'batchSize', 'augmentation'],
    ...['optimizer', 'momentum', 'nesterov', 'rates', 'scope'],
  ],
} as const

/**
 * `sparse_global` prunes all weights that `pruning_layers_to_ignore` does not name, and for ResNet-20 that names none:
 * shortcuts and the output are pruned (models/cifar_resnet.py). The density of 16.8% in table 1 † is 0.8^8, which it would
 * not be without them.
 */
const resnetRates = { convolution: 0.2, shortcut: 0.2, output: 0.2 }

/** `pruning_layers_to_ignore='fc.weight'`: the output is not pruned (models/cifar_vgg.py). */
const vggRates = { convolution: 0.2 }

/** LeNet, ResNet-20 and VGG-16. */
export const instabilityPresets = {
  /**
   * † The paper's steps, batch size and optimizer for LeNet. open_lth has SGD at 0.1, batches of 128 and 40 epochs there, and
   * prunes globally; rates and scope are those of Frankle & Carbin 2019, fig. 2.
   */
  'lenet-mnist-instability': {
    ...lenet,
    ...all,
    recipe: { ...lenet.recipe, steps: 24_000 },
    source: 'Frankle, Dziugaite, Roy & Carbin 2020, LeNet †',
    fromCode: readOfAll,
  },
  // † The learning rates and warm-ups of the variants.
  ...variants(
    'resnet20-cifar10-instability',
    { ...deep, network: 'resnet20', rates: resnetRates },
    { low: 0.01, warm: { learningRate: 0.03, warmup: 30_000 } },
  ),
  ...variants(
    'vgg16-cifar10-instability',
    { ...deep, network: 'vgg16', rates: vggRates },
    { low: 0.01, warm: { learningRate: 0.1, warmup: 30_000 } },
  ),
} satisfies Presets<string>
