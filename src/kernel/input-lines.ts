import { syncBuiltinESMExports } from 'node:module'
import readline from 'node:readline'
import type { Readable } from 'node:stream'

/** The interfaces of `readline` that read what is typed. */
export interface Interfaces {
  /** How many are open on a stream, and how many of them wait for a line. */
  readonly on: (stream: Readable) => { readonly open: number; readonly waiting: number }
  /** What one of them has asked last, if it waits for the answer. */
  readonly asked: () => string | undefined
  /** A line has come: it answers what was asked. */
  readonly answered: () => void
}

type Interface = readline.Interface & { readonly input?: unknown; readonly closed?: boolean }
type Question = (query: unknown, ...rest: unknown[]) => unknown
type Create = (...given: unknown[]) => Interface

/**
 * Follows the interfaces made from now on. They read their stream from the beginning, and say nowhere whether somebody
 * waits for a line: therefore their questions are watched.
 * @param stream what stands for the keyboard now
 * @param changed is called when an interface may wait now, or no more
 * @param refusal why no question is answered; absent where there is somebody to ask
 */
export function followInterfaces(
  stream: () => Readable | undefined,
  changed: () => void,
  refusal?: () => Error,
): Interfaces {
  const entries = new Set<{ readonly made: Interface; asked?: string | undefined }>()

  const follow = (made: Interface, rejects: boolean): Interface => {
    if (made.input === undefined || made.input !== stream()) return made
    const entry: { readonly made: Interface; asked?: string | undefined } = { made }
    entries.add(entry)
    made.once('close', () => {
      entries.delete(entry)
      changed()
    })
    made.on('newListener', changed)
    const question = Reflect.get(made, 'question') as Question
    const asks: Question = function (this: unknown, query, ...rest) {
      if (refusal) {
        if (rejects) return Promise.reject(refusal())
        throw refusal()
      }
      const result = question.call(made, query, ...rest)
      entry.asked = String(query)
      for (const option of rest) {
        signalOf(option)?.addEventListener('abort', () => {
          entry.asked = undefined
          changed()
        })
      }
      changed()
      return result
    }
    // Such as what `promisify` makes of it.
    Object.defineProperties(asks, Object.getOwnPropertyDescriptors(question))
    Object.defineProperty(made, 'question', { value: asks, configurable: true, writable: true })
    return made
  }

  for (const [module, rejects] of [
    [readline, false],
    [readline.promises, true],
  ] as const) {
    const create = module.createInterface as unknown as Create
    const createInterface: Create = (...given) => follow(create(...given), rejects)
    Object.assign(module, { createInterface })
  }
  syncBuiltinESMExports()

  return {
    on(from) {
      const open = [...entries].filter(({ made }) => made.input === from && made.closed !== true)
      const waiting = open.filter(({ made, asked }) => asked !== undefined || made.listenerCount('line') > 0)
      return { open: open.length, waiting: waiting.length }
    },
    asked: () => [...entries].findLast(({ asked }) => asked !== undefined)?.asked?.trim(),
    answered() {
      for (const entry of entries) entry.asked = undefined
    },
  }
}

function signalOf(option: unknown): AbortSignal | undefined {
  if (typeof option !== 'object' || option === null || !('signal' in option)) return undefined
  return option.signal instanceof AbortSignal ? option.signal : undefined
}
