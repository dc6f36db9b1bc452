import type { BackendChoice } from '../backends/choose'
import type { Activity } from '../experiments/activity'
import type { ExperimentView } from '../experiments/view'
import type { Digest } from '../training/tasks'

/** Contents by MIME type: text as is, JSON types as JSON text. */
export type MimeBundle = Readonly<Record<string, string>>

/** What `lab` needs from whoever evaluates the cells: the kernel, or a plain script. */
export interface LabHost {
  /** Folder of the store. */
  readonly store: string
  /** Folder that backends are installed in. */
  readonly backends: string
  /** What trains where a preset does not say; `'auto'` by default. */
  readonly backend?: BackendChoice
  /** Trainers that may run at once on this machine, all users of the store together. */
  readonly trainers: number
  /** Shows a new output below the running cell; the function returned replaces its content. */
  display(bundle: MimeBundle): (bundle: MimeBundle) => void
  /** Aborted when the running cell is interrupted. */
  signal(): AbortSignal
  /** Tells that `current` says something new, which is asked when it is shown: making it takes time. */
  activity(current: () => Activity): void
  /** The same of an experiment. */
  experiment(digest: Digest, current: () => ExperimentView): void
  log(level: 'info' | 'warning' | 'error', message: string): void
}

/**
 * A value that knows how a notebook shows it: what a cell's last expression evaluates to is asked for this
 * before it is printed as text.
 */
export interface Displayable {
  /** What is shown, by MIME type. */
  [display](): MimeBundle | Promise<MimeBundle>
}

/** The key of {@link Displayable}. */
export const display = Symbol.for('ticketlab.display')

/** Makes plain data say how a notebook shows it; it stays what it was to everything that copies or writes it. */
export function shownAs<T extends object>(value: T, text: (value: T) => string): T {
  return Object.defineProperty(value, display, {
    value: () => ({ 'text/plain': text(value) }),
    configurable: true,
  })
}
