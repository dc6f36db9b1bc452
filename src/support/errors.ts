/**
 * An expected failure, told to the user: what was expected, what was found, and what to do.
 * `code` is stable and may be tested for; `message` is the whole text.
 */
export class TicketLabError extends Error {
  override readonly name: string = 'TicketLabError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/**
 * The error for bad input: what was expected, what was found, what to do. Advice that guesses what was meant
 * ('Did you mean ...?') is read first.
 */
export function badInput(expected: string, found: string | number, advice = ''): TicketLabError {
  const told = `Expected ${expected}, found ${found}.`
  const parts = advice.startsWith('Did you mean') ? [advice, told] : [told, advice]
  return new TicketLabError('bad-input', parts.filter((part) => part !== '').join(' '))
}

/** The error for a file of data that is not what it should be, with what to do. */
export function dataCorrupt(
  file: string,
  expected: string,
  found: string,
  { advice = 'Replace the file by an undamaged copy.', ...options }: { advice?: string } & ErrorOptions = {},
): TicketLabError {
  return new TicketLabError(
    'data-corrupt',
    `${file}: expected ${expected}, found ${found}. ${advice}`,
    options,
  )
}

/** Every kind of expected failure. */
export type ErrorCode =
  /** What was given is not what was expected: an option, a file, or a folder that cannot be written to. */
  | 'bad-input'
  /** TensorFlow is asked for, or a setup names it, and it is not installed; `ticketlab backend install` installs it. */
  | 'backend-missing'
  /** It cannot be had on this machine: a tool, the network, or a platform is missing. Installations end with it. */
  | 'backend-unavailable'
  /** A backend cannot be loaded, lacks memory, cannot compute this network, or was installed anew in the meantime. */
  | 'backend-failed'
  /** The cell was interrupted, or the run cancelled. What was computed is kept: run the cell again to go on. */
  | 'cancelled'
  /** A file of a dataset, or one that was downloaded, is damaged or not what it should be. */
  | 'data-corrupt'
  /** A dataset is not installed, or its file is gone; `ticketlab data install` installs published ones. */
  | 'data-missing'
  /** There is no space, or no quota, for a file. What is computed already is kept. */
  | 'disk-full'
  /** Weights or a mask that a cell brought along are no longer in the store. Run that cell again. */
  | 'given-missing'
  /**
   * A check after a task found pruned weights that are not zero, survivors that did not start from W_k, masks that are not
   * nested, or another count than asked. A fault of ours: the result is not kept.
   */
  | 'inexact'
  /** The process that evaluates cells could not be started, or ended; no method of `lab` fails with it. */
  | 'kernel-failed'
  /** Pruning left nothing of a layer, or nothing that a signal passes. `collapse: 'go on'` trains what is left. */
  | 'layer-died'
  /** A cell waits for something to be typed where nobody can type; no method of `lab` fails with it. */
  | 'no-input'
  /** A training diverged: a loss, a weight or a derivative is not a finite number. Lower the learning rate. */
  | 'not-a-number'
  /** A file of the store is damaged. Run the experiment again: it is moved aside and computed anew. */
  | 'store-corrupt'
  /** A newer version has written the store. Nothing was changed. */
  | 'store-newer'
  /** Several tasks or experiments failed, each named with its reason; or one did in a way that nobody expected. */
  | 'task-failed'
  /**
   * The process that computes ended in mid-task; the system may have run out of memory. A task is tried twice, and goes on
   * from its checkpoint when it is run again.
   */
  | 'trainer-died'

/** A failure as plain data, for crossing a process boundary. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  /** The stack of an unexpected error, absent for expected ones. */
  readonly stack?: string
}

/** Turns anything thrown into plain data that crosses a process boundary. */
export function toFailure(error: unknown): Failure {
  if (error instanceof TicketLabError) return { code: error.code, message: error.message }
  if (error instanceof Error) {
    return { code: 'task-failed', message: error.message, ...(error.stack ? { stack: error.stack } : {}) }
  }
  return { code: 'task-failed', message: String(error) }
}

/** The inverse of {@link toFailure}. */
export function fromFailure(failure: Failure): TicketLabError {
  const error = new TicketLabError(failure.code, failure.message)
  if (failure.stack) error.stack = failure.stack
  return error
}
