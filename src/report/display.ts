/** Contents by MIME type: text as is, JSON types as JSON text. */
export type MimeBundle = Readonly<Record<string, string>>

/** How a notebook knows our plots. */
export const plotMime = 'application/vnd.vegalite.v5+json'

/**
 * A value that says itself how a notebook shows it: `lab.show` and the last value of a cell ask for this before anything
 * else. Of any class: `[Symbol.for('ticketlab.display')]() { return { 'text/html': '<b>bold</b>', 'text/plain': 'bold' } }`
 */
export interface Displayable {
  /** A MIME bundle: text as it is, JSON types as JSON text, images as base64. */
  [display](): MimeBundle | Promise<MimeBundle>
}

/** The key of {@link Displayable}. */
export const display = Symbol.for('ticketlab.display')

/** Whether a value says itself how it is shown. */
export function isDisplayable(value: unknown): value is { [display](): unknown } {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  try {
    return typeof (value as Partial<Displayable>)[display] === 'function'
  } catch {
    // A proxy of the user's own may do anything.
    return false
  }
}

/** Makes plain data say how a notebook shows it; it stays what it was to everything that copies or writes it. */
export function shownAs<T extends object>(value: T, bundle: (value: T) => MimeBundle): T {
  return Object.defineProperty(value, display, { value: () => bundle(value), configurable: true })
}

/** Gives a value one readable line for `console.log`, also inside of arrays and objects, and for template strings. */
export function inLine<T extends object>(value: T, line: () => string): T {
  return Object.defineProperties(value, {
    [printed]: { value: line, configurable: true },
    toString: { value: line, configurable: true },
  })
}

/** What Node asks a value for when it prints it (`util.inspect.custom`). */
export const printed = Symbol.for('nodejs.util.inspect.custom')
