import { symmetriesOf } from '../networks/symmetries'
import { maskFile, weightsFile } from '../store/layout'
import { countsOf, type Tensors } from '../support/tensor'
import type { AlignTask, Digest, WeightsRef } from '../tasks/tasks'
import { distancesOf, masked, trainedOnly } from '../training/interpolate'
import { permuted } from '../training/permute'
import { begin, type TaskContext } from './context'
import { matchInThread } from './matching-thread'
import type { Product } from './protocol'

/**
 * Puts a network's units into the order in which it is most like another. Progress is told in assignments; one that was
 * cancelled starts anew the next time.
 * @throws TicketLabError `bad-input` for a network whose units cannot be permuted, `cancelled`
 */
export async function align(task: AlignTask, context: TaskContext): Promise<Product> {
  const { network, weights, initial, seed } = task
  const { store, work, signal, send } = context
  const seconds = begin(context)

  const symmetries = symmetriesOf(network)
  const maskAt = async (digest?: Digest) => (digest === undefined ? {} : await store.readMask(digest))
  const [masks, otherMasks] = [await maskAt(task.mask), await maskAt(task.toMask)]
  const own = masked(await store.readWeights(weights), masks)
  const mine = trainedOnly(network, own)
  const its = trainedOnly(network, masked(await store.readWeights(task.to), otherMasks))

  const matching = { network, weights: mine, other: its, seed }
  const { permutations, solved } = await matchInThread(matching, signal, (solved, open) =>
    send({ type: 'progress', step: solved, steps: solved + open, stepsPerSecond: solved / seconds() }),
  )
  const ordered = (tensors: Tensors): Tensors => permuted(symmetries, permutations, tensors)

  const files: string[] = []
  const write = async ({ step }: WeightsRef, tensors: Tensors): Promise<void> => {
    await work.writeWeights(step, ordered(tensors))
    files.push(weightsFile(step))
  }
  await write(weights, own)
  if (initial) await write(initial, await store.readWeights(initial))
  if (task.mask !== undefined) {
    await work.writeMask(permuted(symmetries, permutations, masks))
    files.push(maskFile)
  }
  const moved = permutations.map((order) => order.filter((unit, place) => unit !== place).length)
  const sum = (numbers: readonly number[]): number => numbers.reduce((before, one) => before + one, 0)
  return {
    facts: {
      kind: 'align',
      l2: [distancesOf(mine, its).l2, distancesOf(ordered(mine), its).l2],
      moved: sum(moved),
      units: sum(permutations.map(({ length }) => length)),
      solved,
      kept: countsOf(masks),
    },
    files: await work.sums(files),
    seconds: seconds(),
  }
}
