import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NotebookCell, NotebookDocument } from 'vscode'
import type { KernelClient } from '../../kernel/client'
import { attachDebugger, type AttachedDebugger } from './attach'
import { moveBreakpoints } from './breakpoints'
import { createCellScripts } from './cell-scripts'

/** The debugging of one notebook. */
export interface Debugging {
  /** Where debuggers are told that the text of a cell stands, which is about to run. */
  fileOf(cell: NotebookCell): string
  /** Whether there is something to prepare before a cell runs that was not asked to be debugged. */
  isAttached(): boolean
  /**
   * Attaches the debugger if there is none, and sets the breakpoints of a cell.
   * @throws TicketLabError `kernel-failed` if VS Code cannot attach
   */
  attach(cell: NotebookCell, kernel: KernelClient): Promise<void>
  /** Lets go of the kernel, if need be as soon as the debugger is attached. */
  detach(): void
  /** A cell has another address, and with it its breakpoints. */
  move(from: NotebookCell, to: NotebookCell): void
}

/** @param programs the folder of our own programs */
export function createDebugging(notebook: () => NotebookDocument, programs: string): Debugging {
  const scripts = createCellScripts(join(tmpdir(), `ticketlab-cells-${randomUUID()}`))
  let attached: Promise<AttachedDebugger> | undefined
  /** Until the last debugger has let go. */
  let leaving: Promise<void> = Promise.resolve()

  const detach = (): void => {
    if (!attached) return
    leaving = attached.then(
      (one) => {
        one.detach()
        return one.ended
      },
      // Told where it was to be attached.
      () => undefined,
    )
    attached = undefined
  }
  const attach = (kernel: KernelClient): Promise<AttachedDebugger> => {
    const attaching = leaving.then(() => attachDebugger(notebook, kernel, scripts, programs))
    const forget = (): void => {
      if (attached === attaching) attached = undefined
    }
    attaching.then(({ ended }) => void ended.then(forget), forget)
    return attaching
  }
  return {
    fileOf: (cell) => scripts.pathOf({ cell: cell.document.uri.toString(), text: cell.document.getText() }),
    isAttached: () => attached !== undefined,
    async attach(cell, kernel) {
      attached ??= attach(kernel)
      await (await attached).prepare(cell)
    },
    detach,
    move(from, to) {
      scripts.move(from.document.uri.toString(), to.document.uri.toString())
      moveBreakpoints(from.document.uri, to.document.uri)
    },
  }
}
