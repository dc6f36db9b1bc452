import { basename } from 'node:path'
import {
  debug,
  Disposable,
  type DebugConfiguration,
  type DebugProtocolMessage,
  type DebugSession,
  type NotebookCell,
  type NotebookDocument,
} from 'vscode'
import type { KernelClient } from '../../kernel/client'
import { interrupterName } from '../../kernel/protocol'
import { TicketLabError } from '../../support/errors'
import { trackBreakpoints } from './breakpoints'
import type { CellScripts } from './cell-scripts'
import { trackRequests } from './requests'
import { fromDebugger, toDebugger, type DebuggedCells } from './translate'

/** VS Code's JavaScript debugger, attached to the kernel of one notebook. */
export interface AttachedDebugger {
  /** Sets the breakpoints of a cell for its text as it is now, which is about to run. */
  prepare(cell: NotebookCell): Promise<void>
  /** Ends the debugging. The kernel goes on. */
  detach(): void
  /** Resolves when debugging has ended: by `detach`, by the user, or because the kernel is gone. */
  readonly ended: Promise<void>
}

/** How long VS Code may take to attach its debugger, in milliseconds. */
const attachLimit = 30_000

/** How long a debugger may take to answer what it was asked before it is ended, in milliseconds. */
const answerLimit = 2000

/**
 * Attaches a debugger to a kernel. All breakpoints are set when this resolves.
 * @param programs the folder of our own programs, which nobody wants to step into
 * @throws TicketLabError `kernel-failed` if VS Code cannot attach
 */
export async function attachDebugger(
  notebook: () => NotebookDocument,
  kernel: KernelClient,
  scripts: CellScripts,
  programs: string,
): Promise<AttachedDebugger> {
  const address = await kernel.openInspector()
  const breakpoints = trackBreakpoints(scripts)
  const requests = trackRequests()
  const cells: DebuggedCells = {
    scripts,
    textOf: (cell) => cellAt(notebook(), cell)?.document.getText(),
    nameOf: (cell) => `Cell In[${cellAt(notebook(), cell)?.executionSummary?.executionOrder ?? ' '}]`,
  }
  // VS Code attaches with one session, which opens another for the process, and that one for each of its threads.
  let root: DebugSession | undefined
  let process: DebugSession | undefined
  let tellAttached = (): void => undefined
  const attached = new Promise<void>((resolve) => (tellAttached = resolve))
  let tellEnded = (): void => undefined
  const ended = new Promise<void>((resolve) => (tellEnded = resolve))

  const isOurs = (session: DebugSession): boolean =>
    session.configuration['websocketAddress'] === address ||
    (session.parentSession !== undefined && isOurs(session.parentSession))

  const translate = (session: DebugSession) => ({
    onWillReceiveMessage(message: DebugProtocolMessage) {
      const { type, command, seq, arguments: given } = message as BreakpointRequest
      const cell = command === 'setBreakpoints' ? given?.source?.path : undefined
      toDebugger(message, cells)
      // VS Code's "Stop", unlike its "Disconnect", would have the kernel killed, and its variables lost.
      if (command === 'disconnect' && given) given.terminateDebuggee = false
      if (session === process && type === 'request') requests.begin(seq)
      if (session !== process || cell === undefined || !given?.source) return
      const { source, breakpoints: wanted = [] } = given
      const left = breakpoints.begin(
        seq,
        cell,
        source.path,
        wanted.map(({ line }) => line),
      )
      // Functions of a text that is no longer there have lines that are not to be seen.
      if (left) void session.customRequest(command!, { source: { path: left }, breakpoints: [] })
    },
    onDidSendMessage(message: DebugProtocolMessage) {
      const { type, command, request_seq } = message as Response
      fromDebugger(message, cells)
      if (session !== process || type !== 'response') return
      requests.end(request_seq)
      if (command === 'setBreakpoints') breakpoints.end(request_seq)
      // By now all breakpoints have been set.
      if (command === 'attach') tellAttached()
    },
  })

  const listening = Disposable.from(
    debug.registerDebugAdapterTrackerFactory(debuggerType, {
      createDebugAdapterTracker(session) {
        if (!isOurs(session)) return undefined
        if (session.parentSession && isOurs(session.parentSession)) process ??= session
        else root = session
        return translate(session)
      },
    }),
    debug.registerDebugConfigurationProvider(debuggerType, {
      // The thread that watches for interrupts is no user's business.
      resolveDebugConfiguration: (_, configuration) =>
        configuration['__parentId'] === process?.id && configuration.name.includes(interrupterName)
          ? undefined
          : configuration,
    }),
    debug.onDidTerminateDebugSession((session) => {
      if (session.id === root?.id) tellEnded()
    }),
  )
  void ended.then(() => {
    listening.dispose()
    kernel.closeInspector()
  })
  void kernel.exited.then(tellEnded)

  const started = await debug.startDebugging(undefined, configurationOf(notebook(), address, programs), {
    suppressSaveBeforeStart: true,
  })
  // The cell that the last "continue" let go on may have ended before VS Code hears that it does, and what its last log points
  // said may be on its way: what the kernel is asked now, it answers behind that.
  const detach = (): void =>
    void requests
      .allAnswered(answerLimit)
      .then(() => within(answerLimit, askKernel(process), ended))
      .then(() => debug.stopDebugging(root))
      .then(tellEnded, tellEnded)
  if (!started || !(await within(attachLimit, attached, ended))) {
    if (started) detach()
    tellEnded()
    throw new TicketLabError(
      'kernel-failed',
      "VS Code's JavaScript debugger could not attach to the kernel. Is its built-in extension switched off?",
    )
  }
  return { prepare: (cell) => breakpoints.refresh(cell), detach, ended }
}

const debuggerType = 'pwa-node'

interface BreakpointRequest {
  readonly type: string
  readonly seq: number
  readonly command?: string
  readonly arguments?: {
    readonly source?: { readonly path: string }
    readonly breakpoints?: readonly { readonly line: number }[]
    terminateDebuggee?: boolean
  }
}

interface Response {
  readonly type: string
  readonly command?: string
  readonly request_seq: number
}

function configurationOf(notebook: NotebookDocument, address: string, programs: string): DebugConfiguration {
  const ours = `${programs.replaceAll('\\', '/')}/**`
  return {
    type: debuggerType,
    request: 'attach',
    name: basename(notebook.uri.path),
    websocketAddress: address,
    continueOnAttach: true,
    // Trainers, and whatever else cells start.
    autoAttachChildProcesses: false,
    sourceMaps: true,
    resolveSourceMapLocations: ['**', `!${ours}`],
    // Breakpoints are in place before the first line of a cell or a file runs.
    pauseForSourceMap: true,
    outFiles: [],
    skipFiles: ['<node_internals>/**', ours],
    internalConsoleOptions: 'neverOpen',
  }
}

/** Resolves when the kernel has answered a question through its debugger, or cannot. */
async function askKernel(session: DebugSession | undefined): Promise<void> {
  try {
    await session?.customRequest('evaluate', { expression: '0', context: 'watch' })
  } catch {
    // A kernel that is gone has nothing more to say.
  }
}

/** Whether `wanted` comes, before `other` and within `limit` milliseconds. */
async function within(limit: number, wanted: Promise<void>, other: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), limit)))
  const came = await Promise.race([wanted.then(() => true), other.then(() => false), late])
  clearTimeout(timer)
  return came
}

function cellAt(notebook: NotebookDocument, address: string): NotebookCell | undefined {
  return notebook.getCells().find(({ document }) => document.uri.toString() === address)
}
