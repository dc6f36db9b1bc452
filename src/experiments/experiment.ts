import { canonicalJson, sha256, type Json } from '../support/canonical'
import type { Digest, Task } from '../training/tasks'
import type { Counts } from './density'
import type { LinePlan } from './lines'
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
  /** What is compared with what; present for the kind `instability`, whose trainings are the copies. */
  readonly instability?: InstabilityPlan
  /** By digest, inputs before what needs them. */
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** Which trained copies of which networks an instability analysis compares. */
export interface InstabilityPlan {
  /** Whose masks and initial weights the subnetworks have. */
  readonly of: SourceKind
  /** Steps k from which copies are trained, ascending; 0 is initialization. */
  readonly steps: readonly number[]
  /** Copies, each with an order of examples of its own. */
  readonly orders: number
  readonly levels: readonly number[]
  /** How lines are evaluated. */
  readonly line: LinePlan
  readonly lines: readonly LineTask[]
}

/** Two copies of one network, and the task that evaluates the line between them. */
export interface LineTask {
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** The step k at which the copies were made. */
  readonly step: number
  /** Which copies, counted from 1. */
  readonly orders: readonly [number, number]
  readonly task: Digest
  /** The task that evaluates a trained curve between them; absent where none was asked for. */
  readonly curve?: Digest
  /** The task that trains the curve. */
  readonly bend?: Digest
}

/** One training of an experiment: one level of one replicate. */
export interface Training {
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  readonly task: Digest
  /** The prune task; absent at level 0. */
  readonly mask?: Digest
  /** For instability: the step k that it starts from, and which of the copies it is, counted from 1. */
  readonly copy?: { readonly step: number; readonly order: number }
}

/** The experiments whose networks can be analysed for instability. */
export type SourceKind = Exclude<ExperimentView['kind'], 'instability'>

/** Names of the kinds of experiment, as plots and the tree show them. */
export const experimentNames = {
  imp: 'tickets',
  'one-shot': 'one-shot',
  'random-reinit': 'random reinit',
  'random-mask': 'random mask',
  instability: 'instability',
} as const satisfies Record<ExperimentView['kind'], string>

/** The name under which an experiment is listed. */
export function nameOf(experiment: Experiment): string {
  const { kind, setup } = experiment
  const rewound = setup.rewindTo > 0 ? `, rewound to step ${setup.rewindTo}` : ''
  if (experiment.instability) {
    const { of, levels } = experiment.instability
    const networks = levels.some((level) => level > 0) ? `, ${experimentNames[of]}` : ''
    return `instability ${setup.name}${networks}`
  }
  const title = kind === 'imp' ? 'IMP' : experimentNames[kind]
  return `${title} ${setup.name}${rewound}`
}

/** The digest of an experiment's description: what was asked for, not the tasks that answer it. */
export function experimentDigest(kind: ExperimentView['kind'], setup: Setup, levels: number): Digest {
  return sha256(
    canonicalJson({ kind, levels, setup: { ...setup, deviations: undefined } } as unknown as Json),
  )
}
