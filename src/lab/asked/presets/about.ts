import { multiplyAddsOf } from '../../../experiments/size'
import { networkOf } from '../../../networks/describe'
import type { PublishedName } from '../../../datasets/dataset'
import { factsOf } from '../dataset-options'
import { publishedPreset } from '../presets'

/** What is told of a preset before it is chosen. */
export interface PresetAbout {
  /** Where its values are from. */
  readonly paper: string
  readonly dataset: PublishedName
  /** T, the training steps of one network. */
  readonly steps: number
  /** Examples per step. */
  readonly batchSize: number
  /** Independent repetitions. */
  readonly replicates: number
  /** The step k that is rewound to. */
  readonly rewindTo: number
  /** Multiply-adds that one training of the full network takes: a step's way back takes about twice its way there. */
  readonly multiplyAdds: number
}

/** What is told of a preset whose data are built in or can be installed. */
export function aboutPreset(name: string): PresetAbout {
  const { network, dataset, recipe, source, replicates, rewindTo } = publishedPreset(name)
  const { shape, classes } = factsOf(dataset)
  const { steps, batchSize } = recipe
  const perExample = multiplyAddsOf(networkOf(network, { input: shape, classes }), {})
  return {
    ...{ paper: source, dataset: dataset as PublishedName, steps, batchSize, replicates, rewindTo },
    multiplyAdds: 3 * perExample * batchSize * steps,
  }
}
