import type { Masks, Tensors } from '../support/tensor'
import type { TrainingSession } from '../backends/backend'
import type { Dataset } from '../datasets/dataset'
import { TicketLabError } from '../support/errors'
import { batchIndices } from '../training/batches'
import type { LineFigures } from '../tasks/facts'
import type { EvaluateTask, InterpolateTask } from '../tasks/tasks'
import type { TaskContext } from './context'
import { evaluateSplit } from './evaluate'
import { breathe } from './pace'

/** What is measured at each point between networks, and with what. */
type Measured = Pick<
  InterpolateTask,
  'network' | 'dataset' | 'backend' | 'splits' | 'examples' | 'statistics'
>

/** A point in weight space. */
export interface Point {
  /** Where it is, such as `alpha 0.250`, for errors. */
  readonly place: string
  readonly weights: () => Tensors
}

/**
 * Evaluates the network at points between others, one after the other. Progress is told in points.
 * @throws TicketLabError `not-a-number` when a loss is none, `cancelled`
 */
export async function evaluatePoints(
  { network, dataset: spec, backend, splits, examples, statistics }: Measured,
  points: readonly Point[],
  masks: Masks,
  { open, signal, send }: Pick<TaskContext, 'open' | 'signal' | 'send'>,
): Promise<Partial<Record<EvaluateTask['split'], LineFigures>>> {
  const recomputed = typeof statistics === 'object' ? statistics : undefined
  const { session, dataset } = await open({
    network,
    dataset: spec,
    backend,
    // Nothing is trained: the rule does not matter, only how many examples there are in a batch.
    ...(recomputed
      ? { recipe: { optimizer: { kind: 'sgd', learningRate: 0 }, batchSize: recomputed.batchSize } }
      : {}),
  })
  const began = performance.now()
  const figures = splits.map((split) => ({ split, loss: [] as number[], error: [] as number[] }))
  for (const [index, { place, weights }] of points.entries()) {
    session.load({ step: 0, parameters: weights(), slots: {} }, masks)
    if (recomputed) await recomputeStatistics(session, dataset, recomputed, signal)
    for (const { split, loss, error } of figures) {
      const found = await evaluateSplit(session, dataset, split, signal, examples?.[split])
      if (!Number.isFinite(found.loss)) throw notANumber(split, place, found.loss)
      loss.push(found.loss)
      error.push(1 - found.accuracy)
    }
    const done = index + 1
    const seconds = (performance.now() - began) / 1000
    send({ type: 'progress', step: done, steps: points.length, stepsPerSecond: done / seconds })
  }
  return Object.fromEntries(
    figures.map(({ split, loss, error }): [EvaluateTask['split'], LineFigures] => [split, { loss, error }]),
  )
}

/** Seed of the order in which batches are chosen: the same examples at every point of every line. */
const statisticsSeed = 0

/**
 * Sets batch norm's running statistics to their mean over batches of training examples under the current weights:
 * decaying by i / (i + 1) at the i-th batch, counted from 0, makes a running statistic the mean of all so far.
 */
async function recomputeStatistics(
  session: TrainingSession,
  { train }: Dataset,
  { examples, batchSize }: { readonly examples: number; readonly batchSize: number },
  signal: AbortSignal,
): Promise<void> {
  const batches = Math.max(1, Math.floor(Math.min(examples, train.count) / batchSize))
  for (let batch = 0; batch < batches; batch++) {
    const indices = batchIndices(statisticsSeed, train.count, batchSize, batch, 1)
    session.observe(indices, Float32Array.of(batch / (batch + 1)))
    await breathe(signal)
  }
}

function notANumber(split: string, place: string, loss: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Expected a finite ${split} loss between networks, found ${loss} at ${place}. ` +
      'One of them diverged: lower the learning rate.',
  )
}
