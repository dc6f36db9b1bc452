import type { Digest } from '../training/tasks'

/** How far an experiment, a level or a task is. */
export type State = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** What the tree view shows of an experiment: plain data, also kept in the store. */
export interface ExperimentView {
  readonly digest: Digest
  /** Such as `IMP lenet-mnist` or `random-reinit of IMP lenet-mnist`. */
  readonly name: string
  readonly kind:
    | 'imp'
    | 'one-shot'
    | 'random-reinit'
    | 'random-mask'
    | 'random-mask-global'
    | 'random-reinit-random-mask'
    | 'instability'
  /** ISO 8601. */
  readonly createdAt: string
  readonly state: State
  readonly replicates: number
  readonly levels: readonly LevelView[]
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
  /** The prune task of each replicate that holds the mask; empty at level 0, `undefined` until it is computed. */
  readonly masks: readonly (Digest | undefined)[]
}

/** Mean and range over replicates. */
export interface Spread {
  /** Mean over replicates. */
  readonly mean: number
  /** Smallest of the replicates. */
  readonly minimum: number
  /** Largest of the replicates. */
  readonly maximum: number
  /** How many replicates it is over. */
  readonly count: number
}

/** What a ticket costs beside the full network, wherever it is stored and used. */
export interface NetworkSize {
  /** Bytes of all parameters as the store keeps them: survivors only, where few are left. */
  readonly bytes: number
  /** Multiplications of an example's values with weights in one forward pass; biases and activations are not counted. */
  readonly multiplyAdds: number
}
