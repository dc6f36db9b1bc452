import {
  commands,
  Disposable,
  EventEmitter,
  NotebookControllerAffinity,
  notebooks,
  window,
  workspace,
  type NotebookCell,
  type Event,
  type NotebookDocument,
  type NotebookDocumentChangeEvent,
} from 'vscode'
import { TicketLabError } from '../../support/errors'
import { controllerId, extensionId } from '../contributions'
import type { CancellableRun, Services } from '../services'
import { cellLanguage, notebookType, wantsOurKernel } from './identity'
import { createNotebookSession, type NotebookSession } from './notebookSession'
import { successorOf } from './succession'

/** The kernels of all open notebooks. */
export interface Kernels {
  /** Whether our kernel was chosen for a notebook; undefined as long as nothing is known of a choice. */
  isChosen(notebook: NotebookDocument): boolean | undefined
  readonly onDidChoose: Event<NotebookDocument>
  runs(): readonly CancellableRun[]
  /** Interrupts or restarts the kernel of a notebook, if it has one. */
  interrupt(notebook: NotebookDocument): void
  restart(notebook: NotebookDocument): void
  /** Runs a cell under the debugger. */
  debug(cell: NotebookCell): Promise<void>
  /** Ends all kernels. */
  close(): Promise<void>
  dispose(): void
}

/** Offers Ticket Lab as a kernel for notebooks. */
export function registerController(services: Services): Kernels {
  const sessions = new Map<NotebookDocument, NotebookSession>()
  const selected = new WeakSet<NotebookDocument>()
  const deselected = new WeakSet<NotebookDocument>()
  const choosing = new EventEmitter<NotebookDocument>()
  const controller = notebooks.createNotebookController(controllerId, notebookType, 'Ticket Lab')
  controller.description = 'TypeScript on Node'
  controller.detail = 'Lottery ticket experiments, on TensorFlow or WebAssembly'
  controller.supportedLanguages = [cellLanguage, 'javascript']
  controller.supportsExecutionOrder = true
  controller.executeHandler = (cells, notebook) => {
    sessionOf(notebook).execute(cells)
  }
  controller.interruptHandler = (notebook) => {
    sessions.get(notebook)?.interrupt()
  }

  const sessionOf = (notebook: NotebookDocument): NotebookSession => {
    const known = sessions.get(notebook)
    if (known) return known
    const made = createNotebookSession(notebook, controller, services)
    sessions.set(notebook, made)
    return made
  }
  const prefer = (notebook: NotebookDocument): void => {
    if (notebook.notebookType !== notebookType) return
    const affinity = wantsOurKernel(notebook.metadata)
      ? NotebookControllerAffinity.Preferred
      : NotebookControllerAffinity.Default
    controller.updateNotebookAffinity(notebook, affinity)
  }
  const closed = async (notebook: NotebookDocument): Promise<void> => {
    const session = sessions.get(notebook)
    if (!session) return
    const moving = session.hold()
    const successor = await successorOf(notebook)
    sessions.delete(notebook)
    if (!successor || sessions.has(successor)) {
      await session.close()
      return
    }
    sessions.set(successor, session)
    moving.to(successor, await select(successor))
  }
  /** Whether our kernel is the one of a notebook, made so if it can be. */
  const select = (notebook: NotebookDocument): Promise<boolean> => {
    if (selected.has(notebook)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (done: boolean): void => {
        clearTimeout(timer)
        listener.dispose()
        resolve(done)
      }
      const timer = setTimeout(() => end(false), 10_000)
      const listener = controller.onDidChangeSelectedNotebooks((change) => {
        if (change.notebook === notebook && change.selected) end(true)
      })
      void commands.executeCommand('notebook.selectKernel', { id: controllerId, extension: extensionId })
    })
  }
  const changed = (event: NotebookDocumentChangeEvent): void => {
    const { notebook, contentChanges, cellChanges } = event
    // A new notebook may be opened empty, and be told what it is a moment later.
    if (event.metadata) prefer(notebook)
    const session = sessions.get(notebook)
    if (!session) return
    // A cell that was moved is told as removed and added again.
    const removed = contentChanges.flatMap((change) => change.removedCells)
    if (removed.length > 0)
      session.noticeRemoved(removed.filter((cell) => !notebook.getCells().includes(cell)))
    for (const { cell, outputs } of cellChanges) if (outputs) session.noticeOutputs(cell)
  }

  const close = async (): Promise<void> => {
    const open = [...sessions.values()]
    sessions.clear()
    await Promise.all(open.map((session) => session.close()))
  }
  workspace.notebookDocuments.forEach(prefer)
  const listening = Disposable.from(
    controller,
    choosing,
    workspace.onDidOpenNotebookDocument(prefer),
    workspace.onDidCloseNotebookDocument((notebook) => {
      closed(notebook).catch((error: unknown) => services.log.error('A kernel was not ended.', String(error)))
    }),
    controller.onDidChangeSelectedNotebooks(({ notebook, selected: chosen }) => {
      ;(chosen ? selected : deselected).add(notebook)
      ;(chosen ? deselected : selected).delete(notebook)
      choosing.fire(notebook)
    }),
    workspace.onDidChangeNotebookDocument(changed),
  )

  return {
    isChosen: (notebook) => (selected.has(notebook) ? true : deselected.has(notebook) ? false : undefined),
    onDidChoose: choosing.event,
    runs: () =>
      [...sessions.values()].flatMap((session) =>
        session.runs().map((activity) => ({
          notebook: session.notebook().uri.toString(),
          activity,
          cancel: () => session.cancel(activity.run),
        })),
      ),
    interrupt: (notebook) => sessions.get(notebook)?.interrupt(),
    restart(notebook) {
      const session = sessions.get(notebook)
      if (session) session.restart()
      else void window.showInformationMessage('The kernel of this notebook is not running.')
    },
    async debug(cell) {
      // Cells are executed with the kernel that is chosen, and VS Code chooses one when it runs a cell itself.
      if (!(await select(cell.notebook))) {
        throw new TicketLabError('bad-input', 'Choose the kernel "Ticket Lab" for this notebook first.')
      }
      sessionOf(cell.notebook).execute([cell], { debugged: true })
    },
    close,
    dispose() {
      listening.dispose()
    },
  }
}
