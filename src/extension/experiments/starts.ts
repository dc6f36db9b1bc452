import { isStep } from '../../experiments/experiment'
import { isPlain } from '../../support/plain'
import type { KnownExperiment } from './registry'

/** What can be started from an experiment that is there. */
export interface Starts {
  readonly digest: string
  readonly levels: readonly number[]
  /** T. */
  readonly steps: number
  /** Whether `lab.control` can be asked for it: rewound tickets of lab.imp or lab.oneShot. */
  readonly isControllable: boolean
  /** Whether `lab.instability` can. */
  readonly isAnalysable: boolean
}

/** `undefined` for an experiment that is not over, or whose setup was not kept. */
export function startsOf(experiment: KnownExperiment): Starts | undefined {
  const { digest, kind, state, levels, setup } = experiment
  if (state !== 'done' || !isPlain(setup)) return undefined
  const {
    recipe,
    afterPruning = 'rewind',
    kept,
    pruned,
    own,
  } = setup as {
    readonly recipe?: { readonly steps?: number }
    readonly afterPruning?: string
    readonly kept?: unknown
    readonly pruned?: unknown
    readonly own?: unknown
  }
  if (recipe?.steps === undefined) return undefined
  const isTickets = kind === 'imp' || kind === 'one-shot'
  const isRewound = afterPruning === 'rewind' && kept === undefined && pruned === undefined
  return {
    ...{ digest, steps: recipe.steps, levels: levels.map(({ level }) => level) },
    isControllable: isTickets && isRewound && levels.some(({ level }) => level > 0),
    isAnalysable: !isStep(kind) && kind !== 'instability' && own === undefined,
  }
}
