import { inspect } from 'node:util'
import { badInput } from '../../support/errors'
import { show } from '../../support/show'
import { display, isDisplayable, type MimeBundle } from '../display'
import { imageBundle, imageType } from './images'
import { recordTable } from './records'
import { isVegaSpec, specBundle } from './specs'
import { tableBundle } from './table'

/** How often a display method may answer with a value that has one itself. */
const mostSteps = 10

/**
 * How a notebook shows a value: as it says itself by {@link display}, as a MIME bundle, as a figure of a Vega or
 * Vega-Lite spec, as a picture of the bytes of an image file, as a table of an array of plain objects, or else as Node
 * prints it. A promise is waited for.
 * @throws TicketLabError `bad-input` for a display method that answers with nothing that can be shown; and what it
 * throws. Of values that come later, the promise is rejected with the same.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (value instanceof Promise) return value.then(bundleOf)
  if (isDisplayable(value)) return told(value, value, mostSteps)
  return mimeBundle(value) ?? plainBundle(value)
}

/** @param from what was to be shown, for messages */
function told(value: unknown, from: unknown, steps: number): MimeBundle | Promise<MimeBundle> {
  if (value instanceof Promise) return value.then((later) => told(later, from, steps))
  if (isDisplayable(value)) {
    if (steps === 0) throw nonsense(from, 'one that has this method again and again')
    return told(value[display](), from, steps - 1)
  }
  const bundle = mimeBundle(value)
  if (bundle) return bundle
  if (isVegaSpec(value) || imageType(value)) return plainBundle(value)
  throw nonsense(from, show(value))
}

function plainBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isVegaSpec(value)) return specBundle(value)
  if (imageType(value)) return imageBundle(value as Uint8Array)
  const table = recordTable(value)
  return table ? tableBundle(table) : { 'text/plain': inspected(value) }
}

/** As Node prints it; a value that cannot even be printed is told of. */
export function inspected(value: unknown): string {
  try {
    return inspect(value, { depth: 3, breakLength: 110 })
  } catch (error) {
    let why = 'it cannot be read'
    try {
      why = String(error instanceof Error ? error.message : error)
    } catch {
      // Not even that can.
    }
    return `(A value that cannot be printed: ${why})`
  }
}

/**
 * The bundle that a plain object is whose keys are all MIME types: text as it is, JSON as text or as the value itself,
 * binary types as base64 or as bytes.
 * @returns `undefined` for any other value
 */
function mimeBundle(value: unknown): MimeBundle | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  if (entries.length === 0 || !entries.every(([type]) => /^[\w.+-]+\/[\w.+-]+$/.test(type))) return undefined
  return Object.fromEntries(entries.map(([type, content]) => [type, contentOf(type, content)]))
}

function contentOf(type: string, content: unknown): string {
  if (typeof content === 'string') return content
  const isText = type.startsWith('text/') || type.endsWith('+xml')
  if (!isText && content instanceof Uint8Array) return Buffer.from(content).toString('base64')
  if (/\bjson$/.test(type) && content !== undefined) return JSON.stringify(content)
  const expected = isText ? 'text' : /\bjson$/.test(type) ? 'JSON' : 'base64 or bytes'
  throw badInput(`${expected} as ${type}`, show(content))
}

function nonsense(from: unknown, found: string): Error {
  return badInput(
    `a MIME bundle, such as { 'text/html': '<b>bold</b>' }, or a value that can be shown, from the method ` +
      `[Symbol.for('ticketlab.display')] of ${show(from)}`,
    found,
  )
}
