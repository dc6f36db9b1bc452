/*
 * Reads what Python's pickle and numpy wrote, as far as CIFAR's files need it: dictionaries, lists, tuples, numbers, texts
 * and arrays. A pickle is a program for a machine with a stack; of the functions that it may call, the four that make
 * arrays are known here and done by hand. Everything else is refused, so that nothing of a file is ever executed.
 */

import { build, call, isObject, isUnfinished, textOf, type Item, type Pickled } from './pickle-arrays'

/**
 * The value that a file of pickle protocol 2 to 5 holds.
 * @throws RangeError with what was found where, for everything that is not read
 */
export function readPickle(bytes: Uint8Array): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: Item[] = []
  const marks: number[] = []
  const memo = new Map<number, Item>()
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
  const pop = (): Item => {
    if (stack.length <= (marks.at(-1) ?? 0))
      throw new RangeError(`it takes more than there is, at byte ${at - 1}`)
    return stack.pop()!
  }
  const sinceMark = (): Item[] => {
    const mark = marks.pop()
    if (mark === undefined) throw new RangeError(`a list that never began ends at byte ${at - 1}`)
    return stack.splice(mark)
  }
  const top = (): Item => {
    const item = pop()
    stack.push(item)
    return item
  }
  const extend = (items: readonly Item[]): void => {
    const list = top()
    if (!Array.isArray(list))
      throw new RangeError(`something is appended to what is no list, at byte ${at - 1}`)
    for (const item of items) list.push(item)
  }
  const set = (items: readonly Item[]): void => {
    const map = top()
    if (!(map instanceof Map))
      throw new RangeError(`a key is set of what is no dictionary, at byte ${at - 1}`)
    for (let i = 0; i + 1 < items.length; i += 2) map.set(textOf(items[i]!), items[i + 1]!)
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
        return finished(pop())
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
        stack.push(new Map<string, Item>())
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
        stack.push({ global: `${module}.${line()}` })
        break
      }
      case '\x93': {
        // STACK_GLOBAL
        const name = textOf(pop())
        stack.push({ global: `${textOf(pop())}.${name}` })
        break
      }
      case 'R': {
        const given = pop()
        stack.push(call(pop(), Array.isArray(given) ? given : []))
        break
      }
      case 'b': {
        const state = pop()
        build(top(), state)
        break
      }
      default:
        throw new RangeError(
          `byte ${at - 1} is ${hex(code)}, which is no instruction that arrays and lists need`,
        )
    }
  }
}

/** Arrays in place of what they were made from. Each list is looked at once, however often a pickle refers to it. */
function finished(item: Item, seen = new Map<Item, Pickled>(), depth = 0): Pickled {
  const known = seen.get(item)
  if (known !== undefined) return known
  if (depth > deepest) throw new RangeError('lists in it lie within lists within lists')
  const result = Array.isArray(item)
    ? item.map((one: Item) => finished(one, seen, depth + 1))
    : item instanceof Map
      ? new Map([...item].map(([key, of]) => [key, finished(of, seen, depth + 1)]))
      : made(item)
  seen.set(item, result)
  return result
}

/** A dictionary of lists of numbers, and one more. */
const deepest = 3

function made(item: Exclude<Item, Item[] | Map<string, Item>>): Pickled {
  if (isUnfinished(item)) {
    if (item.array) return item.array
    throw new RangeError('an array in it has no numbers')
  }
  if (isObject(item) && ('global' in item || 'dtype' in item)) {
    throw new RangeError('it holds the name of a function')
  }
  return item
}

function wholeNumber(bytes: Uint8Array): number {
  let value = 0n
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i)
  return Number(BigInt.asIntN(8 * bytes.length, value))
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`
