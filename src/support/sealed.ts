import { sha256 } from './canonical'

/*
 * JSON files that carry a sum of themselves: their first member is the SHA-256 of everything after it. It stands
 * first so that a file that was cut off has lost its end and not its sum, and so that its absence shows: what has no
 * sum begins as earlier versions began it, or is damaged.
 */

const opening = '{"sum":"'
/** The characters before what the sum is of. */
const sealed = opening.length + 64 + '",'.length

/** The text of a JSON object, which has members, with its sum as the first of them. */
export function seal(text: string): string {
  const rest = text.slice(1)
  return `${opening}${sha256(rest)}",${rest}`
}

/**
 * The object in a sealed file, or in one that an earlier version wrote; `undefined` when a bit of it has changed.
 * @param unsealed how files of this kind began before they had sums
 */
export function unseal(bytes: Buffer, unsealed: string): Record<string, unknown> | undefined {
  if (bytes.subarray(0, unsealed.length).toString() === unsealed) return parseObject(bytes.toString())
  const rest = bytes.subarray(sealed)
  const expected = `${opening}${sha256(rest)}",`
  if (bytes.subarray(0, sealed).toString() !== expected) return undefined
  return parseObject(`{${rest.toString()}`)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // Cut off, or garbage: the caller says what was expected.
    return undefined
  }
}
