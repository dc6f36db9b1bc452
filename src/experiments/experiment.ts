import { canonicalJson, sha256, type Json } from '../support/canonical'
import type { Digest, Task } from '../training/tasks'
import type { Counts } from './density'
import type { Setup } from './setup'
import type { ExperimentView } from './view'

/**
 * A description turned into a graph of tasks, and which task is which point of the result. Making one trains
 * nothing; the same description gives the same tasks.
 */
export interface Experiment {
  readonly digest: Digest
  readonly kind: ExperimentView['kind']
  readonly setup: Setup
  /** How many times the network is pruned; level 0 is the full network. */
  readonly levels: number
  /** Weights kept at each level 0 .. `levels`. */
  readonly counts: readonly Counts[]
  readonly trainings: readonly Training[]
  /** By digest, inputs before what needs them. */
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** One training of an experiment: one level of one replicate. */
export interface Training {
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  readonly task: Digest
  /** The prune task; absent at level 0. */
  readonly mask?: Digest
}

/** Names of the kinds of experiment, as plots and the tree show them. */
export const experimentNames = {
  imp: 'tickets',
  'one-shot': 'one-shot',
  'random-reinit': 'random reinit',
  'random-mask': 'random mask',
} as const satisfies Record<ExperimentView['kind'], string>

/** The name under which an experiment is listed. */
export function nameOf(experiment: Experiment): string {
  const { kind, setup } = experiment
  const rewound = setup.rewindTo > 0 ? `, rewound to step ${setup.rewindTo}` : ''
  const title = kind === 'imp' ? 'IMP' : experimentNames[kind]
  return `${title} ${setup.name}${rewound}`
}

/** The digest of an experiment's description: what was asked for, not the tasks that answer it. */
export function experimentDigest(kind: ExperimentView['kind'], setup: Setup, levels: number): Digest {
  return sha256(
    canonicalJson({ kind, levels, setup: { ...setup, deviations: undefined } } as unknown as Json),
  )
}
