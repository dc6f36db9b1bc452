import { lastStep, networksOf, type Experiment, type Training } from '../../experiments/experiment'
import { levelStartTexts } from '../../experiments/retrain'
import type { MaskPlan, WeightsPlan } from '../../experiments/steps'
import { ascending } from '../../support/ascending'
import { badInput } from '../../support/errors'
import { wholeNumber } from '../../support/options'
import type { Digest, Task, WeightsRef } from '../../tasks/tasks'
import type { Results } from '../results/results'

/*
 * What large experiments have made, as the steps have it. Of several draws of a control the first is looked at, as in
 * exports.
 */

/** The masks of a level of results. @throws TicketLabError `bad-input` for a level that has none */
export function maskOfResults(results: Results, given: unknown): MaskPlan {
  const level = wholeNumber(1)(given, 'the level in lab.mask')
  const { trainings } = results.experiment
  const pruned = trainings.filter(({ mask }) => mask !== undefined)
  return maskOf(results.experiment, atLevel(results, pruned, level, 'is pruned', 'lab.mask'), level)
}

/** The weights at the end of a level of results. @throws TicketLabError `bad-input` for a level that is not trained */
export function weightsOfResults(results: Results, given: unknown): WeightsPlan {
  const level = wholeNumber(0)(given, 'the level in lab.weights')
  const { experiment } = results
  const trained = atLevel(results, experiment.trainings, level, 'is trained', 'lab.weights')
  const { setup, tasks } = experiment
  const first = tasks.get(trained[0]!.task)
  return {
    setup,
    title: level === 0 ? 'full network' : `${titleOf(experiment)} at level ${level}`,
    at: trained.map(({ task }) => ({ task, step: lastStep(experiment, task) })),
    initial: trained.map(({ task }) => beginningOf({ task, step: 0 }, tasks)),
    ...(trained[0]!.mask === undefined ? {} : { mask: maskOf(experiment, trained, level) }),
    ...(first?.kind === 'train' && first.frozen ? { frozen: first.frozen } : {}),
    tasks,
  }
}

function atLevel(
  { name }: Results,
  trainings: readonly Training[],
  level: number,
  what: string,
  where: string,
): readonly Training[] {
  const found = trainings.filter(({ level: its, draw = 1 }) => its === level && draw === 1)
  if (found.length > 0) return found
  const levels = ascending(trainings.map((one) => one.level))
  throw badInput(`a level of ${name} that ${what} (${levels.join(', ')}) in ${where}`, level)
}

function maskOf(experiment: Experiment, trained: readonly Training[], level: number): MaskPlan {
  return {
    title: titleOf(experiment),
    setup: experiment.setup,
    masks: trained.map(({ mask }) => mask!),
    counts: experiment.counts.slice(0, level + 1),
    tasks: experiment.tasks,
  }
}

/** What its networks are called beside those of others whose weights are not changed at every level. */
function titleOf(experiment: Experiment): string {
  return [networksOf(experiment), ...levelStartTexts(experiment.setup)].join(', ')
}

/** W_0 of what was trained from it, over however many trainings. */
function beginningOf(weights: WeightsRef, tasks: ReadonlyMap<Digest, Task>): WeightsRef {
  const task = tasks.get(weights.task)
  if (task?.kind === 'train') return beginningOf(task.start, tasks)
  // What is made of W_0 is what the network begins with; what is made of W_k is not.
  return task?.kind === 'treat' && weights.step > 0 ? beginningOf(task.weights, tasks) : weights
}
