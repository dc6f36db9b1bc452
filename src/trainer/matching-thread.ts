import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Network } from '../networks/network'
import { symmetriesOf } from '../networks/symmetries'
import { TicketLabError } from '../support/errors'
import type { Tensors } from '../support/tensor'
import { weightMatching, type Alignment } from '../training/align'

/** The units of which network are matched with those of which other. */
export interface Matching {
  readonly network: Network
  /** What training changes, under its mask. */
  readonly weights: Tensors
  /** The same of the other network. */
  readonly other: Tensors
  readonly seed: number
}

/** What the thread is started with. */
interface ThreadData {
  readonly ticketlabMatching: Matching
}

type FromThread =
  | { readonly type: 'solved'; readonly solved: number; readonly open: number }
  | { readonly type: 'found'; readonly found: Alignment }

/**
 * Weight matching in a thread of its own: one assignment of a wide layer takes seconds, in which a trainer has to hear that it is
 * cancelled.
 * @param told called after each assignment, with how many are solved and how many groups are open
 * @throws TicketLabError `cancelled`
 */
export async function matchInThread(
  matching: Matching,
  signal: AbortSignal,
  told: (solved: number, open: number) => void,
): Promise<Alignment> {
  const data: ThreadData = { ticketlabMatching: matching }
  // The program that runs is bundled into one file, for both threads.
  const worker = new Worker(process.argv[1]!, { workerData: data, name: 'matching' })
  let abort: () => void = () => undefined
  try {
    return await new Promise<Alignment>((resolve, reject) => {
      abort = () => reject(new TicketLabError('cancelled', 'The task was cancelled.'))
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new Error(`The thread that matches units ended with code ${code}.`)))
      worker.on('message', (message: FromThread) => {
        if (message.type === 'found') resolve(message.found)
        else told(message.solved, message.open)
      })
    })
  } finally {
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

/** Does what a thread was started for. @returns whether this is such a thread */
export function servesMatching(): boolean {
  if (isMainThread || !isThreadData(workerData)) return false
  const { network, weights, other, seed } = workerData.ticketlabMatching
  const send = (message: FromThread): void => parentPort!.postMessage(message)
  const steps = weightMatching(symmetriesOf(network), weights, other, seed)
  for (let solved = 1; ; solved++) {
    const next = steps.next()
    if (next.done) {
      send({ type: 'found', found: next.value })
      return true
    }
    send({ type: 'solved', solved, open: next.value })
  }
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === 'object' && data !== null && 'ticketlabMatching' in data
}
