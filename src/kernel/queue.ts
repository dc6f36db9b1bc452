import type { Outcome } from './protocol'

/** A cell that was asked to run. */
export interface QueuedCell {
  readonly execution: number
  /** The number in `In[2]`. */
  readonly count: number
  readonly code: string
  /** Where debuggers are told that it stands. */
  readonly file?: string
}

/** Cells run one after the other, in the order asked for. */
export interface Queue {
  readonly running?: QueuedCell
  readonly waiting: readonly QueuedCell[]
}

export const emptyQueue: Queue = { waiting: [] }

/** What can happen to the queue. */
export type QueueEvent =
  | { readonly kind: 'submitted'; readonly cell: QueuedCell }
  | { readonly kind: 'ended'; readonly execution: number; readonly outcome: Outcome }
  | { readonly kind: 'interrupted' }

/** What has to be done about it, in this order. */
export type QueueCommand =
  | { readonly kind: 'start'; readonly cell: QueuedCell }
  /** Make the running cell end; its `ended` event follows. */
  | { readonly kind: 'stop'; readonly execution: number }
  /** Tell that a cell is over. */
  | { readonly kind: 'report'; readonly execution: number; readonly outcome: Outcome }

/**
 * The next queue after `event`, and what to do. A cell that fails or is interrupted takes the waiting cells with
 * it: they were written to run after a success.
 */
export function advance(queue: Queue, event: QueueEvent): readonly [Queue, readonly QueueCommand[]] {
  switch (event.kind) {
    case 'submitted':
      return queue.running
        ? [{ ...queue, waiting: [...queue.waiting, event.cell] }, []]
        : [{ running: event.cell, waiting: [] }, [{ kind: 'start', cell: event.cell }]]
    case 'interrupted':
      return queue.running
        ? [
            { running: queue.running, waiting: [] },
            [{ kind: 'stop', execution: queue.running.execution }, ...dropped(queue.waiting)],
          ]
        : [emptyQueue, []]
    case 'ended': {
      // A cell that was given up on may end much later, when another one runs.
      if (queue.running?.execution !== event.execution) return [queue, []]
      const report = { kind: 'report', execution: event.execution, outcome: event.outcome } as const
      const [next, ...rest] = queue.waiting
      if (event.outcome.kind !== 'success') return [emptyQueue, [report, ...dropped(queue.waiting)]]
      if (!next) return [emptyQueue, [report]]
      return [{ running: next, waiting: rest }, [report, { kind: 'start', cell: next }]]
    }
  }
}

function dropped(cells: readonly QueuedCell[]): QueueCommand[] {
  return cells.map(({ execution }) => ({ kind: 'report', execution, outcome: { kind: 'interrupted' } }))
}
