import type { Setup } from '../experiments/setup'
import { badInput } from '../support/errors'
import { unknownName } from '../support/nearest'
import { show } from '../support/show'

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
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw badInput(
      `the options of ${of} as an object such as { ${Object.keys(checks)[0] ?? ''}: ... }`,
      show(given),
    )
  }
  const result: { -readonly [K in keyof T]?: NonNullable<T[K]> } = {}
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name)) throw unknownName(`an option of ${of}`, name, Object.keys(checks))
    if (value !== undefined) result[name as keyof T] = checks[name as keyof T](value, name)
  }
  return result
}

/** A whole number of at least `minimum`. */
export function wholeNumber(minimum: number): Check<number> {
  return (value, name) => {
    if (Number.isSafeInteger(value) && (value as number) >= minimum) return value as number
    throw badInput(`${name} to be a whole number of at least ${minimum}`, show(value))
  }
}

/** A number above 0. */
export const positive: Check<number> = (value, name) => {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  throw badInput(`${name} to be a number above 0`, show(value))
}

/** A number of at least 0. */
export const atLeastZero: Check<number> = (value, name) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw badInput(`${name} to be a number of at least 0`, show(value))
}

/** A fraction strictly between 0 and 1. */
export const fraction: Check<number> = (value, name) => {
  if (typeof value === 'number' && value > 0 && value < 1) return value
  throw badInput(`${name} to be a fraction between 0 and 1`, show(value))
}

/** `true` or `false`. */
export const trueOrFalse: Check<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw badInput(`${name} to be true or false`, show(value))
}

/** A text that is not blank. */
export const text: Check<string> = (value, name) => {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw badInput(`${name} to be a text`, show(value))
}

/** A list of whole numbers of at least 0. */
export const wholeNumbers: Check<readonly number[]> = (value, name) => {
  if (!Array.isArray(value)) throw badInput(`${name} to be a list such as [0, 3, 5]`, show(value))
  return value.map((member) => wholeNumber(0)(member, `each of ${name}`))
}

/** @param of what the setup was given to, such as `lab.imp` */
export function checkSetup(given: unknown, of: string): Setup {
  if (typeof given === 'object' && given !== null && 'recipe' in given && 'network' in given)
    return given as Setup
  throw badInput(`a setup made by lab.preset in ${of}`, show(given), "Begin with lab.preset('lenet-mnist').")
}
