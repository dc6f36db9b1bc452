import type { Experiment } from '../experiments/experiment'
import type { RunOutcome, TaskFailure } from '../runtime/run'
import { fromFailure, TicketLabError, type Failure } from '../support/errors'
import type { Digest } from '../training/tasks'

/** Such as `level 3, replicate 1`; undefined for a task that belongs to no level. */
function placeOf(
  { trainings, setup }: Pick<Experiment, 'trainings' | 'setup'>,
  task: Digest,
): string | undefined {
  const found = trainings.find((one) => one.task === task || one.mask === task)
  if (!found) return undefined
  const { level, replicate, copy } = found
  const step = copy ? `, k = ${copy.step}` : ''
  return `level ${level}${step}${setup.replicates > 1 ? `, replicate ${replicate}` : ''}`
}

/** @throws what an experiment ended with, if one did not finish; when several ran, it says which */
export function throwIfAny(ended: readonly PromiseSettledResult<void>[], names: readonly string[]): void {
  const failed = ended.flatMap((one, index) =>
    one.status === 'rejected' ? [{ reason: one.reason as unknown, name: names[index]! }] : [],
  )
  const [first] = failed
  if (!first) return
  const codes = failed.map(({ reason }) => (reason instanceof TicketLabError ? reason.code : undefined))
  if (names.length === 1 || codes.every((code) => code === 'cancelled')) throw first.reason
  const list = failed.map(
    ({ reason, name }) => `- ${name}: ${reason instanceof Error ? reason.message : String(reason)}`,
  )
  throw new TicketLabError(
    'task-failed',
    `${failed.length} of ${names.length} experiments did not finish; the others did, and are kept:\n${list.join('\n')}\n` +
      'Leave out what failed and run the cell again to go on with the others.',
  )
}

/**
 * @param name what was run
 * @param experiment whose levels messages name
 * @throws TicketLabError unless the run has finished: `cancelled`, what the one failed task failed for, or `task-failed`
 */
export function throwUnlessDone(
  outcome: RunOutcome,
  name: string,
  experiment?: Pick<Experiment, 'trainings' | 'setup'>,
): void {
  const inPlace = ({ task, failure }: TaskFailure): Failure => {
    const place = task === undefined || !experiment ? undefined : placeOf(experiment, task)
    return place === undefined ? failure : { ...failure, message: `At ${place}: ${failure.message}` }
  }

  switch (outcome.kind) {
    case 'finished':
      return
    case 'cancelled':
      throw new TicketLabError(
        'cancelled',
        `${name} was cancelled. What was computed is kept: run the cell again to go on.`,
      )
    case 'failed': {
      const own = outcome.failures.filter(({ cause }) => cause === undefined)
      const [only] = own
      if (only && own.length === 1) throw fromFailure(inPlace(only))
      const list = own.map((one) => `- ${inPlace(one).message}`).join('\n')
      throw new TicketLabError('task-failed', `${own.length} tasks of ${name} failed:\n${list}`)
    }
  }
}
