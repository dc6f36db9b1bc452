import { inspect, types } from 'node:util'
import { TicketLabError } from '../support/errors'
import { wrapped } from '../support/wrap'
import type { CellName } from './cell-names'
import { cellLines, framesOf, headOf, type StackContext } from './frames'
import type { Outcome } from './protocol'

/** The part of {@link Outcome} that tells about an error. */
export type CellError = Extract<Outcome, { kind: 'error' }>

/** Errors within errors that are told, in all. */
const innerLimit = 10
/** Characters that are told of one text. */
const textLimit = 100_000

/**
 * Anything that a cell threw, with a stack of the user's own frames. Never throws, whatever it is given: a property that
 * cannot be read is left out.
 */
export function describeThrown(thrown: unknown, context: StackContext): CellError {
  if (!isError(thrown)) {
    const message = describeValue(thrown)
    return { kind: 'error', name: 'Thrown', message, stack: `Thrown: ${message}` }
  }
  const { name, message } = wordsOf(thrown)
  const stack = describeStack(thrown, context, new Set()).join('\n')
  return {
    ...{ kind: 'error', name, message: context.userNames(message), stack: context.userNames(stack) },
    ...(isOurs(thrown) ? { code: thrown.code } : {}),
  }
}

/** What `read` returns, or nothing if it throws: getters and proxies may. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || attempt(() => value instanceof Error) === true
}

function isOurs(error: Error): error is TicketLabError {
  return attempt(() => error instanceof TicketLabError) === true
}

/** Name and message as text, whatever they are. */
function wordsOf(error: Error): { readonly name: string; readonly message: string } {
  const name = attempt<unknown>(() => error.name) ?? 'Error'
  const message = attempt<unknown>(() => error.message) ?? ''
  return { name: textOf(name), message: textOf(message) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? shortened(value) : describeValue(value)
}

/** Any value in words. */
function describeValue(value: unknown): string {
  const text =
    attempt(() => inspect(value)) ??
    attempt(() => Object.prototype.toString.call(value)) ??
    `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be shown`
  return shortened(text)
}

function shortened(text: string): string {
  const more = text.length - textLimit
  return more <= 0 ? text : `${text.slice(0, textLimit)}... (${more} more characters)`
}

/** @param told errors of which nothing more is to be said */
function describeStack(error: Error, context: StackContext, told: Set<unknown>): string[] {
  told.add(error)
  const { name, message } = wordsOf(error)
  const head = message === '' ? name : `${name}: ${message}`
  const stack = stackOf(error, context)
  const known = headOf(error)
  const isHeaded = stack.startsWith(known)
  const lines = (isHeaded ? stack.slice(known.length).replace(/^\n/, '') : stack).split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  const before = (first < 0 ? lines : lines.slice(0, first)).join('\n')
  // Where somebody wrote a stack of their own, what they say comes first, unless they leave the message out.
  const full = isHeaded
    ? [known.includes(message) ? known : head, before].filter(Boolean).join('\n')
    : before.includes(message) && before
      ? before
      : head
  // Ours are sentences, of which none should be behind a scrollbar.
  const shown = name === 'TicketLabError' ? wrapped(full) : shortened(full)
  return [
    ...shown.split('\n'),
    ...(first < 0 ? [] : cellLines(lines.slice(first), context)),
    ...innerErrors(error).flatMap((inner) => describeInner(inner, context, told)),
  ]
}

/** The text of a stack. A user's `Error.prepareStackTrace` may have made anything else of it. */
function stackOf(error: Error, context: StackContext): string {
  const stack = attempt<unknown>(() => error.stack)
  if (typeof stack === 'string') return stack
  const sites = attempt(() =>
    Array.isArray(stack) ? framesOf(stack as NodeJS.CallSite[], context) : undefined,
  )
  return [headOf(error), ...(sites ?? []).map((frame) => `    at ${frame}`)].join('\n')
}

interface Inner {
  readonly label: string
  readonly value: unknown
}

/** What an error carries: its cause, and the errors that it stands for. */
function innerErrors(error: Error): Inner[] {
  const of = (key: string): unknown => attempt(() => (error as unknown as Record<string, unknown>)[key])
  const inners: Inner[] = []
  const errors = of('errors')
  if (Array.isArray(errors)) {
    const label = (at: number): string => `Error ${at + 1} of ${errors.length}: `
    for (let at = 0; at < Math.min(errors.length, innerLimit); at++) {
      inners.push({ label: label(at), value: attempt(() => errors[at] as unknown) })
    }
  }
  if (of('suppressed') !== undefined) {
    inners.push(
      { label: 'Caused by ', value: of('error') },
      { label: 'Suppressed: ', value: of('suppressed') },
    )
  }
  if (of('cause') !== undefined) inners.push({ label: 'Caused by ', value: of('cause') })
  return inners
}

function describeInner({ label, value }: Inner, context: StackContext, told: Set<unknown>): string[] {
  if (!isError(value)) return `${label}${describeValue(value)}`.split('\n')
  if (told.has(value) || told.size > innerLimit) return [`${label}${headOf(value)}`]
  const [head = '', ...rest] = describeStack(value, context, told)
  return [`${label}${head}`, ...rest]
}

/** A text of V8 that names variables, with the user's names for them. */
export function withUserNames(text: string, declared: ReadonlyMap<string, CellName>): string {
  const renamed = [...declared].filter(([name, { internal }]) => internal !== name)
  return renamed.reduce((told, [name, { internal }]) => told.replaceAll(internal, name), text)
}
