/** The longest text that {@link show} returns. */
const longest = 80
/** How many members of a list or an object are looked at. */
const membersShown = 5

/**
 * A value as an error message names it: its kind, and as much of what is in it as fits. Never throws and never walks
 * large values, since what a user gives by mistake is often a dataset or a result.
 */
export function show(value: unknown): string {
  try {
    return told(value)
  } catch {
    // A proxy of the user's own may do anything.
    return 'a value that cannot be read'
  }
}

function told(value: unknown): string {
  const text = describe(value, 1)
  if (text.length <= longest) return text
  const kind = describe(value, 0)
  return kind === 'an object'
    ? shorten(`an object with ${Object.keys(value as object).join(', ')}`, 60)
    : kind
}

function describe(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return shorten(`${value}n`)
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return depth > 0 ? list(value) : `a list of ${value.length}`
  if (value instanceof Promise) return 'a promise'
  if (ArrayBuffer.isView(value)) return `${kindOf(value)} of ${value.byteLength} bytes`
  const kind = kindOf(value)
  return kind === 'an object' && depth > 0 ? object(value) : kind
}

function quote(text: string): string {
  const short = shorten(text)
  return short === text ? `'${text}'` : `'${short}' of ${text.length} characters`
}

function shorten(text: string, length = 40): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`
}

function list(values: readonly unknown[]): string {
  const members = Array.from({ length: Math.min(membersShown, values.length) }, (_, index) =>
    index in values ? describe(values[index], 0) : 'a gap',
  )
  return values.length > membersShown
    ? `[${members.join(', ')}, ...] of ${values.length}`
    : `[${members.join(', ')}]`
}

function object(value: object): string {
  const names = Object.keys(value)
  const members = names.slice(0, membersShown).map((name) => {
    // A getter of the user's own may do anything.
    const member = Object.getOwnPropertyDescriptor(value, name)
    return `${shorten(name)}: ${member && 'value' in member ? describe(member.value, 0) : 'a getter'}`
  })
  if (members.length === 0) return '{}'
  return `{ ${members.join(', ')}${names.length > membersShown ? ', ...' : ''} }`
}

/** Such as `an object`, `a Map` or `an InstabilityResults`. */
function kindOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null) return 'an object'
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  const name = typeof maker === 'function' && maker.name !== '' && maker !== Object ? maker.name : 'object'
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${shorten(name)}`
}
