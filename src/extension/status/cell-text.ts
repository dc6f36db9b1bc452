import type { RunActivity } from '../../experiments/activity'
import { statusText, runDetail } from './status-text'

/** What the runs do that a cell has begun since it last began to run itself. */
export interface CellWork {
  readonly running: readonly RunActivity[]
  readonly ended: readonly RunActivity[]
}

export interface CellText {
  readonly text: string
  readonly tooltip: string
  /** Whether something runs, which a click may cancel. */
  readonly runs: boolean
}

/**
 * What a cell's own status bar says of its runs: how far they are, or how much of what it asked for was in the store
 * already. Nothing for a cell that asked for nothing, or for what was all computed.
 */
export function cellText({ running, ended }: CellWork): CellText | undefined {
  const status = statusText(running.map((activity) => ({ notebook: '', activity })))
  if (status) return { text: status.text, tooltip: status.tooltip, runs: true }
  const sum = (value: (run: RunActivity) => number): number =>
    ended.reduce((total, run) => total + value(run), 0)
  const [total, cached] = [sum((run) => run.total), sum((run) => run.cached)]
  if (cached === 0) return undefined
  const all = cached === total
  return {
    text: all ? '$(database) from the store' : `$(database) ${cached} of ${total} tasks from the store`,
    tooltip: [
      ...(all ? ['Nothing was computed: the store had every result.'] : []),
      ...ended.map((run) => `${run.name}: ${runDetail(run)}`),
    ].join('\n'),
    runs: false,
  }
}
