import { TicketLabError } from '../../support/errors'
import { alphasOf, distancesOf, interpolated, masked } from '../../training/interpolate'
import type { EvaluateTask, InterpolateTask } from '../../training/tasks'
import type { LineFigures } from '../store/result'
import type { TaskContext } from './context'
import { evaluateSplit } from './evaluate'
import type { Product } from './protocol'

/**
 * Evaluates the network at evenly spaced points of the line between two weight vectors. Progress is told in points;
 * a cancelled interpolation starts anew the next time.
 *
 * @throws TicketLabError `bad-input` for fewer than two points, `not-a-number` when a loss is none, `cancelled`
 */
export async function interpolate(task: InterpolateTask, context: TaskContext): Promise<Product> {
  const { store, work, signal, send } = context
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  send({ type: 'started', rows: [] })
  if (!Number.isInteger(task.points) || task.points < 2) {
    throw new TicketLabError('bad-input', `Expected at least 2 points on a line, found ${task.points}.`)
  }

  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const [one, other] = await Promise.all(task.ends.map((end) => store.readWeights(end)))
  const origin = masked(await store.readWeights(task.origin), masks)
  const distances = distancesOf(one!, other!, origin)

  const { session, dataset } = await context.open(task)
  const alphas = alphasOf(task.points)
  const figures = task.splits.map((split) => ({ split, loss: [] as number[], error: [] as number[] }))
  for (const [index, alpha] of alphas.entries()) {
    session.load({ step: 0, parameters: interpolated(one!, other!, alpha), slots: {} }, masks)
    for (const { split, loss, error } of figures) {
      const found = await evaluateSplit(session, dataset, split, signal)
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

function notANumber(split: string, alpha: number, loss: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Expected a finite ${split} loss between two networks, found ${loss} at alpha ${alpha.toFixed(3)}. ` +
      'One of them diverged: lower the learning rate.',
  )
}
