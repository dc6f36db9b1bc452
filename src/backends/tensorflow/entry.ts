import type { SplitName } from '../backend'

/**
 * The names that a session feeds and fetches. Fetching what an entry point returns runs it, and nothing else.
 */
export const entry = {
  /** Feeds: `images`, `labels` of the split. Fetch: `done`. */
  data: (split: SplitName) => ({
    images: `data/${split}/images`,
    labels: `data/${split}/labels`,
    done: `data/${split}/done`,
  }),
  /** Feeds: `value(name)` of every state variable, `mask(parameter)` of every masked one. Fetch: `done`. */
  load: {
    value: (name: string) => `load/${name}`,
    mask: (parameter: string) => `load/mask/${parameter}`,
    done: 'load/done',
  },
  /**
   * Feeds: `batches` [steps, batchSize] int32, `scalars` [steps, scalarCount] and, where the program has what they are
   * for, `variants` [steps, batchSize] and `seeds` [steps], int32. Fetch: `losses` [steps].
   */
  train: {
    batches: 'train/batches',
    scalars: 'train/scalars',
    variants: 'train/variants',
    seeds: 'train/seeds',
    losses: 'train/losses',
  },
  /** Feed: `batch` [batchSize] int32. Fetches: `loss`, and `gradient(parameter)` of any parameter. */
  gradients: {
    batch: 'gradients/batch',
    loss: 'gradients/loss',
    gradient: (parameter: string) => `gradients/by/${parameter}`,
  },
  /** Feeds: `batch` [batchSize] int32 and `decay`, a scalar. Fetch: `done`. */
  observe: { batch: 'observe/batch', decay: 'observe/decay', done: 'observe/done' },
  /** Feeds: `from` [1] and `count` [1], int32. Fetches: `losses` and `correct`, one of each per example. */
  evaluate: (split: SplitName) => ({
    from: 'evaluate/from',
    count: 'evaluate/count',
    losses: `evaluate/${split}/losses`,
    correct: `evaluate/${split}/correct`,
  }),
  /** Fetch: `value(name)` of any state variable. */
  read: { value: (name: string) => `read/${name}` },
}
