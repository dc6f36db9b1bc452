import { countText } from '../../support/quantities'
import { inspect } from 'node:util'
import { isDisplayable } from '../display'
import type { Table } from './table'

/** More rows or columns than these are told of and left out: a page with a million rows helps nobody. */
const mostRows = 500
const mostColumns = 50
/** The longest text of a cell. */
const longest = 80

/**
 * An array of plain objects as a table: a row for each, a column for every name that occurs.
 * @returns `undefined` for any other value
 */
export function recordTable(value: unknown): Table | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return undefined
  const shown = value.slice(0, mostRows)
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  if (names.length === 0) return undefined
  const columns = names.slice(0, mostColumns)
  const left = [
    ...(value.length > shown.length ? [`${countText(value.length - shown.length)} more rows`] : []),
    ...(names.length > columns.length ? [`${names.length - columns.length} more columns`] : []),
  ]
  const members = shown.map((row) => columns.map((name) => memberOf(row, name)))
  const isWords = (column: number): boolean =>
    members.some((row) => !isNumeric(row[column]) && row[column] !== undefined)
  return {
    header: columns,
    rows: members.map((row) => row.map(cellText)),
    words: [...columns.keys()].filter(isWords),
    notes: left.length > 0 ? [`... and ${left.join(' and ')}`] : [],
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isDisplayable(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A getter of the user's own may do anything, so it is not called. */
function memberOf(row: object, name: string): unknown {
  const member = Object.getOwnPropertyDescriptor(row, name)
  return member && !('value' in member) ? '(a getter)' : member?.value
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || isSpread(value)
}

/** Numbers with six digits that count, spreads over replicates as the tables of results have them. */
function cellText(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return shortened(value)
  if (typeof value === 'number') return numberText(value)
  if (isSpread(value)) {
    const [mean, low, high] = [value.mean, value.minimum, value.maximum].map(numberText)
    return value.count > 1 ? `${mean!} [${low!}–${high!}]` : mean!
  }
  try {
    return shortened(inspect(value, { depth: 1, breakLength: Infinity }))
  } catch {
    return '(cannot be printed)'
  }
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
}

function shortened(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ')
  return line.length <= longest ? line : `${line.slice(0, longest - 3)}...`
}

function isSpread(value: unknown): value is Record<'mean' | 'minimum' | 'maximum' | 'count', number> {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Record<string, unknown>
  return ['mean', 'minimum', 'maximum', 'count'].every((name) => typeof members[name] === 'number')
}
