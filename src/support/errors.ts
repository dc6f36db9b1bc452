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
  | 'bad-input'
  | 'backend-missing'
  /** It cannot be had on this machine: a tool, the network, or a platform is missing. */
  | 'backend-unavailable'
  | 'backend-failed'
  | 'cancelled'
  | 'data-corrupt'
  | 'data-missing'
  | 'disk-full'
  | 'inexact'
  | 'kernel-failed'
  | 'layer-died'
  | 'no-input'
  | 'not-a-number'
  | 'store-corrupt'
  | 'store-newer'
  | 'task-failed'
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
