import { count, finite, fraction, listOf, objectOf, oneOf, optional, text } from '../support/json-shape'
import type { Digest } from '../tasks/tasks'
import type { ControlKind } from './control-kinds'

/** How far an experiment, a level or a task is. */
export type State = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** What the tree view shows of an experiment: plain data, also kept in the store. */
export interface ExperimentView {
  readonly digest: Digest
  /** Such as `IMP lenet-mnist` or `random-reinit of IMP lenet-mnist`. */
  readonly name: string
  readonly kind: 'imp' | 'one-shot' | ControlKind | 'instability' | 'training' | 'barrier' | 'plane'
  /** ISO 8601. */
  readonly createdAt: string
  readonly state: State
  readonly replicates: number
  readonly levels: readonly LevelView[]
  /** Parts that are evaluated one by one, and how many of them are; for planes, which have no levels. */
  readonly parts?: { readonly done: number; readonly total: number }
  /** What differs from the preset, such as `steps 2000 (paper: 50000)`. */
  readonly deviations: readonly string[]
}

export interface LevelView {
  readonly level: number
  /** The step k from which copies were trained; for instability only, which has a row for each level and k. */
  readonly step?: number
  /** Barrier height on the test split in percentage points, over the replicates with a result; for instability. */
  readonly barrier?: Spread
  /** Fraction of prunable weights kept, in (0, 1]. */
  readonly density: number
  readonly state: State
  /** Test accuracy at the end of training over the finished replicates; absent before the first has finished. */
  readonly accuracy?: Spread
  /** What the level's ticket takes beside the full network; absent in views that earlier versions kept. */
  readonly size?: { readonly ticket: NetworkSize; readonly full: NetworkSize }
  readonly layers: readonly LayerView[]
}

export interface LayerView {
  /** The parameter's name, such as `dense1/weights`. */
  readonly parameter: string
  readonly shape: readonly number[]
  readonly total: number
  /** Where layers are ranked together, the mean over the masks that are known, rounded; absent until one is. */
  readonly kept?: number
  /**
   * The prune task of each replicate that holds the mask; empty at level 0. Until it is computed, `undefined`, which in
   * a file is null.
   */
  readonly masks: readonly (Digest | undefined | null)[]
}

/** Mean and spread over replicates. */
export interface Spread {
  /** Mean over replicates. */
  readonly mean: number
  /** Smallest of the replicates. */
  readonly minimum: number
  /** Largest of the replicates. */
  readonly maximum: number
  /** How many replicates it is over. */
  readonly count: number
  /** Sample standard deviation; absent for a single value, and in views that earlier versions kept. */
  readonly deviation?: number
}

/** What a ticket costs beside the full network, wherever it is stored and used. */
export interface NetworkSize {
  /** Bytes of all parameters as the store keeps them: survivors only, where few are left. */
  readonly bytes: number
  /** Multiplications of an example's values with weights in one forward pass; biases and activations are not counted. */
  readonly multiplyAdds: number
}

const state = oneOf('waiting', 'running', 'done', 'failed', 'cancelled')
const spread = optional(
  objectOf({ mean: finite, minimum: finite, maximum: finite, count, deviation: optional(finite) }),
)
const size = objectOf({ bytes: finite, multiplyAdds: finite })

const view = objectOf({
  digest: text,
  name: text,
  kind: text,
  createdAt: text,
  state,
  replicates: count,
  levels: listOf(
    objectOf({
      level: count,
      step: optional(count),
      barrier: spread,
      density: fraction,
      state,
      accuracy: spread,
      size: optional(objectOf({ ticket: size, full: size })),
      layers: listOf(
        objectOf({
          parameter: text,
          shape: listOf(count),
          total: count,
          kept: optional(count),
          masks: listOf(optional(text)),
        }),
      ),
    }),
  ),
  parts: optional(objectOf({ done: count, total: count })),
  deviations: listOf(text),
})

/** Whether a value that was read from a file can be shown as an experiment. */
export function isExperimentView(value: unknown): value is ExperimentView {
  return view(value)
}
