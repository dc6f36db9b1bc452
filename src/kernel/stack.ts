import { inspect, types } from 'node:util'
import type { Place } from './typescript'
import type { Outcome } from './protocol'
import { wrapped } from '../support/wrap'

/** The part of {@link Outcome} that tells about an error. */
export type CellError = Extract<Outcome, { kind: 'error' }>

/** How stacks name the script of the cell `In[count]`; V8 takes no spaces here. */
export function scriptName(count: number): string {
  return `Cell_In[${count}]`
}

/** What telling an error needs to know. */
export interface StackContext {
  /** Where the user wrote what is at `place` of the script of cell `count`. */
  original(count: number, place: Place): Place
  /** Folder of our own programs, whose frames tell a user nothing. */
  readonly internals: string
  /** A text of V8 with the names that the user gave to variables. */
  userNames(text: string): string
}

const cellFrame = /^\s+at (?:(?<where>.*) \(|async )?Cell_In\[(?<count>\d+)\]:(?<line>\d+):(?<column>\d+)\)?$/

/** The line by which VS Code finds the cell: it must begin with these words. */
export function cellLine(count: number, { line, column }: Place, where?: string): string {
  return `Cell In[${count}], line ${line}, column ${column}${where ? `, in ${where}` : ''}`
}

/** Anything that a cell threw, with a stack of the user's own frames. */
export function describeThrown(thrown: unknown, context: StackContext): CellError {
  if (!types.isNativeError(thrown) && !(thrown instanceof Error)) {
    const message = inspect(thrown)
    return { kind: 'error', name: 'Thrown', message, stack: `Thrown: ${message}` }
  }
  const { name, message } = thrown
  const stack = describeStack(thrown, context, 3).join('\n')
  return { kind: 'error', name, message: context.userNames(message), stack: context.userNames(stack) }
}

function describeStack(error: Error, context: StackContext, causes: number): string[] {
  const lines = (error.stack ?? `${error.name}: ${error.message}`).split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  const told = first < 0 ? lines : lines.slice(0, first)
  // Ours are sentences, of which none should be behind a scrollbar.
  const head = error.name === 'TicketLabError' ? wrapped(told.join('\n')).split('\n') : told
  const frames = first < 0 ? [] : trimFrames(lines.slice(first), context)
  const cause = causes > 0 && error.cause instanceof Error ? error.cause : undefined
  const [causeHead, ...causeRest] = cause ? describeStack(cause, context, causes - 1) : []
  return [...head, ...frames, ...(causeHead ? [`Caused by ${causeHead}`, ...causeRest] : [])]
}

function trimFrames(frames: readonly string[], context: StackContext): string[] {
  // Below the outermost frame of a cell lies only what runs cells.
  const outermost = frames.findLastIndex((frame) => cellFrame.test(frame))
  const within = outermost < 0 ? frames : frames.slice(0, outermost + 1)
  return within.filter((frame) => !isInternal(frame, context)).map((frame) => tellFrame(frame, context))
}

function isInternal(frame: string, context: StackContext): boolean {
  return frame.includes(context.internals) || /[( ]node:/.test(frame) || frame.includes('<anonymous>)')
}

function tellFrame(frame: string, context: StackContext): string {
  const groups = cellFrame.exec(frame)?.groups
  if (!groups) return frame
  const count = Number(groups['count'])
  const place = { line: Number(groups['line']), column: Number(groups['column']) }
  return cellLine(count, context.original(count, place), groups['where'])
}
