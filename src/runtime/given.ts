import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Network } from '../networks/network'
import { locksFolder, maskFile, weightsFile } from '../store/layout'
import type { Store } from '../store/store'
import { openWork } from '../store/work'
import { canonicalJson, sha256, type Json } from '../support/canonical'
import { countsOf, type Mask, type Masks, type Tensor, type Tensors } from '../support/tensor'
import { digestOf } from '../tasks/digest'
import type { GivenTask } from '../tasks/tasks'
import type { Outcome } from './executor'
import { tryLock } from './locks/lock'
import { isFinished, runTask } from './run-task'
import { createNode } from './task-nodes'

/** A mask or weights that a cell or a file brings along, and the task that stands for them in graphs. */
export type Given = GivenMask | GivenWeights

interface GivenMask {
  readonly task: GivenTask & { readonly holds: 'mask' }
  readonly content: Masks
}

interface GivenWeights {
  readonly task: GivenTask & { readonly holds: 'weights' }
  readonly content: Tensors
}

/** A mask under the hash of its content. @param masks by parameter name, of the shapes that the network has */
export function givenMaskOf(network: Network, masks: Masks): GivenMask {
  const task = {
    kind: 'given',
    network,
    holds: 'mask',
    content: contentOf(masks),
    keep: countsOf(masks),
  } as const
  return { task, content: masks }
}

/** Weights under the hash of their content. @param weights every parameter of the network, by name */
export function givenWeightsOf(network: Network, weights: Tensors): GivenWeights {
  return { task: { kind: 'given', network, holds: 'weights', content: contentOf(weights) }, content: weights }
}

/**
 * Writes what was brought along into the store, where it stays like the results of other tasks.
 * @throws TicketLabError `disk-full`
 */
export async function keepGiven(store: Store, given: Given, log: Log): Promise<void> {
  const node = createNode(digestOf(given.task), given.task)
  while (!(await isFinished(store, node.digest))) {
    const lock = await tryLock(join(locksFolder(store.folder), node.digest))
    if (lock) {
      const place = { run: () => write(store, given) }
      await runTask(node, place, store, log).finally(() => lock.release({ forget: true }))
      return
    }
    // Another process writes the same.
    await wait(50)
  }
}

type Log = (level: 'warning', message: string) => void

/** @throws TicketLabError `disk-full` */
async function write(store: Store, { task, content }: Given): Promise<Outcome> {
  const began = performance.now()
  const work = await openWork(store.folder, task, digestOf(task))
  if (task.holds === 'mask') await work.writeMask(content as Masks)
  else await work.writeWeights(0, content as Tensors)
  const files = await work.sums([task.holds === 'mask' ? maskFile : weightsFile(0)])
  const seconds = (performance.now() - began) / 1000
  return { kind: 'finished', product: { facts: { kind: 'given' }, files, seconds } }
}

/** SHA-256 of names, shapes and numbers; in whatever order they come. */
function contentOf(tensors: Readonly<Record<string, Tensor | Mask>>): string {
  const content = Object.entries(tensors).map(([name, { shape, data }]): [string, Json] => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return [name, { shape, type: data instanceof Uint8Array ? 'U8' : 'F32', sha256: sha256(bytes) }]
  })
  return sha256(canonicalJson(Object.fromEntries(content)))
}
