import { TicketLabError } from '../support/errors'
import { batchIndices } from '../training/batches'
import { curvePoint, curveRate, curveUpdate, positionOf } from '../training/curve'
import { checkPruned } from '../training/exactness'
import { interpolated } from '../training/interpolate'
import type { BendTask } from '../tasks/tasks'
import { weightsFile } from '../store/layout'
import { begin, type TaskContext } from './context'
import { breathe } from './pace'
import type { Product } from './protocol'

/** Milliseconds of work after which messages are listened to. */
const patience = 100

/**
 * Trains the middle of a curve between two networks and keeps it as the weights of step `steps`. A cancelled one starts
 * anew the next time.
 *
 * @throws TicketLabError `bad-input` without steps, `not-a-number` when the loss is none, `inexact`, `cancelled`
 */
export async function bend(task: BendTask, context: TaskContext): Promise<Product> {
  const { store, work, signal, send } = context
  const { network, dataset: spec, backend, optimizer, batchSize, steps, seed } = task
  const seconds = begin(context)
  if (!Number.isInteger(steps) || steps < 1) {
    throw new TicketLabError('bad-input', `Expected 1 or more steps to bend a curve in, found ${steps}.`)
  }

  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const [one, other] = await Promise.all(task.ends.map((end) => store.readWeights(end)))
  const middle = interpolated(one!, other!, 0.5)
  const update = curveUpdate(optimizer, middle)
  const { session, dataset } = await context.open({
    network,
    dataset: spec,
    backend,
    recipe: { optimizer, batchSize },
  })

  const counted = Math.ceil(steps / 10)
  let lossSum = 0
  let since = performance.now()
  for (let step = 0; step < steps; step++) {
    const { weights, share } = curvePoint(one!, middle, other!, positionOf(seed, step))
    session.load({ step: 0, parameters: weights, slots: {} }, masks)
    const examples = batchIndices(seed, dataset.train.count, batchSize, step, 1)
    const { loss, gradients } = session.gradients(examples)
    if (!Number.isFinite(loss)) throw diverged(step, loss)
    if (step >= steps - counted) lossSum += loss
    update.apply(gradients, share, curveRate(step, steps))
    if (performance.now() - since > patience) {
      send({ type: 'progress', step: step + 1, steps, stepsPerSecond: (step + 1) / seconds() })
      await breathe(signal)
      since = performance.now()
    }
  }
  send({ type: 'progress', step: steps, steps, stepsPerSecond: steps / seconds() })
  checkPruned(middle, masks)
  await work.writeWeights(steps, middle)
  return {
    facts: { kind: 'bend', steps, loss: lossSum / counted },
    files: await work.sums([weightsFile(steps)]),
    seconds: seconds(),
  }
}

function diverged(step: number, loss: number): TicketLabError {
  return new TicketLabError(
    'not-a-number',
    `Bending the curve between two networks diverged: expected a finite loss, found ${loss} at step ${step}. ` +
      'Lower the learning rate.',
  )
}
