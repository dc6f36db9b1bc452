import { setImmediate as nextTurn } from 'node:timers/promises'
import { TicketLabError } from '../support/errors'

/** Milliseconds that a trainer works before it listens for messages again. */
const chunk = 150

/**
 * Adapts the size of chunks of work (steps, examples) to their speed, so that each takes about 150 ms. Results
 * must not depend on it.
 */
export interface Pace {
  /** How many units the next chunk should have. */
  readonly size: number
  /** Tells how long the last chunk took. */
  took(units: number, milliseconds: number): void
}

export function createPace(first: number): Pace {
  let size = first
  return {
    get size() {
      return size
    },
    took(units, milliseconds) {
      const wanted = (units * chunk) / Math.max(milliseconds, 0.01)
      // Never more than doubled: one measurement may be a hiccup.
      size = Math.max(1, Math.floor(Math.min(wanted, size * 2)))
    },
  }
}

/** Lets messages in; then goes on, unless the task was cancelled. @throws TicketLabError `cancelled` */
export async function breathe(signal: AbortSignal): Promise<void> {
  await nextTurn()
  if (signal.aborted) throw new TicketLabError('cancelled', 'The task was cancelled.')
}
