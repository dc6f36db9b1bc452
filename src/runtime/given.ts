import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Network } from '../networks/network'
import { locksFolder, maskFile, weightsFile } from '../store/layout'
import type { Store } from '../store/store'
import { openWork } from '../store/work'
import { canonicalJson, sha256, type Json } from '../support/canonical'
import { TicketLabError } from '../support/errors'
import { countsOf, type Mask, type Masks, type Tensor, type Tensors } from '../support/tensor'
import { digestOf } from '../tasks/digest'
import type { GivenTask } from '../tasks/tasks'
import { tryLock } from './locks/lock'

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
export async function keepGiven(store: Store, given: Given): Promise<void> {
  const digest = digestOf(given.task)
  for (;;) {
    if (await isWhole(store, digest)) return
    const lock = await tryLock(join(locksFolder(store.folder), digest))
    if (lock) {
      try {
        await write(store, given)
      } finally {
        await lock.release({ forget: true })
      }
      return
    }
    // Another process writes the same.
    await wait(50)
  }
}

async function write(store: Store, { task, content }: Given): Promise<void> {
  const began = performance.now()
  const digest = digestOf(task)
  const work = await openWork(store.folder, task, digest)
  if (task.holds === 'mask') await work.writeMask(content as Masks)
  else await work.writeWeights(0, content as Tensors)
  const files = await work.sums([task.holds === 'mask' ? maskFile : weightsFile(0)])
  await store.commit(digest, {
    kind: 'given',
    facts: { kind: 'given' },
    files,
    finishedAt: new Date().toISOString(),
    seconds: (performance.now() - began) / 1000,
  })
}

/** Whether it is there already. What is damaged is moved aside. */
async function isWhole(store: Store, digest: string): Promise<boolean> {
  try {
    return await store.verify(digest)
  } catch (error) {
    if (!(error instanceof TicketLabError && error.code === 'store-corrupt')) throw error
    await store.setAside(digest)
    return false
  }
}

/** SHA-256 of names, shapes and numbers; in whatever order they come. */
function contentOf(tensors: Readonly<Record<string, Tensor | Mask>>): string {
  const content = Object.entries(tensors).map(([name, { shape, data }]): [string, Json] => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    return [name, { shape, type: data instanceof Uint8Array ? 'U8' : 'F32', sha256: sha256(bytes) }]
  })
  return sha256(canonicalJson(Object.fromEntries(content)))
}
