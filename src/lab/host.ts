import type { BackendChoice } from '../backends/choose'
import type { Activity, RunActivity } from '../experiments/activity'
import type { ExperimentView } from '../experiments/view'
import type { Origin } from '../store/experiments'
import type { Digest } from '../tasks/tasks'
import type { WhereChoice } from './asked/where-options'
import type { MimeBundle } from '../report/display'

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
  /** Where experiments are computed that do not say; `'here'` by default. */
  readonly runs?: WhereChoice
  /** Shows a value as a cell's last one is shown, below the cell that calls this; the cell's end waits for it. */
  show(value: unknown): void
  /** Shows a new output below the cell that calls this; the function returned replaces its content. */
  display(bundle: MimeBundle): (bundle: MimeBundle) => void
  /** Aborted when the running cell is interrupted. */
  signal(): AbortSignal
  /** The cell that calls this, where one does. */
  origin?(): Origin | undefined
  /** The number of the execution of the cell that calls this, where one does. */
  execution?(): number | undefined
  /** Tells that a run has ended, well or not, and what there was to do. */
  ran?(run: RunActivity): void
  /** Tells that `current` says something new, which is asked when it is shown: making it takes time. */
  activity(current: () => Activity): void
  /** The same of an experiment. */
  experiment(digest: Digest, current: () => ExperimentView): void
  log(level: 'info' | 'warning' | 'error', message: string): void
}
