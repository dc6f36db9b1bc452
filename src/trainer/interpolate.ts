import { TicketLabError } from '../support/errors'
import type { Tensors } from '../support/tensor'
import { curvePoint } from '../training/curve'
import { alphasOf, distancesOf, interpolated, masked, trainedOnly } from '../training/interpolate'
import type { InterpolateTask, WeightsRef } from '../tasks/tasks'
import type { TaskReader } from '../store/reader'
import { begin, type TaskContext } from './context'
import { evaluatePoints } from './points'
import type { Product } from './protocol'

/**
 * Evaluates the network at evenly spaced points of the line, or of a curve, between two weight vectors. Progress is
 * told in points; a cancelled interpolation starts anew the next time.
 *
 * @throws TicketLabError `bad-input` for fewer than two points, `not-a-number` when a loss is none, `cancelled`
 */
export async function interpolate(task: InterpolateTask, context: TaskContext): Promise<Product> {
  const { store, work } = context
  const { network } = task
  const seconds = begin(context)
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

  const alphas = alphasOf(task.points)
  const points = alphas.map((alpha) => ({
    place: `alpha ${alpha.toFixed(3)}`,
    weights: () => pointAt(alpha),
  }))
  const splits = await evaluatePoints(task, points, masks, context)
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
