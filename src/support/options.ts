import { badInput, TicketLabError } from './errors'
import { unknownName } from './nearest'
import { isPlain, membersOf, promiseAdvice, reading } from './plain'
import { countText } from './quantities'
import { show } from './show'

/**
 * The value of `name` in `table`.
 * @param what such as `preset`, for the error
 * @throws TicketLabError `bad-input` with the nearest name
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: unknown, what: string): T {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name]!
  throw unknownName(`${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`, name, Object.keys(table))
}

/** A check of one option: returns the value, or throws. */
export type Check<T> = (value: unknown, name: string) => T

/** A check for every option there is. */
export type Checks<T> = { readonly [K in keyof T]-?: Check<NonNullable<T[K]>> }

/** Those options that were given. */
export type Given<T> = { readonly [K in keyof T]?: NonNullable<T[K]> }

/**
 * One of the names of a table.
 * @param what such as `criterion`, for the error
 */
export function nameIn<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  what: string,
): Check<Name> {
  const names = Object.fromEntries(Object.keys(table).map((name) => [name, name as Name]))
  return (value) => lookUp(names, value, what)
}

/**
 * Checks an options object against the options there are.
 * @param of what the options belong to, such as `lab.imp`
 * @returns the options given, checked
 * @throws TicketLabError `bad-input`: a misspelled option with the nearest name, or what its check says
 */
export function checkOptions<T extends object>(given: unknown, checks: Checks<T>, of: string): Given<T> {
  if (given === undefined) return {}
  const members = reading(`the options of ${of}`, () => {
    if (isPlain(given)) return Object.entries(given)
    throw badInput(
      `the options of ${of} as an object such as { ${Object.keys(checks)[0] ?? ''}: ... }`,
      show(given),
      promiseAdvice(given),
    )
  })
  const result: { -readonly [K in keyof T]?: NonNullable<T[K]> } = {}
  for (const [name, value] of members) {
    if (!Object.hasOwn(checks, name)) throw unknownName(`an option of ${of}`, name, Object.keys(checks))
    if (value !== undefined) result[name as keyof T] = checked(checks[name as keyof T], value, name)
  }
  return result
}

/** What a check returns; whatever it throws says which option it is about. */
function checked<T>(check: Check<T>, value: unknown, name: string): T {
  try {
    return reading(name, () => check(value, name))
  } catch (error) {
    if (!(error instanceof TicketLabError) || error.message.includes(name)) throw error
    throw new TicketLabError(error.code, `In ${name}: ${error.message}`, { cause: error })
  }
}

/** The longest training, in steps. */
export const mostSteps = 1e9
/** The most repetitions of an experiment, and levels of pruning. */
export const mostReplicates = 1000
export const mostLevels = 1000

/** A whole number from `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, name) => {
    const isOne = Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
    if (isOne) return withoutSign(value as number)
    const limit =
      typeof value === 'number' && value > maximum
        ? `of at most ${countText(maximum)}`
        : `of at least ${minimum}`
    throw badInput(`${name} to be a whole number ${limit}`, show(value))
  }
}

/** A number above 0 that single precision has. */
export const positive: Check<number> = (value, name) => {
  if (typeof value === 'number' && Math.fround(value) > 0 && isSingle(value)) return value
  throw badInput(`${name} to be a number above 0${isBeyond(value)}`, show(value))
}

/** A number of at least 0 that single precision has. */
export const atLeastZero: Check<number> = (value, name) => {
  if (typeof value === 'number' && value >= 0 && isSingle(value)) return withoutSign(value)
  throw badInput(`${name} to be a number of at least 0${isBeyond(value)}`, show(value))
}

function isSingle(value: number): boolean {
  return Number.isFinite(Math.fround(value))
}

/** What is computed is computed in single precision. */
function isBeyond(value: unknown): string {
  return typeof value === 'number' && value > 0 && Number.isFinite(value)
    ? ' that single precision has (1.2e-38 to 3.4e38)'
    : ''
}

/** -0 is 0. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value
}

/** A fraction strictly between 0 and 1. */
export const fraction: Check<number> = (value, name) => {
  if (typeof value === 'number' && Math.fround(value) > 0 && Math.fround(value) < 1) return value
  throw badInput(`${name} to be a fraction between 0 and 1`, show(value))
}

/** `true` or `false`. */
export const trueOrFalse: Check<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw badInput(`${name} to be true or false`, show(value))
}

/** A text of one line that is not blank, and as long as the longest path at most. */
export const text: Check<string> = (value, name) => {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 4096 && !/\p{Cc}/u.test(value)) {
    return value
  }
  throw badInput(`${name} to be a text of one line, of at most 4,096 characters`, show(value))
}

/** A name for results, which is also a part of names of files. */
export const title: Check<string> = (value, name) => {
  if (text(value, name).length <= 80) return value as string
  throw badInput(`${name} of at most 80 characters`, show(value))
}

/** A list of what `check` accepts. */
export function listOf<T>(check: Check<T>, example = '[0, 3, 5]', most = 1000): Check<readonly T[]> {
  return (value, name) =>
    membersOf(value, name, example, most).map((member) => check(member, `each of ${name}`))
}

/** A list of whole numbers of at least 0. */
export const wholeNumbers: Check<readonly number[]> = listOf(wholeNumber(0))
