import type { SessionData } from '../../backends/backend'
import type { StepProgram } from '../../backends/program'
import type { Network } from '../../networks/network'
import { TicketLabError } from '../../support/errors'
import type { Check } from '../../support/options'
import type { Masks, Tensors } from '../../support/tensor'
import type { BackendKey, PruneTask, Scoring, ScoringExamples } from '../../tasks/tasks'

/** Everything that is known of a criterion: a row of the table in `all.ts`. */
export interface CriterionKind {
  /** What plots call the networks that it has pruned: level after level, and at once. */
  readonly networks: Readonly<Record<'imp' | 'one-shot', string>>
  /** Whether it is there for others to be compared with: plots draw it as they draw controls. */
  readonly isControl: boolean
  /** Whether it prunes trained networks level after level (lab.imp), too, or only at once (lab.oneShot). */
  readonly iterative: boolean
  /** What it prunes when it prunes at once: W_T, or the network before training, which is W_0 or W_k. */
  readonly atOnce: 'trained' | 'before-training'
  /** Whether its paper ranks the weights of all layers together, which is then the default. */
  readonly ranksTogether: boolean
  /** Options that not every criterion has. */
  readonly options?: Readonly<Partial<Record<keyof CriterionOptions, OwnOption>>>
  /** What decides which weights are kept. */
  readonly ranking: Ranking
}

/** Options of pruning that only some criteria have. */
export interface CriterionOptions {
  /**
   * What logits are divided by before the softmax, for `criterion: 'grasp'` only; 200 by default, as in the code of Wang et
   * al. (2020). The larger, the less the curvature of the softmax counts.
   */
  readonly temperature?: number
}

/** A number that only some criteria can be given. */
export interface OwnOption {
  readonly check: Check<number>
  /** The default, which descriptions leave out. */
  readonly usual: number
  /** What plots add to the name of the networks. */
  readonly text: (value: number) => string
}

/** What decides which weights are kept. */
export type Ranking =
  /** Nothing: they are drawn. */
  | { readonly by: 'lot' }
  /** What follows from each weight alone; the largest are kept. */
  | { readonly by: 'value'; readonly valuesOf: (weights: Float32Array) => Float32Array }
  /** What follows from each weight and from what it was at initialization; the largest are kept. */
  | {
      readonly by: 'change'
      readonly valuesOf: (weights: Float32Array, initial: Float32Array) => Float32Array
    }
  | DerivativeRanking

/** Scores made of derivatives; the largest are kept. */
export interface DerivativeRanking {
  readonly by: 'derivatives'
  /** What a task says of how it scores, for a setup. */
  readonly scoringOf: (setup: ScoringSetup) => Scoring
  /**
   * Prepares scoring.
   * @throws TicketLabError `bad-input` when the task does not say how to score
   */
  readonly open: (scored: Scored, derivatives: Derivatives) => Scorer | Promise<Scorer>
}

/** What a setup has for a criterion to score with. */
export interface ScoringSetup {
  /** The first examples that training would see. */
  readonly examples: Omit<ScoringExamples, 'batches'>
  /** Those that were given and are not the default. */
  readonly options: CriterionOptions
  readonly backend: BackendKey
}

/** A prune task whose weights are to be scored. */
export interface Scored {
  readonly task: PruneTask
  readonly scoring: Scoring
  readonly weights: Tensors
}

/** How important every weight is, by parameter name, in the order of the weights. The largest are kept. */
export type Scores = Readonly<Record<string, Float32Array | Float64Array>>

/**
 * What scores a network's weights under masks. Scores hold until it is called again.
 * @throws TicketLabError `not-a-number` when a loss is none, `layer-died` when no signal passes the network
 */
export type Scorer = (masks: Masks) => Promise<Scores>

/** Takes derivatives for a criterion, on the backend that its task names. */
export interface Derivatives {
  /** Those of a network's loss by every trainable parameter: means over the examples, in double precision. */
  readonly ofLoss: (
    network: Network,
    examples: ScoringExamples,
  ) => Promise<(parameters: Tensors, masks: Masks) => Promise<Scores>>
  /** Those of what any program calls its loss, by its parameters: means over the examples, in double precision. */
  readonly ofProgram: (
    program: StepProgram,
    examples: ScoringExamples,
  ) => Promise<(parameters: Tensors) => Promise<Scores>>
  /** Those of any program at the first example of data that need not be a dataset. */
  readonly atExample: (program: StepProgram, data: SessionData) => Promise<AtExample>
}

/** Derivatives of a program at one example, and its loss there. Tensors hold until it is called again. */
export type AtExample = (
  parameters: Tensors,
  masks: Masks,
) => Promise<{ readonly loss: number; readonly gradients: Tensors }>

/** For derivatives, any rule will do. */
export const noTraining = { kind: 'sgd', learningRate: 0 } as const

/** Batches of training examples that derivatives of the loss are averaged over, unless a paper has a number of its own. */
export const scoringBatches = 10

/** What scoring cannot do without. @throws TicketLabError `bad-input` when a task does not have it */
export function need<T>({ criterion }: PruneTask, value: T | undefined, what: string): T {
  if (value !== undefined) return value
  throw new TicketLabError('bad-input', `Pruning by ${criterion} needs ${what}, but found none.`)
}

export function lossNotANumber(loss: number, batch: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Expected a finite loss to take derivatives of, found ${loss} at batch ${batch} of those that weights are ` +
      'scored by. The weights to be pruned are not those of a network that can be trained.',
  )
}
