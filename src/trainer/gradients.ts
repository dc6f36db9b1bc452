import { withoutChance } from '../networks/change'
import { weightsFile } from '../store/layout'
import type { GradientsTask } from '../tasks/tasks'
import { masked } from '../training/interpolate'
import { begin, type TaskContext } from './context'
import type { Product } from './protocol'
import { derivativesOn } from './scores'

/** @throws TicketLabError `not-a-number` when the loss is none */
export async function takeGradients(task: GradientsTask, context: TaskContext): Promise<Product> {
  const seconds = begin(context)
  const { store, work } = context
  const { network, examples, backend } = task
  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const weights = masked(await store.readWeights(task.weights), masks)
  const gradientOf = await derivativesOn(backend, context).ofLoss(withoutChance(network), examples)
  const found = await gradientOf(weights, masks)
  await work.writeWeights(
    0,
    Object.fromEntries(
      Object.entries(found).map(([name, data]) => [
        name,
        { shape: weights[name]!.shape, data: Float32Array.from(data) },
      ]),
    ),
  )
  return {
    facts: { kind: 'gradients' },
    files: await work.sums([weightsFile(0)]),
    seconds: seconds(),
  }
}
