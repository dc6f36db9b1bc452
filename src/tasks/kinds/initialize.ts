import type { Network } from '../../networks/network'
import { unless } from './defaults'
import { anything, noMask, noSteps, nothing, type TaskRow } from './kind'

/** Draws W_0. */
export interface InitializeTask {
  readonly kind: 'initialize'
  /** The network. */
  readonly network: Network
  /** Seed of the draw. */
  readonly seed: number
  /** Which of several independent draws under the same seed: 0, the default, for tickets, from 1 for controls. */
  readonly draw?: number
  /** The distribution of the weights; {@link usualInitializer} by default. */
  readonly init?: Initializer
  /** The scales of batch norm: 1, the default, or uniform in [0, 1). */
  readonly batchNormScale?: BatchNormScale
}

/** The distribution that initial weights have. */
export type Initializer =
  /** Normal, of variance 2 / (fan in + fan out) (Glorot & Bengio 2010). */
  | 'glorot'
  /** Normal, of variance 2 / fan in (He et al. 2015). */
  | 'kaiming-normal'
  /** Uniform, of variance 2 / fan in. */
  | 'kaiming-uniform'
  /** Rows or columns orthonormal (Saxe et al. 2014). */
  | 'orthogonal'

/** That of Frankle & Carbin (2019), fig. 2. */
export const usualInitializer: Initializer = 'glorot'

/** What the scales of batch norm begin as. */
export type BatchNormScale = 1 | 'uniform'

export interface InitializeFacts {
  readonly kind: 'initialize'
}

export const initialize: TaskRow<InitializeTask, InitializeFacts> = {
  words: 'initial weights',
  isCounted: true,
  inputs: () => [],
  steps: noSteps,
  withoutDefaults: (task) => ({
    ...task,
    init: unless(usualInitializer, task.init),
    batchNormScale: unless(1, task.batchNormScale),
  }),
  takes: (_task, { weights }) => ({ bytes: weights({}) }),
  keeps: noMask,
  origin: ({ seed }) => ({ seed }),
  level: () => ({ under: undefined }),
  facts: anything,
  tell: nothing,
}
