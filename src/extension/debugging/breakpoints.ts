import { debug, Location, Position, SourceBreakpoint, type NotebookCell, type Uri } from 'vscode'
import type { CellScripts } from './cell-scripts'

/** Which texts of cells the debugger has breakpoints for. */
export interface SentBreakpoints {
  /** VS Code sets the breakpoints of a text. Returns the path of the cell's last text, if that was another one. */
  begin(request: number, cell: string, path: string, lines: readonly number[]): string | undefined
  /** The debugger has set those that it was asked for. */
  end(request: number): void
  /** Has the breakpoints of a cell set for its text as it is now. */
  refresh(cell: NotebookCell): Promise<void>
}

/** How long setting them may take before a cell runs without, in milliseconds. */
const limit = 3000

export function trackBreakpoints(scripts: CellScripts): SentBreakpoints {
  interface Sent {
    readonly path: string
    readonly lines: string
  }
  const begun = new Map<number, { readonly cell: string; readonly sent: Sent }>()
  const ended = new Map<string, Sent>()
  const waiting = new Set<() => void>()
  return {
    begin(request, cell, path, lines) {
      begun.set(request, { cell, sent: { path, lines: lines.join() } })
      const last = ended.get(cell)?.path
      return last === path ? undefined : last
    },
    end(request) {
      const found = begun.get(request)
      if (!found) return
      begun.delete(request)
      ended.set(found.cell, found.sent)
      waiting.forEach((check) => check())
    },
    async refresh(cell) {
      const address = cell.document.uri.toString()
      const breakpoints = debug.breakpoints.filter((one) => isEnabledIn(address, one))
      const path = scripts.pathOf({ cell: address, text: cell.document.getText() })
      const lines = breakpoints.map(({ location }) => location.range.start.line + 1).join()
      const isSet = (): boolean => {
        const sent = ended.get(address)
        return sent ? sent.path === path && sent.lines === lines : breakpoints.length === 0
      }
      if (isSet()) return
      const { promise, resolve } = settled()
      const check = (): void => {
        if (isSet()) resolve()
      }
      waiting.add(check)
      const timer = setTimeout(resolve, limit)
      sendAgain(cell)
      await promise
      clearTimeout(timer)
      waiting.delete(check)
    },
  }
}

function settled(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}

function isEnabledIn(address: string, breakpoint: unknown): breakpoint is SourceBreakpoint {
  return (
    breakpoint instanceof SourceBreakpoint &&
    breakpoint.enabled &&
    breakpoint.location.uri.toString() === address
  )
}

/** Puts the breakpoints of a cell where it is now: VS Code leaves them at the address that it had. */
export function moveBreakpoints(from: Uri, to: Uri): void {
  const left = debug.breakpoints.filter(
    (one): one is SourceBreakpoint =>
      one instanceof SourceBreakpoint && one.location.uri.toString() === from.toString(),
  )
  if (left.length === 0 || from.toString() === to.toString()) return
  debug.removeBreakpoints(left)
  debug.addBreakpoints(
    left.map(
      ({ location: { range }, enabled, condition, hitCondition, logMessage }) =>
        new SourceBreakpoint(new Location(to, range), enabled, condition, hitCondition, logMessage),
    ),
  )
}

/**
 * VS Code tells the debugger of breakpoints that an edit has moved only when their file is saved, which a cell never is,
 * but of all those of a cell when there is one more or less. One that is switched off on a line without any will do.
 */
function sendAgain({ document }: NotebookCell): void {
  const taken = new Set(
    debug.breakpoints.map((one) =>
      one instanceof SourceBreakpoint && one.location.uri.toString() === document.uri.toString()
        ? one.location.range.start.line
        : -1,
    ),
  )
  let line = 0
  while (taken.has(line)) line++
  const breakpoint = new SourceBreakpoint(new Location(document.uri, new Position(line, 0)), false)
  debug.addBreakpoints([breakpoint])
  debug.removeBreakpoints([breakpoint])
}
