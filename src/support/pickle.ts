/*
 * Reads what Python's pickle wrote. A pickle is a program for a machine with a stack, which may call any function that
 * it names. This machine calls none: what stands behind a name is made by hand, by a `PickleWorld`, and everything that
 * the world does not know is refused, so that nothing of a file is ever executed.
 */

/** The name of a function or class, such as `numpy.dtype`. */
export class PickledName {
  constructor(readonly text: string) {}
}

/** What is on the stack; `Part` are the world's own objects. Python 2 has one type for bytes and text, read as bytes. */
export type Item<Part extends object> =
  null | boolean | number | string | Uint8Array | PickledName | Part | Item<Part>[] | Map<string, Item<Part>>

/** What a pickle holds; `Made` is what the world makes. */
export type Pickled<Made> =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Made
  | readonly Pickled<Made>[]
  | ReadonlyMap<string, Pickled<Made>>

/** What stands behind the names in a pickle. Each function throws a RangeError for what it does not know. */
export interface PickleWorld<Part extends object, Made> {
  /** What calling the function of this name gives. */
  readonly call: (name: string, given: readonly Item<Part>[]) => Item<Part>
  /** Gives an object its state. */
  readonly build: (item: Item<Part>, state: Item<Part>) => void
  /** What an identifier stands for, of something that lies outside of the pickle. */
  readonly refer: (id: Item<Part>) => Item<Part>
  /** What has become of an object at the end. */
  readonly finish: (part: Part) => Made
  /** How many lists and dictionaries may lie inside of each other. */
  readonly deepest: number
}

/**
 * The value that a pickle of protocol 2 to 5 holds.
 * @throws RangeError with what was found where, for everything that is not read
 */
export function readPickle<Part extends object, Made>(
  bytes: Uint8Array,
  world: PickleWorld<Part, Made>,
): Pickled<Made> {
  type Value = Item<Part>
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: Value[] = []
  const marks: number[] = []
  const memo = new Map<number, Value>()
  let at = 0

  const take = (length: number): number => {
    if (length > bytes.length - at) throw new RangeError(`it ends in the middle, at byte ${bytes.length}`)
    at += length
    return at - length
  }
  const byte = () => view.getUint8(take(1))
  const word = () => view.getUint32(take(4), true)
  const long = () => Number(view.getBigUint64(take(8), true))
  const slice = (length: number) => bytes.subarray(take(length), at)
  const text = (length: number) => new TextDecoder('utf-8').decode(slice(length))
  const line = (): string => {
    const end = bytes.indexOf(10, at)
    return text((end < 0 ? bytes.length + 1 : end + 1) - at).slice(0, -1)
  }
  const pop = (): Value => {
    if (stack.length <= (marks.at(-1) ?? 0))
      throw new RangeError(`it takes more than there is, at byte ${at - 1}`)
    return stack.pop()!
  }
  const sinceMark = (): Value[] => {
    const mark = marks.pop()
    if (mark === undefined) throw new RangeError(`a list that never began ends at byte ${at - 1}`)
    return stack.splice(mark)
  }
  const top = (): Value => {
    const item = pop()
    stack.push(item)
    return item
  }
  const extend = (items: readonly Value[]): void => {
    const list = top()
    if (!Array.isArray(list))
      throw new RangeError(`something is appended to what is no list, at byte ${at - 1}`)
    for (const item of items) list.push(item)
  }
  const set = (items: readonly Value[]): void => {
    const map = top()
    if (!(map instanceof Map))
      throw new RangeError(`a key is set of what is no dictionary, at byte ${at - 1}`)
    for (let i = 0; i + 1 < items.length; i += 2) map.set(keyOf(items[i]!), items[i + 1]!)
  }
  const recall = (index: number): void => {
    const item = memo.get(index)
    if (item === undefined) throw new RangeError(`it refers to what it has not said, at byte ${at - 1}`)
    stack.push(item)
  }
  const tuple = (count: number): void => {
    const items = Array.from({ length: count }, pop).reverse()
    stack.push(items)
  }

  for (;;) {
    const code = byte()
    switch (String.fromCharCode(code)) {
      case '\x80': // PROTO
        take(1)
        break
      case '\x95': // FRAME
        take(8)
        break
      case '.':
        return finished(pop(), world)
      case 'N':
        stack.push(null)
        break
      case '\x88':
        stack.push(true)
        break
      case '\x89':
        stack.push(false)
        break
      case 'J':
        stack.push(view.getInt32(take(4), true))
        break
      case 'K':
        stack.push(byte())
        break
      case 'M':
        stack.push(view.getUint16(take(2), true))
        break
      case 'G':
        stack.push(view.getFloat64(take(8), false))
        break
      case '\x8a': // LONG1
        stack.push(wholeNumber(slice(byte())))
        break
      case 'U': // texts of Python 2, and bytes
      case 'C':
        stack.push(slice(byte()))
        break
      case 'T':
      case 'B':
        stack.push(slice(word()))
        break
      case '\x8e':
      case '\x96':
        stack.push(slice(long()))
        break
      case '\x8c': // texts
        stack.push(text(byte()))
        break
      case 'X':
        stack.push(text(word()))
        break
      case '\x8d':
        stack.push(text(long()))
        break
      case '(':
        marks.push(stack.length)
        break
      case ']':
      case ')':
        stack.push([])
        break
      case '}':
        stack.push(new Map<string, Value>())
        break
      case 't':
      case 'l':
        stack.push(sinceMark())
        break
      case '\x85':
      case '\x86':
      case '\x87':
        tuple(code - 0x84)
        break
      case 'a':
        extend([pop()])
        break
      case 'e':
        extend(sinceMark())
        break
      case 's': {
        const value = pop()
        set([pop(), value])
        break
      }
      case 'u':
        set(sinceMark())
        break
      case 'q':
        memo.set(byte(), top())
        break
      case 'r':
        memo.set(word(), top())
        break
      case '\x94': // MEMOIZE
        memo.set(memo.size, top())
        break
      case 'h':
        recall(byte())
        break
      case 'j':
        recall(word())
        break
      case 'c': {
        const module = line()
        stack.push(new PickledName(`${module}.${line()}`))
        break
      }
      case '\x93': {
        // STACK_GLOBAL
        const name = textOf(pop())
        stack.push(new PickledName(`${textOf(pop())}.${name}`))
        break
      }
      case 'R': // REDUCE, and NEWOBJ, which makes an object of a class
      case '\x81': {
        const given = pop()
        const called = pop()
        if (!(called instanceof PickledName)) {
          throw new RangeError(`it calls what is no function, at byte ${at - 1}`)
        }
        stack.push(world.call(called.text, Array.isArray(given) ? given : []))
        break
      }
      case 'b': {
        const state = pop()
        world.build(top(), state)
        break
      }
      case 'Q': // BINPERSID
        stack.push(world.refer(pop()))
        break
      default:
        throw new RangeError(
          `byte ${at - 1} is ${hex(code)}, which is no instruction that numbers, lists and dictionaries need`,
        )
    }
  }
}

/** What the world made in place of what it was made from. Each list is looked at once, however often a pickle refers to it. */
function finished<Part extends object, Made>(
  item: Item<Part>,
  world: PickleWorld<Part, Made>,
  seen = new Map<Item<Part>, Pickled<Made>>(),
  depth = 0,
): Pickled<Made> {
  const known = seen.get(item)
  if (known !== undefined) return known
  if (depth > world.deepest) throw new RangeError('lists in it lie within lists within lists')
  const inside = (one: Item<Part>): Pickled<Made> => finished(one, world, seen, depth + 1)
  const made = (): Pickled<Made> => {
    if (typeof item !== 'object' || item === null || item instanceof Uint8Array) return item
    if (item instanceof PickledName) throw new RangeError(`it holds the name ${item.text}`)
    if (item instanceof Map) return new Map([...item].map(([key, of]) => [key, inside(of)]))
    return Array.isArray(item) ? item.map(inside) : world.finish(item)
  }
  const result = made()
  seen.set(item, result)
  return result
}

/** A name: text, or bytes where Python 2 wrote it. */
export function textOf(item: unknown): string {
  if (typeof item === 'string') return item
  if (item instanceof Uint8Array) return Buffer.from(item).toString('latin1')
  throw new RangeError('a name in it is no text')
}

/** The states of optimizers count parameters. */
function keyOf(item: unknown): string {
  return typeof item === 'number' ? String(item) : textOf(item)
}

function wholeNumber(bytes: Uint8Array): number {
  let value = 0n
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i)
  return Number(BigInt.asIntN(8 * bytes.length, value))
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`
