import type { TrainingSession } from '../backends/backend'
import type { Dataset } from '../datasets/dataset'
import { TicketLabError } from '../support/errors'
import type { Tensors } from '../support/tensor'
import { batchIndices } from '../training/batches'
import { curvePoint } from '../training/curve'
import { alphasOf, distancesOf, interpolated, masked, trainedOnly } from '../training/interpolate'
import type { EvaluateTask, InterpolateTask, WeightsRef } from '../tasks/tasks'
import type { TaskReader } from '../store/reader'
import type { LineFigures } from '../tasks/facts'
import type { TaskContext } from './context'
import { evaluateSplit } from './evaluate'
import { breathe } from './pace'
import type { Product } from './protocol'

/**
 * Evaluates the network at evenly spaced points of the line, or of a curve, between two weight vectors. Progress is
 * told in points; a cancelled interpolation starts anew the next time.
 *
 * @throws TicketLabError `bad-input` for fewer than two points, `not-a-number` when a loss is none, `cancelled`
 */
export async function interpolate(task: InterpolateTask, context: TaskContext): Promise<Product> {
  const { store, work, signal, send } = context
  const { network, dataset: spec, backend, statistics } = task
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  send({ type: 'started', rows: [] })
  if (!Number.isInteger(task.points) || task.points < 2) {
    throw new TicketLabError('bad-input', `Expected at least 2 points on a line, found ${task.points}.`)
  }

  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const [one, other] = await Promise.all(task.ends.map((end) => store.readWeights(end)))
  const middle = task.bend && (await store.readWeights(task.bend))
  const trained = (weights: Tensors): Tensors => trainedOnly(network, weights)
  const maskedAt = async (weights: WeightsRef): Promise<Tensors> =>
    trained(masked(await store.readWeights(weights), masks))
  const from = task.origin && [
    await maskedAt(task.origin),
    await maskedAt(await initialOf(task.origin, store)),
  ]
  const distances = distancesOf(trained(one!), trained(other!), ...(from ?? []))
  const pointAt = (alpha: number): Tensors =>
    middle ? curvePoint(one!, middle, other!, alpha).weights : interpolated(one!, other!, alpha)

  const recomputed = typeof statistics === 'object' ? statistics : undefined
  const { session, dataset } = await context.open({
    network,
    dataset: spec,
    backend,
    // Nothing is trained: the rule does not matter, only how many examples there are in a batch.
    ...(recomputed
      ? { recipe: { optimizer: { kind: 'sgd', learningRate: 0 }, batchSize: recomputed.batchSize } }
      : {}),
  })
  const alphas = alphasOf(task.points)
  const figures = task.splits.map((split) => ({ split, loss: [] as number[], error: [] as number[] }))
  for (const [index, alpha] of alphas.entries()) {
    session.load({ step: 0, parameters: pointAt(alpha), slots: {} }, masks)
    if (recomputed) await recomputeStatistics(session, dataset, recomputed, signal)
    for (const { split, loss, error } of figures) {
      const found = await evaluateSplit(session, dataset, split, signal, task.examples?.[split])
      if (!Number.isFinite(found.loss)) throw notANumber(split, alpha, found.loss)
      loss.push(found.loss)
      error.push(1 - found.accuracy)
    }
    const done = index + 1
    send({ type: 'progress', step: done, steps: task.points, stepsPerSecond: done / seconds() })
  }
  const splits = Object.fromEntries(
    figures.map(({ split, loss, error }): [EvaluateTask['split'], LineFigures] => [split, { loss, error }]),
  )
  return {
    facts: { kind: 'interpolate', alphas, splits, distances },
    files: await work.sums([]),
    seconds: seconds(),
  }
}

/** The weights that others were trained from, as the descriptions of tasks tell: W_0. */
async function initialOf(weights: WeightsRef, store: TaskReader): Promise<WeightsRef> {
  const task = await store.task(weights.task)
  return task?.kind === 'train' ? initialOf(task.start, store) : weights
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

function notANumber(split: string, alpha: number, loss: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Expected a finite ${split} loss between two networks, found ${loss} at alpha ${alpha.toFixed(3)}. ` +
      'One of them diverged: lower the learning rate.',
  )
}
