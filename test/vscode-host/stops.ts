import { commands, debug, type DebugSession, type NotebookCell } from 'vscode'
import { commands as ids } from '../../src/extension/contributions'

/** A thread that the debugger has stopped, as VS Code shows it. */
export interface Stop {
  readonly session: DebugSession
  readonly frames: readonly Frame[]
  /** The variables of a frame outside the global scope, by name. */
  variables(frame?: number): Promise<Readonly<Record<string, string>>>
  evaluate(expression: string): Promise<string>
  go(command: 'continue' | 'next' | 'stepIn' | 'stepOut'): Promise<void>
}

export interface Frame {
  readonly name: string
  readonly line: number
  /** The address of a cell, or the path of a file. */
  readonly path: string
  /** Not 0 when the debugger shows a text of its own instead of the cell or file. */
  readonly copy: number
}

/** What debuggers do; to be disposed of. */
export interface Stops {
  /** The next stop that has not been told yet. */
  next(): Promise<Stop>
  /** What was written to the debug console, so far. */
  console(): string
  /** Resolves when something like it was: VS Code hands on what a debugger sent last when that has ended already. */
  said(text: RegExp): Promise<void>
  dispose(): void
}

interface DebuggerEvent {
  readonly event?: string
  readonly body?: { readonly threadId: number; readonly output?: string; readonly category?: string }
}

export function listenForStops(): Stops {
  const stops: Promise<Stop>[] = []
  const waiting: ((stop: Promise<Stop>) => void)[] = []
  let console = ''
  const listening = debug.registerDebugAdapterTrackerFactory('pwa-node', {
    createDebugAdapterTracker: (session) => ({
      onDidSendMessage({ event, body }: DebuggerEvent) {
        if (event === 'output' && body?.category !== 'telemetry') console += body?.output ?? ''
        if (event !== 'stopped') return
        const stop = stopOf(session, body!.threadId)
        stop.catch(() => undefined)
        const next = waiting.shift()
        if (next) next(stop)
        else stops.push(stop)
      },
    }),
  })
  return {
    next: () => stops.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    console: () => console,
    async said(text) {
      for (let tries = 0; !text.test(console); tries++) {
        if (tries === 300) throw new Error(`Expected ${text} in the debug console, found: ${console}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    dispose: () => void listening.dispose(),
  }
}

/** Runs the command beside the run button of a cell. */
export async function debugCell(cell: NotebookCell): Promise<void> {
  await commands.executeCommand(ids.debugCell, cell)
}

/** Resolves when no debugger is attached any more. */
export async function allEnded(): Promise<void> {
  while (debug.activeDebugSession) await new Promise((resolve) => setTimeout(resolve, 100))
}

async function stopOf(session: DebugSession, threadId: number): Promise<Stop> {
  const ask = async <Answer>(command: string, given: object): Promise<Answer> =>
    (await session.customRequest(command, given)) as Answer
  const { stackFrames } = await ask<{ stackFrames: RawFrame[] }>('stackTrace', {
    threadId,
    startFrame: 0,
    levels: 20,
  })
  return {
    session,
    frames: stackFrames.map(({ name, line, source }) => ({
      name,
      line,
      path: source ? pathOf(source.path) : '',
      copy: source?.sourceReference ?? 0,
    })),
    async variables(frame = 0) {
      const frameId = stackFrames[frame]!.id
      const { scopes } = await ask<{ scopes: RawScope[] }>('scopes', { frameId })
      const found: Record<string, string> = {}
      for (const { expensive, variablesReference } of scopes) {
        if (expensive) continue
        const { variables } = await ask<{ variables: RawVariable[] }>('variables', { variablesReference })
        for (const { name, value } of variables) found[name] ??= value
      }
      return found
    },
    async evaluate(expression) {
      const frameId = stackFrames[0]!.id
      return (await ask<{ result: string }>('evaluate', { expression, frameId, context: 'watch' })).result
    },
    go: (command) => ask(command, { threadId }),
  }
}

interface RawFrame {
  readonly id: number
  readonly name: string
  readonly line: number
  readonly source?: { readonly path: unknown; readonly sourceReference?: number }
}
interface RawScope {
  readonly expensive: boolean
  readonly variablesReference: number
}
interface RawVariable {
  readonly name: string
  readonly value: string
}

/** VS Code has made addresses of paths on their way. */
function pathOf(path: unknown): string {
  return String(path)
}
