import type { TrainingSession } from '../backends/backend'
import type { Tensors } from '../support/tensor'
import type { BackendKey, PruneTask, ScoringExamples } from '../tasks/tasks'
import { batchIndices } from '../training/batches'
import { criteria } from '../training/criteria/all'
import {
  lossNotANumber,
  need,
  noTraining,
  type Derivatives,
  type Scorer,
  type Scores,
} from '../training/criteria/criterion'
import type { TaskContext } from './context'
import { breathe } from './pace'
import { sessionData } from './sessions'

/** What scoring needs of a task's context. */
export type ScoringContext = Pick<TaskContext, 'open' | 'signal'>

/**
 * Opens what the criterion of a prune task needs.
 * @returns `undefined` for criteria that need no scores
 * @throws TicketLabError `bad-input` when the task does not say how to score; later, what a {@link Scorer} throws
 */
export async function openScorer(
  task: PruneTask,
  weights: Tensors | undefined,
  context: ScoringContext,
): Promise<Scorer | undefined> {
  if (task.criterion === 'shuffle') return undefined
  const { ranking } = criteria[task.criterion]
  if (ranking.by !== 'derivatives') return undefined
  const scoring = need(task, task.scoring, 'scoring')
  const scored = { task, scoring, weights: need(task, weights, 'weights') }
  return ranking.open(scored, derivativesOn(scoring.backend, context))
}

/** Derivatives by the sessions that a task's context opens. */
export function derivativesOn(backend: BackendKey, { open, signal }: ScoringContext): Derivatives {
  return {
    async ofLoss(network, examples) {
      const { dataset: spec, batchSize } = examples
      const recipe = { optimizer: noTraining, batchSize }
      const { session, dataset } = await open({ network, dataset: spec, backend, recipe })
      return (parameters, masks) => {
        session.load({ step: 0, parameters, slots: {} }, masks)
        return meanGradients(session, examples, dataset.train.count, signal)
      }
    },
    async ofProgram(program, examples) {
      const dataset = await open.dataset(examples.dataset)
      const session = await open.program(backend, program, sessionData(dataset))
      return (parameters) => {
        session.load({ step: 0, parameters, slots: {} }, {})
        return meanGradients(session, examples, dataset.train.count, signal)
      }
    },
    async atExample(program, data) {
      const session = await open.program(backend, program, data)
      return async (parameters, masks) => {
        session.load({ step: 0, parameters, slots: {} }, masks)
        const found = session.gradients(Int32Array.of(0))
        await breathe(signal)
        return found
      }
    },
  }
}

/** The means of a session's derivatives over the batches, added up in double precision. */
async function meanGradients(
  session: TrainingSession,
  { batchSize, batches, orderSeed }: ScoringExamples,
  count: number,
  signal: AbortSignal,
): Promise<Scores> {
  const sums: Record<string, Float64Array> = {}
  for (let batch = 0; batch < batches; batch++) {
    const indices = batchIndices(orderSeed, count, batchSize, batch, 1)
    const { loss, gradients } = session.gradients(indices)
    if (!Number.isFinite(loss)) throw lossNotANumber(loss, batch)
    for (const [name, { data }] of Object.entries(gradients)) {
      const sum = (sums[name] ??= new Float64Array(data.length))
      for (let i = 0; i < data.length; i++) sum[i]! += data[i]! / batches
    }
    await breathe(signal)
  }
  return sums
}
