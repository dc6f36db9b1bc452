import { TicketLabError } from '../support/errors'
import type { Tensors } from '../support/tensor'
import type { PlaneTask } from '../tasks/tasks'
import { masked, trainedOnly } from '../training/interpolate'
import { alphasOfPlane, betasOfPlane } from '../tasks/plane-grid'
import { cornersOf, planeShape, planeWeights, type PlanePoint, type PlaneShape } from '../training/plane'
import { begin, type TaskContext } from './context'
import { evaluatePoints } from './points'
import type { Product } from './protocol'

/**
 * Evaluates one row of the grid on the plane through three networks, or the three themselves. Progress is told in points; one
 * that was cancelled starts anew the next time.
 * @throws TicketLabError `bad-input` for networks on one line, `not-a-number` when a loss is none, `cancelled`
 */
export async function plane(task: PlaneTask, context: TaskContext): Promise<Product> {
  const { store, work } = context
  const seconds = begin(context)

  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const [a, b, c] = await Promise.all(task.corners.map((corner) => store.readWeights(corner)))
  const corners = [a!, b!, c!] as const
  const [one, other, third] = corners.map((weights): Tensors =>
    trainedOnly(task.network, masked(weights, masks)),
  )
  const shape = planeShape(one!, other!, third!)
  const places = placesIn(task, shape)
  const points = places.map(({ alpha, beta }) => ({
    place: `[${(alpha * shape.width).toFixed(2)}, ${(beta * shape.height).toFixed(2)}] of a plane`,
    weights: () => planeWeights(corners, shape, { alpha, beta }),
  }))
  const splits = await evaluatePoints(task, points, masks, context)
  return {
    facts: {
      kind: 'plane',
      shape,
      alphas: places.map(({ alpha }) => alpha),
      betas: places.map(({ beta }) => beta),
      splits,
    },
    files: await work.sums([]),
    seconds: seconds(),
  }
}

function placesIn({ points, margin, row }: PlaneTask, shape: PlaneShape): readonly PlanePoint[] {
  if (row === undefined) return cornersOf(shape)
  const beta = betasOfPlane(points, margin)[row]
  if (beta === undefined) {
    throw new TicketLabError('bad-input', `Expected a row of a plane of ${points} points, found ${row}.`)
  }
  return alphasOfPlane(shape, points, margin).map((alpha) => ({ alpha, beta }))
}
