import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Answer } from './protocol'

/** Whether a file stands for what is typed. */
function isInput(file: unknown): boolean {
  return file === 0 || file === '/dev/stdin'
}

/**
 * Lets the functions of `fs` that read the file 0 (or `/dev/stdin`) read what somebody types.
 * @param askAndWait reads one line, or the end
 * @param stdin what others read it from
 */
export function readFilesThrough(askAndWait: () => Answer, stdin: () => Readable): void {
  /** What was typed and not yet read. */
  let rest: Buffer = Buffer.alloc(0)
  const line = (): Buffer => {
    const answer = askAndWait()
    return Buffer.from(answer.kind === 'line' ? `${answer.text}\n` : '')
  }
  const all = (): Buffer => {
    const lines = [rest]
    rest = Buffer.alloc(0)
    for (let next = line(); next.length > 0; next = line()) lines.push(next)
    return Buffer.concat(lines)
  }

  const { readFileSync, readSync, readFile } = fs
  const readFileLater = fs.promises.readFile
  replace(fs, 'readFileSync', (...given) => {
    if (!isInput(given[0])) return apply(readFileSync, given)
    return encoded(all(), given[1])
  })
  replace(fs, 'readSync', (...given) => {
    const [file, target, at, length] = given
    if (file !== 0 || !ArrayBuffer.isView(target)) return apply(readSync, given)
    if (rest.length === 0) rest = line()
    const options = typeof at === 'object' && at !== null ? (at as { offset?: number; length?: number }) : {}
    const offset = typeof at === 'number' ? at : (options.offset ?? 0)
    const room = typeof length === 'number' ? length : (options.length ?? target.byteLength - offset)
    const part = rest.subarray(0, room)
    rest = rest.subarray(part.length)
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(part, offset)
    return part.length
  })
  replace(fs, 'readFile', (...given) => {
    const done = given.at(-1)
    if (!isInput(given[0]) || typeof done !== 'function') return apply(readFile, given)
    const call = done as (error: unknown, content?: unknown) => void
    buffer(stdin()).then(
      (content) => call(null, encoded(content, given[1])),
      (error: unknown) => call(error),
    )
    return undefined
  })
  replace(fs.promises, 'readFile', async (...given) => {
    if (!isInput(given[0])) return apply(readFileLater, given)
    return encoded(await buffer(stdin()), given[1])
  })
  syncBuiltinESMExports()
}

type Callable = (...given: unknown[]) => unknown

function apply(work: unknown, given: readonly unknown[]): unknown {
  return (work as Callable)(...given)
}

function replace(owner: object, name: string, by: Callable): void {
  const original = (owner as Record<string, Callable>)[name]!
  Object.defineProperties(by, Object.getOwnPropertyDescriptors(original))
  Object.assign(owner, { [name]: by })
}

function encoded(content: Buffer, options: unknown): Buffer | string {
  const encoding =
    typeof options === 'object' && options !== null && 'encoding' in options ? options.encoding : options
  return typeof encoding === 'string' ? content.toString(encoding as BufferEncoding) : content
}
