import { distance } from 'fastest-levenshtein'
import { badInput, TicketLabError } from './errors'
import { show } from './show'
import { wrapped } from './wrap'

/** The one of `names` that a misspelled `name` was probably meant to be; undefined where none is like it. */
export function nearest(name: unknown, names: readonly string[]): string | undefined {
  if (typeof name !== 'string') return undefined
  const [first] = names
    .map((candidate) => ({ candidate, far: farness(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(2, candidate.length / 2))
    .sort((one, other) => one.far - other.far)
  return first?.candidate
}

/** Part of a name, such as `conv` of `convolution`, is as near as one wrong letter. */
function farness(name: string, candidate: string): number {
  return name.length > 2 && candidate.includes(name) ? 1 : distance(name, candidate)
}

/** More than this of a list stands under the message, not in it. */
const shortList = 50

/**
 * The error for a name that there is not: the name that was probably meant, what was expected, and the names there are.
 * @param what such as `a preset` or `an option of lab.imp`
 */
export function unknownName(what: string, found: unknown, names: readonly string[]): TicketLabError {
  const list = names.join(', ')
  const meant = nearest(found, names)
  const guess = meant === undefined ? '' : `Did you mean '${meant}'?`
  if (names.length === 0) return badInput(`nothing as ${what}, since there is none`, show(found))
  if (list.length <= shortList) return badInput(`${what} (${list})`, show(found), guess)
  const { code, message } = badInput(what, show(found), guess)
  return new TicketLabError(code, `${message} There are:\n${wrapped(`  ${list}`)}`)
}
