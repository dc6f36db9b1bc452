import type { MaskPicture } from '../../../renderers/mask/messages'
import type { ExperimentView, LayerView, LevelView } from '../../experiments/view'
import type { Digest } from '../../tasks/tasks'
import { hasMask } from '../experiments/nodes'

/** Which mask a panel shows. */
export interface MaskSelection {
  readonly experiment: Digest
  readonly parameter: string
  readonly level: number
  readonly replicate: number
}

/** Where the selected mask is found, and what is said about it. */
export interface MaskSource {
  /** The prune task that holds the mask; absent at level 0, where everything is kept. */
  readonly task?: Digest
  readonly layer: LayerView
  readonly picture: Omit<MaskPicture, 'mask'>
}

/**
 * Finds the selected mask in an experiment; `undefined` when the experiment has no such layer, or its mask is not
 * computed yet. A replicate without a mask gives way to the first that has one.
 */
export function findMask(experiment: ExperimentView, selection: MaskSelection): MaskSource | undefined {
  const found = findLayer(experiment, selection.level, selection.parameter)
  if (!found || !hasMask(found.level, found.layer)) return undefined
  const { level, layer } = found
  const available = Array.from({ length: experiment.replicates }, (_, index) => index).filter(
    (index) => level.level === 0 || typeof layer.masks[index] === 'string',
  )
  const replicate = available.includes(selection.replicate) ? selection.replicate : available[0]!
  const task = level.level === 0 ? undefined : (layer.masks[replicate] ?? undefined)
  const withMask = levelsWithMask(experiment, selection.parameter)
  const previousLevel = withMask.filter((other) => other < level.level).at(-1)
  const nextLevel = withMask.find((other) => other > level.level)
  const image = imageOf(layer, level)
  return {
    ...(task === undefined ? {} : { task }),
    layer,
    picture: {
      experiment: experiment.name,
      parameter: layer.parameter,
      shape: layer.shape,
      level: level.level,
      density: level.density,
      replicate,
      replicates: experiment.replicates,
      available,
      ...(previousLevel === undefined ? {} : { previousLevel }),
      ...(nextLevel === undefined ? {} : { nextLevel }),
      ...(image ? { image } : {}),
    },
  }
}

/** The mask of level 0. */
export function fullMask(layer: LayerView): Uint8Array {
  return new Uint8Array(layer.total).fill(1)
}

function levelsWithMask(experiment: ExperimentView, parameter: string): number[] {
  return experiment.levels
    .filter((level) => level.layers.some((layer) => layer.parameter === parameter && hasMask(level, layer)))
    .map((level) => level.level)
    .sort((a, b) => a - b)
}

function findLayer(
  experiment: ExperimentView,
  levelNumber: number,
  parameter: string,
): { level: LevelView; layer: LayerView } | undefined {
  const level = experiment.levels.find((candidate) => candidate.level === levelNumber)
  const layer = level?.layers.find((candidate) => candidate.parameter === parameter)
  return level && layer ? { level, layer } : undefined
}

/** The inputs of the first layer are pixels, if it is dense and they are as many as MNIST has. */
function imageOf(layer: LayerView, level: LevelView): MaskPicture['image'] {
  const first = level.layers[0]?.parameter === layer.parameter
  return first && layer.shape.length === 2 && layer.shape[0] === 28 * 28
    ? { height: 28, width: 28 }
    : undefined
}
