import type { RunOutcome, TaskFailure } from '../../runtime/run'
import { fromFailure, TicketLabError, type Failure } from '../../support/errors'
import { placeOf, type Placed } from './task-place'

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
export function throwUnlessDone(outcome: RunOutcome, name: string, experiment?: Placed): void {
  const inPlace = ({ task, failure }: TaskFailure): Failure => {
    const place = task === undefined || !experiment ? undefined : placeOf(experiment, task)
    return place === undefined ? failure : { ...failure, message: `At ${place}: ${failure.message}` }
  }

  switch (outcome.kind) {
    case 'finished':
      return
    case 'cancelled':
      throw cancelled(name)
    case 'failed': {
      const own = outcome.failures.filter(({ cause }) => cause === undefined)
      const [only] = own
      if (only && own.length === 1) throw fromFailure(inPlace(only))
      const list = counted(own.map((one) => `- ${inPlace(one).message}`))
      throw new TicketLabError('task-failed', `${own.length} tasks of ${name} failed:\n${list}`)
    }
  }
}

/** What a run ends with that somebody wanted to stop. */
export function cancelled(name: string): TicketLabError {
  return new TicketLabError(
    'cancelled',
    `${name} was cancelled. What was computed is kept: run the cell again to go on.`,
  )
}

/** The lines, each once, with how often it is there. */
function counted(lines: readonly string[]): string {
  return [...new Set(lines)]
    .map((line) => {
      const times = lines.filter((other) => other === line).length
      return times > 1 ? `${line} (${times} times)` : line
    })
    .join('\n')
}
