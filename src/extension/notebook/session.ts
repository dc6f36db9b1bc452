import type { NotebookCell, NotebookDocument } from 'vscode'
import type { RunActivity } from '../../experiments/activity'
import type { Variable } from '../../kernel/protocol'
import type { Digest } from '../../tasks/tasks'
import type { CellWork } from '../status/cell-text'
import type { Lost } from './session-state'

/** Runs the cells of one notebook in a kernel of its own, and tells VS Code what happens to them. */
export interface NotebookSession {
  notebook(): NotebookDocument
  /** What runs now. */
  runs(): readonly RunActivity[]
  /** What runs that a cell has begun do. */
  workOf(cell: NotebookCell): CellWork | undefined
  /** What the cells have declared; nothing where no cell has run. */
  variables(): Promise<readonly Variable[]>
  execute(cells: readonly NotebookCell[], how?: { readonly debugged: boolean }): void
  /** Starts the kernel before a cell is run, so that the first one need not wait for it. */
  expect(): void
  /**
   * Lets the plot of a cell go on that was run in an earlier window and whose runs others compute. Nothing happens in a kernel in
   * which a cell has been run: who uses it sees to that.
   * @param runs digests of its experiments
   */
  watch(cell: NotebookCell, runs: readonly Digest[]): void
  /** Whether no cell has been run in the kernel. */
  isUnused(): boolean
  /** A kernel that nobody has used yet is started again, with the settings as they are now. */
  noticeSettings(): void
  interrupt(): void
  restart(): void
  /** Interrupts what runs before a restart, so that plots and checkpoints are of where it was; not for long. */
  settle(): Promise<void>
  lostByRestart(): Lost
  cancel(run: number): void
  /** Lets a run go on in the background. */
  toBackground(run: number): void
  /** Cells went away, or their outputs were changed. */
  noticeRemoved(cells: readonly NotebookCell[]): void
  noticeOutputs(cell: NotebookCell): void
  /**
   * The last tab of the notebook was closed. The notebook itself is no sign of that: VS Code keeps it open for as long as a
   * debugger is stopped in one of its cells, and with it the kernel.
   */
  noticeHidden(): void
  /** Lets events wait, until the session goes on in the notebook that this one has become, or is closed. */
  hold(): Move
  /** Ends the kernel; resolves when it is gone. */
  close(): Promise<void>
}

export interface Move {
  /** Tells the kernel where its notebook is. */
  tell(notebook: NotebookDocument): void
  /**
   * Goes on in a notebook, which may be the same as before.
   * @param selected whether our kernel is that of the notebook, so that its cells can go on running
   */
  to(notebook: NotebookDocument, selected: boolean): void
}
