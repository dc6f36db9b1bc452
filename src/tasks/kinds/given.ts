import type { Network } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { sizeOf } from '../../support/tensor'
import { sum } from './estimates'
import { anything, asItIs, noLevel, noOrigin, noSteps, nothing, type TaskRow } from './kind'

/**
 * A mask or weights that no task has made: those of a cell or of a file, which enter the graph by the hash of what they
 * are. Nothing computes them; whoever brings them along writes them into the store.
 */
export interface GivenTask {
  readonly kind: 'given'
  /** The network whose parameters they are for. */
  readonly network: Network
  /** What is given. Weights count as those of step 0. */
  readonly holds: 'mask' | 'weights'
  /** SHA-256 of names, shapes and numbers, 64 hexadecimal digits. */
  readonly content: string
  /** Weights that a mask keeps, by the name of each parameter that it prunes. */
  readonly keep?: Readonly<Record<string, number>>
}

export interface GivenFacts {
  readonly kind: 'given'
}

export const given: TaskRow<GivenTask, GivenFacts> = {
  words: 'what was brought along',
  isCounted: false,
  inputs: () => [],
  steps: noSteps,
  withoutDefaults: asItIs,
  takes({ network, holds, keep }, { weights }) {
    const lengths = parametersOf(network).flatMap(({ name, shape }) =>
      keep && name in keep ? [sizeOf(shape)] : [],
    )
    return { bytes: holds === 'mask' ? sum(lengths) : weights({}) }
  },
  keeps: ({ keep }) => keep,
  origin: noOrigin,
  level: noLevel,
  facts: anything,
  tell: nothing,
}
