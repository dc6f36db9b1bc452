import { readFile, stat } from 'node:fs/promises'
import { badInput, TicketLabError } from '../support/errors'
import { checkIsFile } from '../support/files'
import type { Pickled } from '../support/pickle'
import { bytesText } from '../support/quantities'
import { safetensorsParts } from '../support/safetensors'
import { numbersOf, rowMajor, widths, type CheckpointTensor, type Numbers } from './numbers'
import { readTorch } from './torch-file'

/** What is in a file of weights. */
export interface Contents {
  readonly format: 'torch' | 'safetensors'
  /** The dictionary that the tensors are in, such as `state_dict`; empty where that is the whole file. */
  readonly part: string
  /** Under names without `part`; of PyTorch's files in the order that modules were declared in. */
  readonly tensors: readonly CheckpointTensor[]
}

const what = 'a file of weights (.pt or .pth of torch.save, or .safetensors)'
const largest = 2 ** 31 - 1

/**
 * The tensors of a file that PyTorch's `torch.save` (1.6 or later) wrote, or of a safetensors file; which of the two is
 * told by its first bytes. Numbers are read when they are asked for.
 * @param part the dictionary to look in, such as `state_dict.generator`; by default the one that has the weights
 * @throws TicketLabError `bad-input` when it is no such file, or has no tensors; `data-corrupt` when it is damaged
 */
export async function readContents(file: string, part?: string): Promise<Contents> {
  const bytes = await bytesOf(file)
  if (bytes.subarray(0, 4).equals(zipMagic)) {
    return { format: 'torch', ...inPart(await readTorch(file, bytes), file, part) }
  }
  const other = otherFormat(bytes)
  if (other) throw badInput(what, `${other[0]}, ${file}`, other[1])
  const { parts } = safetensorsParts(bytes, file, widths)
  const tree = new Map(
    [...parts].map(([name, { dtype: type, shape, bytes: numbers }]): [string, Numbers] => {
      const lying = { type, shape, strides: rowMajor(shape), offset: 0, little: true }
      return [name, { type, shape, read: () => numbersOf(numbers, lying, `${file}: ${name}`) }]
    }),
  )
  return { format: 'safetensors', ...inPart(tree, file, part) }
}

async function bytesOf(file: string): Promise<Buffer> {
  await checkIsFile(file, what)
  const { size } = await stat(file)
  if (size > largest) {
    const advice =
      'Save the weights alone, without the state of an optimizer: torch.save(model.state_dict(), file).'
    throw badInput(`${what} of at most ${bytesText(largest)}`, `${bytesText(size)}, ${file}`, advice)
  }
  try {
    return await readFile(file)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TicketLabError('bad-input', `Expected ${what} that can be read, found ${file}: ${why}.`, {
      cause,
    })
  }
}

const zipMagic = Buffer.from('PK\x03\x04', 'latin1')

/** The pickle of PyTorch's magic number, with which files began before version 1.6. */
const legacyMagic = Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19', 'latin1')

/** What a file is that is told by its first bytes and not read here, and what to do about it. */
function otherFormat(bytes: Buffer): readonly [string, string] | undefined {
  const begins = (text: string) => bytes.subarray(0, text.length).equals(Buffer.from(text, 'latin1'))
  const inPython = 'In Python, torch.save(model.state_dict(), file) writes one.'
  if (bytes.length === 0) return ['an empty file', inPython]
  if (bytes.subarray(0, legacyMagic.length).equals(legacyMagic)) {
    const again = 'torch.save(torch.load(file), file, _use_new_zipfile_serialization=True)'
    return ['a file in the format of PyTorch before 1.6', `Write it again with a later PyTorch: ${again}.`]
  }
  if (begins('\x80')) return ['a pickle that torch.save did not write', inPython]
  if (begins('\x89HDF')) return ['an HDF5 file, as Keras writes it', inPython]
  if (begins('\x93NUMPY')) return ['an npy file of NumPy', inPython]
  if (bytes.length < 9 || bytes[8] !== 0x7b) return ['another kind of file', inPython]
  return undefined
}

/** Dictionaries that weights are in, in files that have more than these. */
const usual = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net',
  'network',
  'weights',
  'params',
  'module',
]
/** Dictionaries whose tensors are no weights. */
const noWeights = /optim|sched|scaler|amp|rng|momentum/i

type Tree = Pickled<Numbers>
/** A dictionary in a file, and the names that lead there, joined by dots. */
type Part = readonly [path: string, tree: Tree]

function inPart(tree: Tree, file: string, asked?: string): Omit<Contents, 'format'> {
  const found = asked === undefined ? usualPart(['', tree]) : partCalled(asked, tree)
  if (!found) {
    const names = membersOf(tree).map(([name]) => name)
    throw badInput(`the dictionary ${asked} in ${file}`, names.slice(0, 20).join(', ') || 'nothing')
  }
  const [part, inside] = found
  const tensors: CheckpointTensor[] = []
  flatten(inside, '', tensors, { left: mostMembers, file })
  if (tensors.length > 0) return { part, tensors }
  throw badInput(`tensors in ${file}${part === '' ? '' : `, ${part}`}`, 'none')
}

/** A dictionary, or the members whose names begin so. */
function partCalled(path: string, tree: Tree, above = ''): Part | undefined {
  if (path === '') return [above, tree]
  const members = membersOf(tree)
  for (const [key, member] of members) {
    if (key !== path && !path.startsWith(`${key}.`)) continue
    const found = partCalled(path.slice(key.length + 1), member, joined(above, key))
    if (found) return found
  }
  const inside = members.filter(([key]) => key.startsWith(`${path}.`))
  if (inside.length === 0) return undefined
  return [joined(above, path), new Map(inside.map(([key, member]) => [key.slice(path.length + 1), member]))]
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Members of all dictionaries together: a pickle may refer to one many times. */
const mostMembers = 100_000

function flatten(
  tree: Tree,
  name: string,
  found: CheckpointTensor[],
  limit: { left: number; readonly file: string },
): void {
  if (limit.left-- === 0) throw badInput(`at most ${mostMembers} values in ${limit.file}`, 'more')
  if (isNumbers(tree)) found.push({ name, ...tree })
  for (const [key, member] of membersOf(tree)) flatten(member, joined(name, key), found, limit)
}

/** Where the weights are: down from the whole file through names that dictionaries of weights usually have. */
function usualPart(part: Part): Part {
  const members = membersOf(part[1])
  const holding = members.filter(([name, member]) => !noWeights.test(name) && hasWeights(member))
  const named = usual.map((name) => holding.find(([key]) => key === name)).find((one) => one !== undefined)
  const next = named ?? (holding.length === 1 ? holding[0] : undefined)
  if (!next || members.some(([, member]) => isWeights(member))) return part
  return usualPart([joined(part[0], next[0]), next[1]])
}

function hasWeights(tree: Tree, seen = new Set<Tree>()): boolean {
  if (seen.has(tree)) return false
  seen.add(tree)
  return isWeights(tree) || membersOf(tree).some(([, member]) => hasWeights(member, seen))
}

/** An accuracy beside the weights may be a tensor, too. */
function isWeights(tree: Tree): boolean {
  return isNumbers(tree) && tree.shape.length > 1
}

function membersOf(tree: Tree): readonly (readonly [string, Tree])[] {
  if (tree instanceof Map) return [...(tree as ReadonlyMap<string, Tree>)]
  if (!Array.isArray(tree)) return []
  return (tree as readonly Tree[]).map((member, index) => [String(index), member] as const)
}

function isNumbers(tree: Tree): tree is Numbers {
  return typeof tree === 'object' && tree !== null && 'read' in tree
}
