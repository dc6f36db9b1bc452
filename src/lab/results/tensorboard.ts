import { join, resolve } from 'node:path'
import { fileNameOf, nameOf, type Experiment } from '../../experiments/experiment'
import type { LearningCurve } from '../../experiments/learning-curves'
import { display, type Displayable, type MimeBundle } from '../../report/display'
import type { ScalarEvent } from '../../support/event-file'
import { badInput } from '../../support/errors'
import { namesIn, writeWhole } from '../../support/files'
import { text as checkText } from '../../support/options'
import type { MetricsRow } from '../../tasks/recipe'
import type { ResultReader } from './result-reader'

/** Event files for TensorBoard that were written. */
export interface TensorboardRuns extends Displayable {
  /** The folder that TensorBoard is told of: `tensorboard --logdir <folder>`. */
  readonly folder: string
  /** A folder for each trained network, with one event file in it. */
  readonly runs: readonly string[]
}

/** What an experiment has recorded, and where the rest of it is read. */
export interface Recorded {
  readonly experiment: Experiment
  readonly learningCurves: readonly LearningCurve[]
}

/** The names of scalars; TensorBoard shows those that begin alike together. */
const tags: readonly (readonly [tag: string, of: (row: MetricsRow) => number | undefined])[] = [
  ['loss/train', ({ trainLoss }) => trainLoss],
  ['loss/validation', ({ validationLoss }) => validationLoss],
  ['loss/test', ({ testLoss }) => testLoss],
  ['accuracy/validation', ({ validationAccuracy }) => validationAccuracy],
  ['accuracy/test', ({ testAccuracy }) => testAccuracy],
]

/**
 * Writes what every network of a result recorded in training as event files of TensorBoard, a run for each. A run's file is
 * named after the training's digest, so the same call writes the same files again.
 * @throws TicketLabError `bad-input` where a run has events of others, before anything is written, and where nothing can be
 *   written; `disk-full`; `store-corrupt`
 */
export async function writeTensorboard(
  { experiment, learningCurves }: Recorded,
  given: string,
  reader: ResultReader,
): Promise<TensorboardRuns> {
  const folder = resolve(checkText(given, 'the folder in tensorboard'))
  const runs = learningCurves.map((curve) => {
    const run = join(folder, runName(experiment, curve))
    return { curve, run, name: `events.out.tfevents.0.${curve.task.slice(0, 16)}.ticketlab` }
  })
  for (const { run, name } of runs) await refuseOthers(experiment, run, name)
  // What knows the format is loaded by those who write it.
  const { encodeEvents } = await import('../../support/event-file')
  for (const { curve, run, name } of runs) {
    const timed = await timesOf(curve, reader)
    await writeWhole(join(run, name), encodeEvents(curve.rows.flatMap((row) => eventsOf(row, timed(row)))))
  }
  const text = `${nameOf(experiment)}: ${runs.length} runs in ${folder}\ntensorboard --logdir ${JSON.stringify(folder)}`
  return { folder, runs: runs.map(({ run }) => run), [display]: (): MimeBundle => ({ 'text/plain': text }) }
}

function eventsOf(row: MetricsRow, wallTime: number): readonly ScalarEvent[] {
  return tags.flatMap(([tag, of]): ScalarEvent[] => {
    const value = of(row)
    return value === undefined ? [] : [{ step: row.step, wallTime, tag, value }]
  })
}

/**
 * About when each row was recorded, in seconds since 1970: the store knows when the training ended and how long it took, and
 * every step counts as long as any other.
 */
async function timesOf(
  { task, rows }: LearningCurve,
  reader: ResultReader,
): Promise<(row: MetricsRow) => number> {
  const result = await reader.result(task)
  if (!result) return () => 0
  const [first, last] = [rows[0]!.step, rows.at(-1)!.step]
  const end = Date.parse(result.finishedAt) / 1000
  return ({ step }) => end - (result.seconds * (last - step)) / Math.max(1, last - first)
}

/** Such as `lenet-mnist-imp-level-3-replicate-1`, and of an analysis `...-k-100-copy-2`. */
function runName(experiment: Experiment, { level, replicate, draw, copy }: LearningCurve): string {
  const ofDraw = draw === undefined ? [] : ['draw', draw]
  const ofCopy = copy ? `k-${copy.step}-copy-${copy.order}` : []
  return fileNameOf(experiment, 'level', level, 'replicate', replicate, ...ofDraw, ...[ofCopy].flat())
}

/** TensorBoard takes all events of a folder for one run. */
async function refuseOthers(experiment: Experiment, run: string, name: string): Promise<void> {
  const there = await namesIn(run)
  const other = there.find((file) => file.includes('tfevents') && file !== name)
  if (other === undefined) return
  throw badInput(
    `a folder without events of another training where a run of ${nameOf(experiment)} goes`,
    join(run, other),
    'Name another folder: tensorboard(folder). Nothing was written.',
  )
}
