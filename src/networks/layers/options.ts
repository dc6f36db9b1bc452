import type { Members, OptionRule } from './kind'

/** A rule for an option that may be left out. */
export const optional = (expected: string, accepts: OptionRule['accepts']): OptionRule => ({
  expected,
  accepts,
})

/** The same rule for an option that must be there. */
export const required = (rule: OptionRule): OptionRule => ({ ...rule, required: true })

export const count = optional('a positive whole number', isCount)
export const flag = optional('true or false', (value) => typeof value === 'boolean')
export const activation = required(oneOf('relu', 'none'))

export function oneOf(...values: readonly string[]): OptionRule {
  return optional(values.map((value) => `'${value}'`).join(' or '), (value) =>
    values.includes(value as string),
  )
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The layer without the options that only repeat one of `defaults`, and without those that are undefined. */
export function without(defaults: Members, given: Members): Members {
  return Object.fromEntries(
    Object.entries(given).filter(
      ([option, value]) =>
        value !== undefined && !(Object.hasOwn(defaults, option) && value === defaults[option]),
    ),
  )
}

/** A layer of any kind may say that it has no batch norm. */
export function withoutBatchNorm(given: Members): Members {
  return without({ batchNorm: false }, given)
}
