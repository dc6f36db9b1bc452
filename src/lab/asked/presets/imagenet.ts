import { trainedOn } from '../../../experiments/epochs'
import type { Recipe, Schedule } from '../../../tasks/recipe'
import type { Given } from '../../../support/options'
import { TicketLabError } from '../../../support/errors'
import { factsOf } from '../dataset-options'
import type { CheckedOptions } from './options'
import type { FolderPreset, Preset } from './preset'

/*
 * Networks that are trained on images of the user's own, with what was published for ImageNet and Tiny-ImageNet. Lengths are in
 * epochs there, and are epochs of the images that there are here.
 *
 * What is said of `open_lth` was read in the code of the first author of Frankle et al. 2020,
 * https://github.com/facebookresearch/open_lth. What has the mark † was remembered, not read in a source.
 */

/** Of all networks, in open_lth. */
const all = {
  init: 'kaiming-normal',
  batchNormScale: 'uniform',
  /** All training examples are trained on, in an order of its own for every training. */
  validation: 0,
  freshOrders: true,
  rates: { convolution: 0.2, shortcut: 0.2, output: 0.2 },
  scope: 'global',
  rewindTo: 0,
  /** Three initializations †. */
  replicates: 3,
  evaluateEveryIsOurs: true,
} as const satisfies Partial<Preset>

const readOfAll = ['init', 'batchNormScale', 'validation', 'freshOrders', 'examples', 'labelNoise']

/** What all have of a recipe; recorded once an epoch, which is ours. */
function recipeOf(
  perEpoch: number,
  epochs: number,
  { learningRate, batchSize, schedule }: { learningRate: number; batchSize: number; schedule: Schedule },
): Recipe {
  return {
    steps: atEpoch(perEpoch, epochs),
    batchSize,
    augmentation: { flip: true, crop: 0 },
    optimizer: { kind: 'momentum', learningRate, momentum: 0.9 },
    weightDecay: 1e-4,
    weightDecayOn: 'all',
    schedule,
    evaluateEvery: atEpoch(perEpoch, 1),
  }
}

function atEpoch(perEpoch: number, epoch: number): number {
  return Math.max(1, Math.round(perEpoch * epoch))
}

function drops(perEpoch: number, epochs: readonly number[]): Schedule {
  // Of a few images several epochs end at one step.
  const boundaries = [...new Set(epochs.map((epoch) => atEpoch(perEpoch, epoch)))]
  return { kind: 'steps', boundaries, factor: 0.1 }
}

/** Steps in which a line from `from` to `to` is followed, and by which factor each of them falls. */
const falls = 10

/** A learning rate that falls in a line, as near to that as steps of one factor come. */
function line(perEpoch: number, epochs: number, from: number, to: number): Schedule {
  const factor = (to / from) ** (1 / falls)
  const boundaries = Array.from({ length: falls }, (_, index) => {
    // Where the line is between two steps, in the geometric mean.
    const rate = from * factor ** (index + 0.5)
    return atEpoch(perEpoch, (epochs * (from - rate)) / (from - to))
  })
  return { kind: 'steps', boundaries: [...new Set(boundaries)], factor }
}

const cuts = "images cut from the middle (paper's code: cut at random places and sizes)"

/** ResNet-50 and Inception-v3 with ImageNet's hyperparameters, ResNet-18 with Tiny-ImageNet's. */
export const folderPresets = {
  /** models/imagenet_resnet.py; images as in datasets/imagenet.py. */
  'resnet50-imagenet': {
    ...all,
    network: 'resnet50',
    images: { title: 'ImageNet', options: '{ size: 224, shorter: 256 }' },
    batchSize: 1024,
    recipe: (perEpoch) =>
      recipeOf(perEpoch, 90, {
        ...{ learningRate: 0.4, batchSize: 1024 },
        schedule: {
          kind: 'linear-warmup',
          warmup: atEpoch(perEpoch, 5),
          then: drops(perEpoch, [30, 60, 80]),
        },
      }),
    differs: [cuts],
    source: 'Frankle, Dziugaite, Roy & Carbin 2020 †',
    fromCode: [
      ...[
        ...readOfAll,
        'steps',
        'batchSize',
        'learningRate',
        'optimizer',
        'momentum',
        'nesterov',
        'schedule',
      ],
      ...['weightDecay', 'weightDecayOn', 'augmentation', 'rates', 'scope', 'dataset'],
    ],
  },
  /** † Epochs, batch size, rates of learning and their line: table 1. Weight decay, warm-up and pruning are those of ResNet-50. */
  'inception-v3-imagenet': {
    ...all,
    network: 'inception-v3',
    images: { title: 'ImageNet', options: '{ size: 299, shorter: 342 }' },
    batchSize: 1024,
    recipe: (perEpoch) =>
      recipeOf(perEpoch, 171, {
        ...{ learningRate: 0.03, batchSize: 1024 },
        schedule: line(perEpoch, 171, 0.03, 0.005),
      }),
    differs: [
      cuts,
      `learning rate falls from 0.03 to 0.005 in ${falls} steps (paper: in a line †)`,
      'no auxiliary classifier',
    ],
    source: 'Frankle, Dziugaite, Roy & Carbin 2020 †',
    fromCode: readOfAll,
  },
  /** † All of it, and which form of ResNet-18 for 64x64 pixels; begins as in open_lth. */
  'resnet18-tinyimagenet': {
    ...all,
    network: 'resnet18',
    images: { title: 'Tiny-ImageNet', options: '' },
    batchSize: 256,
    recipe: (perEpoch) => ({
      ...recipeOf(perEpoch, 200, {
        ...{ learningRate: 0.2, batchSize: 256 },
        schedule: drops(perEpoch, [100, 150]),
      }),
      augmentation: { flip: true, crop: 4 },
    }),
    differs: [],
    source: 'Frankle, Dziugaite, Roy & Carbin 2021 †',
  },
} satisfies Readonly<Record<string, FolderPreset>>

/**
 * The preset for the images that were brought.
 * @throws TicketLabError `data-missing` without any, with what to do
 */
export function withImages(
  name: string,
  { images, recipe, batchSize: usual, ...rest }: FolderPreset,
  { dataset, validation = 0, examples, batchSize = usual }: Given<CheckedOptions>,
): Omit<Preset, 'dataset'> & { readonly dataset: string } {
  if (dataset === undefined) {
    const folder = [`'${images.title.toLowerCase()}'`, images.options]
      .filter((part) => part !== '')
      .join(', ')
    throw new TicketLabError(
      'data-missing',
      `Expected the images of ${images.title}, or others, as the dataset of lab.preset('${name}'), found none: they do not come ` +
        `with Ticket Lab. Make a dataset of a folder that you have: lab.preset('${name}', { dataset: await lab.dataset(${folder}) }).`,
    )
  }
  const trained = trainedOn(
    { validation, ...(examples === undefined ? {} : { examples }) },
    factsOf(dataset).trainCount,
  )
  return { ...rest, dataset: images.title, recipe: recipe(Math.max(trained, 1) / batchSize) }
}
