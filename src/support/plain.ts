import { badInput, TicketLabError } from './errors'
import { show } from './show'

/** Whether a value is an object as braces make it: no list, Map, Date or promise, and of no class. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * What `read` returns. Values of cells may be proxies, or have getters, that throw anything.
 * @param name what is read, for the error
 * @throws TicketLabError `bad-input`
 */
export function reading<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof TicketLabError) throw cause
    throw new TicketLabError('bad-input', `Expected ${name} that can be read, found ${show(cause)} thrown.`, {
      cause,
    })
  }
}

/**
 * The members of a list, which has no gaps and no more than `most`.
 * @throws TicketLabError `bad-input`
 */
export function membersOf(
  value: unknown,
  name: string,
  example = '[0, 3, 5]',
  most = 1000,
): readonly unknown[] {
  return reading(name, () => {
    if (!Array.isArray(value)) throw badInput(`${name} to be a list such as ${example}`, show(value))
    const { length } = value
    if (!(length <= most)) throw badInput(`at most ${most} members in ${name}`, `a list of ${length}`)
    return Array.from({ length }, (_, index): unknown => {
      if (index in value) return value[index]
      throw badInput(`${name} to be a list without gaps, such as ${example}`, `a gap at index ${index}`)
    })
  })
}

/** How large a value may be that {@link plainCopy} copies. */
export interface CopyLimits {
  /** Objects and lists inside of each other. */
  readonly deep: number
  /** Objects and lists in all. */
  readonly parts: number
}

/**
 * A copy of an object with all that is in it: plain objects, lists without gaps, and values. What is `undefined` is left
 * out of objects.
 * @throws TicketLabError `bad-input` for anything else, and for what is larger or deeper than it may be
 */
export function plainCopy(value: unknown, name: string, { deep, parts }: CopyLimits): unknown {
  let left = parts
  const copy = (one: unknown, depth: number, place: string): unknown => {
    if (typeof one !== 'object' || one === null) return one
    if (depth > deep) {
      throw badInput(`at most ${deep} objects and lists inside of each other in ${place}`, 'more')
    }
    if (left-- === 0) throw badInput(`at most ${parts} objects and lists in ${place}`, 'more')
    if (Array.isArray(one)) {
      return membersOf(one, place, undefined, parts).map((member) => copy(member, depth + 1, place))
    }
    if (!isPlain(one)) throw badInput(`plain objects and lists in ${place}`, show(one))
    const members = Object.entries(one).filter(([, member]) => member !== undefined)
    return Object.fromEntries(
      members.map(([key, member]) => {
        const where = depth === 1 ? `${key} of ${name}` : place
        return [key, reading(where, () => copy(member, depth + 1, where))]
      }),
    )
  }
  return reading(name, () => copy(value, 1, name))
}

/** What to do with a value that was not waited for; nothing for other values. */
export function promiseAdvice(value: unknown): string {
  try {
    return value instanceof Promise ? "Write 'await' before the call that made it." : ''
  } catch {
    // A proxy of the user's own may do anything.
    return ''
  }
}
