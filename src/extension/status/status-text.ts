import type { RunActivity } from '../../experiments/activity'
import { paceParts } from '../../report/words/pace'

/** A run of one of the notebooks that are open. */
export interface NotebookRun {
  readonly notebook: string
  readonly activity: RunActivity
}

export interface StatusText {
  readonly text: string
  readonly tooltip: string
  /** For screen readers, without icons. */
  readonly label: string
}

/** What the status bar shows, or `undefined` when nothing runs. */
export function statusText(runs: readonly NotebookRun[]): StatusText | undefined {
  const first = runs[0]
  if (first === undefined) return undefined
  const parts =
    runs.length === 1 ? progressParts(first.activity) : [`${runs.length} runs`, ...totalParts(runs)]
  return {
    text: `$(sync~spin) ${parts.join(' · ')}`,
    tooltip: [
      ...runs.map(({ activity }) => `${activity.name}: ${runDetail(activity)}`),
      'Click to cancel',
    ].join('\n'),
    label: `Ticket Lab: ${parts.join(', ')}`,
  }
}

/** One line about a run: how far, how fast, how long still. */
export function runDetail(activity: RunActivity): string {
  const parts = isTrained(activity) ? [] : progressParts(activity)
  const tasks = `${activity.done} of ${activity.total} tasks`
  const where = activity.where === undefined ? [] : [activity.where]
  return [
    ...parts,
    activity.cached > 0 ? `${tasks} (${activity.cached} from the store)` : tasks,
    ...where,
  ].join(' · ')
}

function progressParts(activity: RunActivity): string[] {
  return [
    ...levelPart(activity.levels),
    ...(isTrained(activity)
      ? [`${activity.done} of ${activity.total} tasks`, ...partOfNext(activity)]
      : [percent(activity.stepsDone, activity.stepsTotal)]),
    ...paceParts(activity),
  ]
}

/** What is left when all is trained, or nothing is to be (lines, alignments), may take minutes. */
function isTrained({ stepsDone, stepsTotal, done, total }: RunActivity): boolean {
  return stepsDone >= stepsTotal && done < total
}

function partOfNext({ part }: RunActivity): string[] {
  return part === undefined || part === 0 ? [] : [`${percent(part, 1)} of the next`]
}

function totalParts(runs: readonly NotebookRun[]): string[] {
  const sum = (value: (activity: RunActivity) => number) =>
    runs.reduce((total, { activity }) => total + value(activity), 0)
  const left = runs.flatMap(({ activity }) => activity.secondsLeft ?? [])
  return [
    percent(
      sum((activity) => activity.stepsDone),
      sum((activity) => activity.stepsTotal),
    ),
    ...paceParts({
      stepsPerSecond: sum((activity) => activity.stepsPerSecond),
      ...(left.length === runs.length ? { secondsLeft: Math.max(...left) } : {}),
      ...(runs.some(({ activity }) => activity.estimating) ? { estimating: true } : {}),
    }),
  ]
}

function levelPart(levels: RunActivity['levels']): string[] {
  if (levels === undefined) return []
  const [lowest, highest] = levels
  return [lowest === highest ? `level ${lowest}` : `levels ${lowest}–${highest}`]
}

/** Rounded down, so that 100% means finished. */
function percent(done: number, total: number): string {
  return `${total > 0 ? Math.floor((100 * done) / total) : 0}%`
}
