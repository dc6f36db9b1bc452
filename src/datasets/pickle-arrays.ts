/* What is on the stack of a pickle, and the arrays of numpy that are made of it. */

/** An array of numpy, row-major. */
export interface PickledArray {
  readonly shape: readonly number[]
  /** Such as `u1` or `i8`. */
  readonly type: string
  readonly data: Uint8Array
}

/** Python 2 has one type for bytes and text, which is read as bytes. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Pickled[]
  | ReadonlyMap<string, Pickled>
  | PickledArray

/** What is on the stack besides values: names of functions, arrays and their types that are not finished yet. */
interface Name {
  readonly global: string
}
interface Type {
  readonly dtype: string
}
export type Item = Pickled | Name | Type | { array?: PickledArray } | Item[] | Map<string, Item>

/** The few functions of numpy that arrays are made by. */
export function call(name: Item, given: readonly unknown[]): Item {
  const called = isName(name) ? name.global : 'what is no function'
  const items = given as readonly Item[]
  switch (called.replace(/^numpy\._core\./, 'numpy.core.')) {
    case 'numpy.core.multiarray._reconstruct':
      return {}
    case 'numpy.dtype':
      return { dtype: textOf(items[0] ?? null) }
    case '_codecs.encode':
      return Uint8Array.from(Buffer.from(textOf(items[0] ?? null), 'latin1'))
    case 'numpy.core.numeric._frombuffer':
      return { array: arrayOf(items[2], items[1], items[3] === 'F', items[0]) }
    default:
      throw new RangeError(`it calls ${called}, and nothing but arrays is made here`)
  }
}

/** What numpy says of an array, `(version, shape, type, whether columns come first, bytes)`, and of a type, which is known. */
export function build(item: Item, state: Item): void {
  if (isObject(item) && 'dtype' in item) return
  if (!isUnfinished(item) || !Array.isArray(state) || state.length !== 5) {
    throw new RangeError('it gives a state to what is no array')
  }
  const [, shape, type, byColumns, data] = state
  item.array = arrayOf(shape, type, byColumns !== false && byColumns !== 0, data)
}

function arrayOf(
  shape: Item | undefined,
  type: Item | undefined,
  byColumns: boolean,
  data: Item | undefined,
): PickledArray {
  const dtype = isObject(type) && 'dtype' in type ? type.dtype.replace(/^\|/, '') : 'unknown'
  if (!Array.isArray(shape) || !shape.every((extent) => typeof extent === 'number')) {
    throw new RangeError('an array in it has no shape')
  }
  if (byColumns && shape.length > 1) throw new RangeError('an array in it lies column after column')
  if (!(data instanceof Uint8Array)) throw new RangeError(`an array of ${dtype} in it has no bytes`)
  return { shape: shape, type: dtype, data }
}

/** A name or a key: text, or bytes where Python 2 wrote it. */
export function textOf(item: Item): string {
  if (typeof item === 'string') return item
  if (item instanceof Uint8Array) return Buffer.from(item).toString('latin1')
  throw new RangeError('a name in it is no text')
}

export function isObject(item: unknown): item is object {
  return typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof Map)
}

const isName = (item: Item): item is Name => isObject(item) && 'global' in item

export function isUnfinished(item: Item): item is { array?: PickledArray } {
  return (
    isObject(item) &&
    !(item instanceof Uint8Array) &&
    !('global' in item || 'dtype' in item || 'shape' in item)
  )
}
