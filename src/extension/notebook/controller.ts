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
import type { Variable } from '../../kernel/protocol'
import { TicketLabError } from '../../support/errors'
import type { Digest } from '../../tasks/tasks'
import { controllerId, extensionId } from '../contributions'
import type { Lost } from './session-state'
import type { CancellableRun, Services } from '../services'
import type { CellWork } from '../status/cell-text'
import { inFront, isInTab } from './tabs'
import { cellLanguage, notebookType, wantsOurKernel } from './identity'
import { createNotebookSession } from './notebook-session'
import type { Move, NotebookSession } from './session'
import { watchSuccessions } from './succession'

/** The kernels of all open notebooks. */
export interface Kernels {
  /** Whether our kernel was chosen for a notebook; undefined as long as nothing is known of a choice. */
  isChosen(notebook: NotebookDocument): boolean | undefined
  readonly onDidChoose: Event<NotebookDocument>
  runs(): readonly CancellableRun[]
  /** What the runs do that a cell has begun. */
  workOf(cell: NotebookCell): CellWork | undefined
  /** What the cells of a notebook have declared. */
  variables(notebook: NotebookDocument): Promise<readonly Variable[]>
  /** Starts the kernel of a notebook before a cell is run; one that does not start is told when a cell needs it. */
  expect(notebook: NotebookDocument): Promise<void>
  /**
   * Lets the plot of a cell go on whose runs others compute, or shows how they have ended, if nobody has used the kernel yet.
   * @param runs digests of its experiments
   */
  watch(cell: NotebookCell, runs: readonly Digest[]): Promise<void>
  /** Kernels that nobody has used yet are started again, with the settings as they are now. */
  noticeSettings(): void
  /** Interrupts or restarts the kernel of a notebook, if it has one. */
  interrupt(notebook: NotebookDocument): void
  hasKernel(notebook: NotebookDocument): boolean
  lostByRestart(notebook: NotebookDocument): Lost
  restart(notebook: NotebookDocument): Promise<void>
  /** Runs a cell under the debugger. */
  debug(cell: NotebookCell): Promise<void>
  /** Ends all kernels. */
  close(): Promise<void>
  dispose(): void
}

/** Offers Ticket Lab as a kernel for notebooks. */
export function registerController(services: Services): Kernels {
  const sessions = new Map<NotebookDocument, NotebookSession>()
  /** The last move of each session. */
  const moves = new WeakMap<NotebookSession, Move>()
  /** Settle when the sessions have arrived that are on their way to another notebook. */
  const arrivals = new Set<Promise<void>>()
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
    // VS Code calls this for every notebook that it closes, one that goes on under another name among them.
    if (isInTab(notebook.uri) && !notebook.isClosed) sessions.get(notebook)?.interrupt()
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
  const follow = async (
    notebook: NotebookDocument,
    next: Promise<NotebookDocument | undefined>,
  ): Promise<void> => {
    const session = sessions.get(notebook)
    if (!session) return
    const move = session.hold()
    moves.set(session, move)
    // A notebook that is moved again before its session has arrived is followed from there.
    const isOver = (): boolean => moves.get(session) !== move
    const successor = await next
    // One that was started early in a notebook which another has moved to meanwhile has given its place to that one.
    if (isOver() || sessions.get(notebook) !== session) return
    if (successor !== notebook) sessions.delete(notebook)
    const there = successor && successor !== notebook ? sessions.get(successor) : undefined
    if (!successor || there?.isUnused() === false) {
      await session.close()
      return
    }
    // A kernel that was started there because the notebook was opened has nothing to lose.
    void there?.close()
    sessions.set(successor, session)
    move.tell(successor)
    const isSelected = await select(successor)
    if (!isOver()) move.to(successor, isSelected)
  }
  /** Whether our kernel is the one of a notebook, made so if it can be. */
  const select = async (notebook: NotebookDocument): Promise<boolean> => {
    if (selected.has(notebook)) return true
    await inFront(notebook, async (notebookEditor) => {
      const choice = { notebookEditor, id: controllerId, extension: extensionId }
      const chosen = whenSelected(notebook)
      await commands.executeCommand('notebook.selectKernel', choice)
      await chosen
    }).catch((error: unknown) => services.log.warn('A notebook could not be shown.', String(error)))
    return selected.has(notebook)
  }
  /** Resolves when our kernel is chosen for a notebook, or nobody believes in that any more. */
  const whenSelected = (notebook: NotebookDocument): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        listener.dispose()
        resolve()
      }
      const timer = setTimeout(end, 10_000)
      const listener = controller.onDidChangeSelectedNotebooks((change) => {
        if (change.notebook === notebook && change.selected) end()
      })
      if (selected.has(notebook)) end()
    })
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
    watchSuccessions({
      notebooks: () => sessions.keys(),
      follow(notebook, next) {
        const arrival = follow(notebook, next)
          .catch((error: unknown) =>
            services.log.error(`The kernel did not follow its notebook ${notebook.uri.path}.`, String(error)),
          )
          .finally(() => arrivals.delete(arrival))
        arrivals.add(arrival)
      },
      hidden: (notebook) => sessions.get(notebook)?.noticeHidden(),
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
          ...(activity.where === undefined ? { toBackground: () => session.toBackground(activity.run) } : {}),
        })),
      ),
    variables: (notebook) => sessions.get(notebook)?.variables() ?? Promise.resolve([]),
    async expect(notebook) {
      // A notebook that another one has moved to has the kernel of that one.
      await Promise.all(arrivals)
      if (!notebook.isClosed) sessionOf(notebook).expect()
    },
    async watch(cell, runs) {
      // The choice of a window that was lost may be lost with it, and VS Code takes outputs of the chosen kernel only.
      if (await select(cell.notebook)) sessionOf(cell.notebook).watch(cell, runs)
    },
    noticeSettings() {
      for (const session of sessions.values()) session.noticeSettings()
    },
    workOf: (cell) => sessions.get(cell.notebook)?.workOf(cell),
    interrupt: (notebook) => sessions.get(notebook)?.interrupt(),
    hasKernel: (notebook) => sessions.has(notebook),
    lostByRestart: (notebook) => sessions.get(notebook)?.lostByRestart() ?? 'nothing',
    async restart(notebook) {
      const session = sessions.get(notebook)
      if (session) {
        await session.settle()
        session.restart()
      } else void window.showInformationMessage('The kernel of this notebook is not running.')
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
