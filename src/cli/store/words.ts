import type { ExperimentView } from '../../experiments/view'
import type { Listed } from '../../store/upkeep/inventory'
import type { TakenIn } from '../../store/upkeep/take-in'
import { bytesText, countText } from '../../support/quantities'

/** What an EXPERIMENT on the command line may be. */
export const experimentWords = 'its digest, the beginning of it, or its name'

/** Such as `1 task`, `1,204 tasks`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** How an experiment is called: by its user, and by itself. */
export function nameOf({ experiment: { view }, label }: Listed<ExperimentView>): string {
  return label.name === undefined ? view.name : `${label.name} (${view.name})`
}

/** Such as `finished`, or `not finished: 12 of 40 tasks are missing`. */
export function stateWords({
  experiment: { view },
  needs,
  missing,
}: Pick<Listed<ExperimentView>, 'experiment' | 'needs' | 'missing'>): string {
  if (missing === 0) return view.state === 'done' ? 'finished' : view.state
  if (view.state === 'failed') return `failed: ${missing} of ${counted(needs.size, 'task')} missing`
  return `not finished: ${missing} of ${counted(needs.size, 'task')} missing`
}

/** What has been taken in from elsewhere, line by line. */
export function takenWords({
  experiments,
  tasks,
  there,
  busy,
  bytes,
}: TakenIn<ExperimentView>): readonly string[] {
  return [
    ...experiments.map(({ view, there: isThere, missing }) => {
      const parts = [
        isThere ? 'is there already, and was left as it was' : 'is new here',
        ...(missing > 0
          ? [`${counted(missing, 'task')} of it not finished: run its cell to compute the rest`]
          : []),
      ]
      return `${view.name}, ${view.digest.slice(0, 12)}: ${parts.join('; ')}`
    }),
    `${counted(tasks, 'new task')} (${bytesText(bytes)}), ${counted(there, 'task')} there already`,
    ...(busy > 0 ? [`${counted(busy, 'task')} left to those who compute the same just now`] : []),
  ]
}

/** Columns as wide as what is in them; the last as it comes. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
}
