import type { DiedMap } from '../../../renderers/mask/messages'
import type { ExperimentView } from '../../experiments/view'
import type { Digest } from '../../tasks/tasks'
import type { MaskSelection } from './selection'

/** The masks of a layer in one replicate, level by level. */
export interface LevelMask {
  readonly level: number
  /** The prune task that holds it. */
  readonly task: Digest
}

/** The masks of a selected layer and replicate that are computed, ascending by level; at level 0 there is none. */
export function levelMasks(
  { levels }: Pick<ExperimentView, 'levels'>,
  { parameter, replicate }: Pick<MaskSelection, 'parameter' | 'replicate'>,
): readonly LevelMask[] {
  return levels
    .flatMap(({ level, layers }): LevelMask[] => {
      const task = layers.find((layer) => layer.parameter === parameter)?.masks[replicate]
      return level > 0 && typeof task === 'string' ? [{ level, task }] : []
    })
    .sort((one, other) => one.level - other.level)
}

/**
 * The first level without each weight.
 * @param masks 1 where kept, of one layer, as many as there are `levels`
 */
export function diedAt(levels: readonly number[], masks: readonly Uint8Array[]): DiedMap {
  const length = masks[0]?.length ?? 0
  const died = masks.length > 255 ? new Uint16Array(length) : new Uint8Array(length)
  const isBack = new Uint8Array(length)
  masks.forEach((mask, index) => {
    for (let at = 0; at < length; at++) {
      if (mask[at] === 0) died[at] ||= index + 1
      else if (died[at] !== 0) isBack[at] = 1
    }
  })
  return { died, levels, returned: isBack.reduce((sum, one) => sum + one, 0) }
}
