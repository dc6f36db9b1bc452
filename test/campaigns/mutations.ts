import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RandomStream } from '../../src/support/random'

/** A file that something has happened to. */
export interface Damage {
  readonly kind: string
  /** The files that are not what they were. */
  readonly paths: readonly string[]
}

type Change = (bytes: Buffer, random: RandomStream) => Buffer

/** A place in a file, and a piece from there that is not empty where the file is not. */
function piece(bytes: Buffer, random: RandomStream): { from: number; to: number } {
  const from = random.below(Math.max(1, bytes.length))
  return {
    from,
    to: Math.min(bytes.length, from + 1 + random.below(Math.min(600, bytes.length - from || 1))),
  }
}

function noise(length: number, random: RandomStream): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)))
}

/** What disks, programs and people do to the bytes of a file. */
const changes: Readonly<Record<string, Change>> = {
  'one bit flipped': (bytes, random) => {
    const changed = Buffer.from(bytes)
    changed[random.below(bytes.length)]! ^= 1 << random.below(8)
    return changed
  },
  'several bits flipped': (bytes, random) => {
    const changed = Buffer.from(bytes)
    for (let i = 0; i < 2 + random.below(6); i++) {
      changed[random.below(bytes.length)]! ^= 1 << random.below(8)
    }
    return changed
  },
  'another digit': (bytes, random) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39)
    const changed = Buffer.from(bytes)
    if (digits.length > 0) changed[digits[random.below(digits.length)]!] = 0x30 + random.below(10)
    return changed
  },
  'cut off': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  emptied: () => Buffer.alloc(0),
  'a piece lost': (bytes, random) => {
    const { from, to } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  'a piece twice': (bytes, random) => {
    const { from, to } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  'a piece zeroed': (bytes, random) => {
    const { from, to } = piece(bytes, random)
    return Buffer.from(bytes).fill(0, from, to)
  },
  'garbage inserted': (bytes, random) => {
    const { from } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), noise(1 + random.below(40), random), bytes.subarray(from)])
  },
  'garbage written over': (bytes, random) => {
    const { from, to } = piece(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), noise(to - from, random), bytes.subarray(to)])
  },
  'garbage appended': (bytes, random) => Buffer.concat([bytes, noise(1 + random.below(40), random)]),
}

/** All files below a folder, in the same order on every machine. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** What is damaged as a whole: a task's folder, or a single file. */
export function unitOf(path: string): string {
  return basename(dirname(path)).length === 64 ? dirname(path) : path
}

/** Damages up to `most` files, no two of the same task. */
export async function damageSome(
  files: readonly string[],
  most: number,
  random: RandomStream,
): Promise<Damage[]> {
  const done: Damage[] = []
  let whole = files
  while (done.length < most && whole.length > 1) {
    const next = await damage(whole, random)
    if (!next) continue
    done.push(next)
    const units = next.paths.map(unitOf)
    whole = whole.filter((path) => !units.includes(unitOf(path)))
  }
  return done
}

/** Does something to one or two of the files. @returns `undefined` when nothing of it has changed by that */
async function damage(files: readonly string[], random: RandomStream): Promise<Damage | undefined> {
  const choose = () => files[random.below(files.length)]!
  const path = choose()
  const bytes = await readFile(path)
  const kinds = [...Object.keys(changes), 'deleted', 'swapped', 'another in its place']
  const kind = kinds[random.below(kinds.length)]!
  if (kind === 'deleted') {
    await rm(path)
    return { kind, paths: [path] }
  }
  if (kind === 'swapped' || kind === 'another in its place') {
    // Mostly one of the same name: the result of another task is the harder one to tell.
    const name = path.slice(path.lastIndexOf('/'))
    const alike = files.filter((one) => one.endsWith(name))
    const other = random.below(4) === 0 || alike.length < 2 ? choose() : alike[random.below(alike.length)]!
    const others = await readFile(other)
    if (others.equals(bytes)) return undefined
    await copyFile(other, path)
    if (kind === 'swapped') await writeFile(other, bytes)
    return { kind, paths: kind === 'swapped' ? [path, other] : [path] }
  }
  if (bytes.length === 0) return undefined
  const changed = changes[kind]!(bytes, random)
  if (changed.equals(bytes)) return undefined
  await writeFile(path, changed)
  return { kind, paths: [path] }
}
