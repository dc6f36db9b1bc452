import type { LayerOverlap } from '../../../renderers/mask/messages'
import type { ExperimentView } from '../../experiments/view'
import type { Masks } from '../../support/tensor'
import type { Digest } from '../../tasks/tasks'
import { overlapsOf } from '../../training/overlap'
import { percent } from '../experiments/format'
import { findMask, type MaskSelection } from './selection'

/** A mask that another can be laid over: of a layer of the same name and shape, whatever found it. */
export interface ComparableMask {
  /** The prune task that holds it. */
  readonly task: Digest
  /** What the panel calls it. */
  readonly name: string
  /** Which level and replicate of its experiment, in words. */
  readonly place: string
  readonly experiment: string
}

/** What a selected mask can be compared with: its own experiment's masks first, then the others' in their order. */
export function comparableMasks(
  experiments: readonly ExperimentView[],
  selection: MaskSelection,
): readonly ComparableMask[] {
  const own = experiments.find(({ digest }) => digest === selection.experiment)
  const source = own && findMask(own, selection)
  if (!source) return []
  const shape = source.layer.shape.join()
  return [own, ...experiments.filter((one) => one !== own)].flatMap((experiment) =>
    experiment.levels.flatMap((level) =>
      level.layers
        .filter(({ parameter, shape: its }) => parameter === selection.parameter && its.join() === shape)
        .flatMap(({ masks }) =>
          masks.flatMap((task, replicate): readonly ComparableMask[] => {
            if (typeof task !== 'string' || task === source.task) return []
            const which = experiment.replicates > 1 ? `, replicate ${replicate + 1}` : ''
            const place = `level ${level.level}, ${percent(level.density)} remaining${which}`
            const name = experiment === own ? place : `${experiment.name}, ${place}`
            return [{ task, name, place, experiment: experiment.name }]
          }),
        ),
    ),
  )
}

/** What two masks have in common, layer by layer, as src/training/overlap.ts counts it. */
export function layerOverlaps(one: Masks, other: Masks): readonly LayerOverlap[] {
  return Object.entries(overlapsOf(one, other)).map(([parameter, { both, union, chance }]) => ({
    ...{ parameter, both, union },
    chance: chance.union,
  }))
}
