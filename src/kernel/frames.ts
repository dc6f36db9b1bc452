import { findSourceMap } from 'node:module'
import { sep } from 'node:path'
import type { Place } from './typescript'

/** How stacks name the script of the cell `In[count]`; V8 takes no spaces here. */
export function scriptName(count: number): string {
  return `Cell_In[${count}]`
}

/** What telling an error needs to know. */
export interface StackContext {
  /** Where the user wrote what is at `place` of the script of cell `count`. */
  original(count: number, place: Place): Place
  /** Where cell `count` has `name`, which does not exist: at or after `place`, which V8 gives only roughly. */
  missing(count: number, place: Place, name: string): Place
  /** Folder of our own programs, whose frames tell a user nothing. */
  readonly internals: string
  /** A text of V8 with the names that the user gave to variables. */
  userNames(text: string): string
}

/** Frames that V8 keeps: ours lie above those of cells, and are left out. */
const kept = 60
/** Frames that are shown of a longer stack, from its top; its end is shown, too. */
const shown = 12

/**
 * From now on, the stacks of errors name cells and the places where users wrote what failed there, and tell nothing of
 * the kernel. This is what everybody sees who asks an error for its stack.
 */
export function tellStacks(context: StackContext): void {
  Error.stackTraceLimit = kept
  Error.prepareStackTrace = (error, sites) => {
    const frames = framesOf(sites, context, missingName(error)).map((frame) => `    at ${frame}`)
    const cut = Error.stackTraceLimit === kept && frames.length > shown + 2
    const left = cut ? [...frames.slice(0, shown), '    ...', ...frames.slice(-1)] : frames
    return context.userNames([headOf(error), ...left].join('\n'))
  }
}

/** The first line of a stack, and those that belong to it. */
export function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error)
  } catch {
    return 'Error'
  }
}

/** What is told of call sites, which `error.stack` is made of. */
export function framesOf(
  sites: readonly NodeJS.CallSite[],
  context: StackContext,
  missing?: string,
): string[] {
  let isFirst = true
  return sites.flatMap((site) => {
    const frame = (site as { toString: () => string }).toString()
    const script = site.getScriptNameOrSourceURL() ?? ''
    if (script === '' || isInternal(script, context)) return []
    const count = /^Cell_In\[(\d+)\]$/.exec(script)?.[1]
    const rough = { line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 }
    const where = frame.endsWith(')') ? frame.slice(0, frame.lastIndexOf(` (${script}`)) : ''
    const name = where.replace(/^async /, '')
    if (!count) return [inFile(frame, script, rough)]
    const written = context.original(Number(count), rough)
    const place =
      isFirst && missing !== undefined ? context.missing(Number(count), written, missing) : written
    isFirst = false
    const at = cellPlace(Number(count), place)
    return [name ? `${name} (${at})` : at]
  })
}

/** A frame of a file, with the place in it that the user wrote, where another text is what runs. */
function inFile(frame: string, script: string, { line, column }: Place): string {
  const found = findSourceMap(script)?.findEntry(line - 1, column - 1)
  const isKnown = found !== undefined && 'originalLine' in found
  const place = isKnown ? `${found.originalLine + 1}:${found.originalColumn + 1}` : `${line}:${column}`
  const file = script.replace(/\?version=[^?]*$/, '')
  return frame.replace(`${script}:${line}:${column}`, () => `${file}:${place}`)
}

function isInternal(script: string, { internals }: StackContext): boolean {
  const path = script.startsWith('file://') ? script.slice('file://'.length) : script
  return /^(node:|evalmachine|<anonymous>)/.test(script) || path.startsWith(internals + sep)
}

function missingName(error: unknown): string | undefined {
  const told = error instanceof ReferenceError ? /^(\S+) is not defined$/.exec(error.message) : null
  return told?.[1]
}

function cellPlace(count: number, { line, column }: Place): string {
  return `Cell In[${count}], line ${line}, column ${column}`
}

/** The line by which VS Code finds the cell: it must begin with these words. */
export function cellLine(count: number, place: Place, where?: string): string {
  return `${cellPlace(count, place)}${where ? `, in ${where}` : ''}`
}

const toldFrame = /^\s+at (?:(?<where>.*) \()?(?<at>Cell In\[\d+\], line \d+, column \d+)\)?$/
const rawFrame = /^\s+at (?:(?<where>.*) \(|async )?Cell_In\[(?<count>\d+)\]:(?<line>\d+):(?<column>\d+)\)?$/

/** The frames of a stack, as lines that a cell shows. Somebody else may have written the stack, out of V8's frames. */
export function cellLines(frames: readonly string[], context: StackContext): string[] {
  return frames.flatMap((frame) => {
    const told = toldFrame.exec(frame)?.groups
    if (told) return [`${told['at']}${told['where'] ? `, in ${told['where']}` : ''}`]
    const raw = rawFrame.exec(frame)?.groups
    if (!raw) {
      const isOurs =
        frame.includes(context.internals + sep) || /[( ]node:/.test(frame) || frame.includes('<anonymous>)')
      return isOurs || /^\s+at async Promise\./.test(frame) ? [] : [frame]
    }
    const count = Number(raw['count'])
    const place = { line: Number(raw['line']), column: Number(raw['column']) }
    return [cellLine(count, context.original(count, place), raw['where']?.replace(/^async /, ''))]
  })
}
