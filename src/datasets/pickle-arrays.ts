import {
  PickledName,
  textOf,
  type Item as ItemOf,
  type Pickled as PickledOf,
  type PickleWorld,
} from '../support/pickle'

/* The arrays of numpy in a pickle, as far as CIFAR's files need them. */

/** An array of numpy, row-major. */
export interface PickledArray {
  readonly shape: readonly number[]
  /** Such as `u1` or `i8`. */
  readonly type: string
  readonly data: Uint8Array
}

/** Values in files of CIFAR. */
export type Pickled = PickledOf<PickledArray>

/** Arrays and their types, which are not finished yet. */
type Part = { readonly dtype: string } | { array?: PickledArray }
type Item = ItemOf<Part>

/** The few functions of numpy that arrays are made by. */
export const numpyArrays: PickleWorld<Part, PickledArray> = {
  call,
  build,
  refer() {
    throw new RangeError('it refers to what lies elsewhere')
  },
  finish(part) {
    if ('dtype' in part) throw new RangeError('it holds the type of an array')
    if (part.array) return part.array
    throw new RangeError('an array in it has no numbers')
  },
  // A dictionary of lists of numbers, and one more.
  deepest: 3,
}

function call(name: string, items: readonly Item[]): Item {
  switch (name.replace(/^numpy\._core\./, 'numpy.core.')) {
    case 'numpy.core.multiarray._reconstruct':
      return {}
    case 'numpy.dtype':
      return { dtype: textOf(items[0]) }
    case '_codecs.encode':
      return Uint8Array.from(Buffer.from(textOf(items[0]), 'latin1'))
    case 'numpy.core.numeric._frombuffer':
      return { array: arrayOf(items[2], items[1], items[3] === 'F', items[0]) }
    default:
      throw new RangeError(`it calls ${name}, and nothing but arrays is made here`)
  }
}

/** What numpy says of an array, `(version, shape, type, whether columns come first, bytes)`, and of a type, which is known. */
function build(item: Item, state: Item): void {
  if (isType(item)) return
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
  const dtype = isType(type) ? type.dtype.replace(/^\|/, '') : 'unknown'
  if (!Array.isArray(shape) || !shape.every((extent) => typeof extent === 'number')) {
    throw new RangeError('an array in it has no shape')
  }
  if (byColumns && shape.length > 1) throw new RangeError('an array in it lies column after column')
  if (!(data instanceof Uint8Array)) throw new RangeError(`an array of ${dtype} in it has no bytes`)
  return { shape: shape, type: dtype, data }
}

function isObject(item: Item | undefined): item is Part {
  return (
    typeof item === 'object' &&
    item !== null &&
    !Array.isArray(item) &&
    !(item instanceof Map || item instanceof Uint8Array || item instanceof PickledName)
  )
}

const isType = (item: Item | undefined): item is { readonly dtype: string } =>
  isObject(item) && 'dtype' in item

const isUnfinished = (item: Item): item is { array?: PickledArray } => isObject(item) && !('dtype' in item)
