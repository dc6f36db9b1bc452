import type { LayerChoice, MaskImage, MaskPicture } from '../../../renderers/mask/messages'
import type { ExperimentView, LayerView, LevelView } from '../../experiments/view'
import type { Network } from '../../networks/network'
import { seenImage } from '../../networks/seen-image'
import type { Digest } from '../../tasks/tasks'
import type { Kept } from '../experiments/registry'
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
  readonly picture: Omit<MaskPicture, 'mask' | 'other'>
}

/**
 * Finds the selected mask in an experiment; `undefined` when the experiment has no such layer, or its mask is not
 * computed yet. A replicate without a mask gives way to the first that has one.
 */
export function findMask(
  experiment: ExperimentView & Pick<Kept, 'setup'>,
  selection: MaskSelection,
): MaskSource | undefined {
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
  const image = imageOf(experiment, layer)
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
      layers: level.layers.map((one) => choiceOf(level, one)),
      ...(image ? { image } : {}),
    },
  }
}

/** The mask of level 0. */
export function fullMask(layer: LayerView): Uint8Array {
  return new Uint8Array(layer.total).fill(1)
}

function choiceOf(level: LevelView, layer: LayerView): LayerChoice {
  const { parameter, total, kept } = layer
  return { parameter, total, ...(kept === undefined ? {} : { kept }), isThere: hasMask(level, layer) }
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

/** The image that a layer looks at; none is known of an experiment that the store does not have yet. */
function imageOf({ setup }: Pick<Kept, 'setup'>, { parameter }: LayerView): MaskImage | undefined {
  if (setup === undefined) return undefined
  // Many experiments share a setup, and every word from a kernel asks again.
  const known = remembered.get(setup as object) ?? new Map<string, MaskImage | undefined>()
  remembered.set(setup as object, known)
  if (!known.has(parameter)) {
    const { network } = setup as unknown as { readonly network: Network }
    const seen = seenImage(network, parameter)
    known.set(parameter, seen && plain(seen))
  }
  return known.get(parameter)
}

const remembered = new WeakMap<object, Map<string, MaskImage | undefined>>()

function plain({ channels, ...seen }: MaskImage): MaskImage {
  return channels === 1 ? seen : { ...seen, ...(channels === undefined ? {} : { channels }) }
}
