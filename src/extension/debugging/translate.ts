import type { CellScripts } from './cell-scripts'

/** What the translation needs to know of the notebook that is debugged. */
export interface DebuggedCells {
  readonly scripts: CellScripts
  /** The text of a cell now; `undefined` when it is not in the notebook (any more). */
  readonly textOf: (cell: string) => string | undefined
  /** How users know the cell. */
  readonly nameOf: (cell: string) => string
}

/** A text, in the words of the debug adapter protocol. */
interface Source {
  name?: string
  path: string
  sourceReference?: number
  /** `deemphasize` for what is skipped. */
  readonly presentationHint?: string
}

/** Frames that are asked for at once: all that most stacks have, so that their end is seen. */
const manyFrames = 200

/**
 * Names cells by their paths in what VS Code says to its debugger. Messages are changed in place, as VS Code expects of
 * a tracker that changes them.
 */
export function toDebugger(message: unknown, { scripts, textOf }: DebuggedCells): void {
  const { command, arguments: given } = message as { command?: string; arguments?: { levels?: number } }
  if (command === 'stackTrace' && given?.levels) given.levels = Math.max(given.levels, manyFrames)
  for (const source of sourcesIn(message)) {
    const script = scripts.at(source.path)
    // Where VS Code runs in a browser it takes our own paths for addresses of the browser's machine.
    if (script) source.path = scripts.pathOf(script)
    const text = textOf(source.path)
    if (text === undefined) continue
    source.path = scripts.pathOf({ cell: source.path, text })
    delete source.sourceReference
  }
}

/**
 * Names cells by their addresses in what the debugger says. A cell that was edited since it ran has other lines now: its
 * frames show the text that runs, which the debugger has, under a name that says so.
 */
export function fromDebugger(message: unknown, { scripts, textOf, nameOf }: DebuggedCells): void {
  dropInternals(message, scripts)
  for (const source of sourcesIn(message)) {
    const script = scripts.at(source.path)
    if (!script) continue
    if (textOf(script.cell) === script.text) {
      source.name = nameOf(script.cell)
      source.path = script.cell
      source.sourceReference = 0
    } else {
      source.name = `${nameOf(script.cell)} as it ran`
    }
  }
}

/** All that looks like a source in a message, wherever it stands. */
function sourcesIn(value: unknown): Source[] {
  if (Array.isArray(value)) return value.flatMap(sourcesIn)
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(sourcesIn)
  return 'path' in value && typeof value.path === 'string' ? [value as Source, ...inner] : inner
}

/** Below the outermost cell of a stack lies only what runs cells. */
function dropInternals(message: unknown, scripts: CellScripts): void {
  const { command, body } = message as {
    command?: string
    body?: { stackFrames?: { source?: Source }[]; totalFrames?: number }
  }
  const frames = body?.stackFrames
  if (command !== 'stackTrace' || !frames) return
  const outermost = frames.findLastIndex(({ source }) => source && scripts.at(source.path))
  // VS Code asks for what is left after the first frames, too.
  if (outermost < 0 && frames.some(({ source }) => source && source.presentationHint !== 'deemphasize'))
    return
  const dropped = frames.length - (outermost + 1)
  body.stackFrames = frames.slice(0, outermost + 1)
  if (body.totalFrames !== undefined) body.totalFrames -= dropped
}
