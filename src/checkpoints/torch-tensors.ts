import { PickledName, textOf, type Item, type PickleWorld } from '../support/pickle'
import { numbersOf, type Lying, type Numbers, type NumberType } from './numbers'

/* The tensors of PyTorch in a pickle: three functions by name, and the types of storages. Nothing of PyTorch is needed. */

const storageTypes: Readonly<Record<string, NumberType>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
}

/** Numbers that lie in a file of their own, called `key`. */
class Storage {
  constructor(
    readonly type: NumberType,
    readonly key: string,
  ) {}
}

/** A tensor: some of the numbers of a storage. */
class Tensor {
  constructor(
    readonly storage: Storage,
    readonly lying: Omit<Lying, 'little'>,
  ) {}
}

type Part = Storage | Tensor

/** The bytes of the storage called `key`. */
export type StorageReader = (key: string) => { readonly bytes: Uint8Array; readonly where: string }

/** Named in errors as what may be in a file. */
const allowed =
  'collections.OrderedDict, torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter and storages'

/**
 * What stands behind the names in a pickle of `torch.save`.
 * @param storages what the tensors are read from, once somebody asks for their numbers
 */
export function torchTensors(storages: StorageReader, little: boolean): PickleWorld<Part, Numbers> {
  return {
    call,
    build(item) {
      // A state_dict has the versions of its modules as an attribute.
      if (!(item instanceof Map)) throw new RangeError('it gives a state to what is no dictionary')
    },
    refer: storageOf,
    finish(part) {
      if (part instanceof Storage) throw new RangeError('it holds a storage that belongs to no tensor')
      const { type, shape } = part.lying
      const read = () => {
        const { bytes, where } = storages(part.storage.key)
        return numbersOf(bytes, { ...part.lying, little }, where)
      }
      return { type, shape, read }
    },
    // States of optimizers are four deep.
    deepest: 20,
  }
}

function call(name: string, given: readonly Item<Part>[]): Item<Part> {
  switch (name) {
    case 'collections.OrderedDict':
      return dictionaryOf(given[0])
    case 'torch._utils._rebuild_tensor_v2':
      return tensorOf(given)
    case 'torch._utils._rebuild_parameter': {
      const [tensor] = given
      if (tensor instanceof Tensor) return tensor
      throw new RangeError('a parameter in it is no tensor')
    }
    default:
      throw new RangeError(`it calls ${name}, which is not among ${allowed}`)
  }
}

/** Python 2 gives a list of [key, value]. */
function dictionaryOf(pairs: Item<Part> | undefined): Map<string, Item<Part>> {
  if (!Array.isArray(pairs)) return new Map()
  return new Map(
    pairs.map((pair) => {
      if (Array.isArray(pair) && pair.length === 2) return [textOf(pair[0]), pair[1]!]
      throw new RangeError('a dictionary in it has no keys')
    }),
  )
}

/** `('storage', type, key, where it was, how many numbers)`. */
function storageOf(id: Item<Part>): Storage {
  const [what, type, key] = Array.isArray(id) ? id : []
  if (what !== 'storage' || !(type instanceof PickledName)) {
    throw new RangeError('it refers to what is no storage')
  }
  const known = Object.hasOwn(storageTypes, type.text) ? storageTypes[type.text] : undefined
  if (known) return new Storage(known, textOf(key))
  throw new RangeError(
    `it has a ${type.text}, and there are ${Object.keys(storageTypes).join(', ').replaceAll('torch.', '')}`,
  )
}

/** `(storage, offset, shape, strides, ...)`. */
function tensorOf([storage, offset, shape, strides]: readonly Item<Part>[]): Tensor {
  if (!(storage instanceof Storage)) throw new RangeError('a tensor in it has no storage')
  if (!isCount(offset) || !isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) {
    throw new RangeError('the shape, strides and offset of a tensor in it are not ones')
  }
  return new Tensor(storage, { type: storage.type, shape, strides, offset })
}

/** PyTorch itself has up to 64 axes in places, and refuses negative strides. */
const mostAxes = 64

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= mostAxes && value.every(isCount)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
