/** Whether a value that was parsed from JSON looks like what was written. */
export type Shape = (value: unknown) => boolean

export const text: Shape = (value) => typeof value === 'string'
export const finite: Shape = (value) => Number.isFinite(value)
/** Any number: JSON writes null for those that are not finite. */
export const numeric: Shape = (value) => value === null || Number.isFinite(value)
/** A whole number from 0. */
export const count: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0
/** A number in [0, 1]. */
export const fraction: Shape = (value) => typeof value === 'number' && value >= 0 && value <= 1

export function oneOf(...values: readonly string[]): Shape {
  return (value) => typeof value === 'string' && values.includes(value)
}

/** Absent, which `null` is in an array, or of a shape. */
export function optional(shape: Shape): Shape {
  return (value) => value === undefined || value === null || shape(value)
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape)
}

/** An object whose every member is of a shape. */
export function recordOf(shape: Shape): Shape {
  return (value) => isObject(value) && Object.values(value).every(shape)
}

/** An object with these members; others are left to later versions. */
export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  return (value) => isObject(value) && Object.entries(members).every(([name, shape]) => shape(value[name]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What JSON says, if it has that shape; `undefined` for anything else, and for no bytes. */
export function parseAs(bytes: Uint8Array | undefined, shape: Shape): unknown {
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return shape(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
