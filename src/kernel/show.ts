import { inspect } from 'node:util'
import { display, type Displayable, type MimeBundle } from '../lab/host'

/** What a cell shows of the value of its last expression; `undefined` for nothing. */
export async function show(value: unknown): Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined
  if (isDisplayable(value)) return value[display]()
  return { 'text/plain': inspect(value, { depth: 3, breakLength: 110 }) }
}

/** Whether a value says itself how it is shown. */
export function isDisplayable(value: unknown): value is Displayable {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as Partial<Displayable>)[display] === 'function'
  )
}
