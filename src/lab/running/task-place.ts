import { keptUnder, levelKeeping } from '../../experiments/density'
import { rowText } from '../../experiments/progress'
import { replicateOfOrigin } from '../../experiments/orders'
import type { Experiment } from '../../experiments/experiment'
import { rowOf } from '../../tasks/kinds/all'
import type { Digest, PruneTask, TrainTask } from '../../tasks/tasks'

/** What {@link placeOf} looks at. */
export type Placed = Pick<Experiment, 'trainings' | 'setup' | 'counts' | 'tasks' | 'instability' | 'plane'>

interface Place {
  readonly level: number | undefined
  readonly replicate: number | undefined
  /** The step k; told where an analysis has several. */
  readonly step: number | undefined
  readonly more?: string
}

/** Such as `level 3, k = 100, replicate 1, copy 2`; undefined for a task that is not one of the experiment's. */
export function placeOf(experiment: Placed, task: Digest): string | undefined {
  const found = placeInPlan(experiment, task) ?? placeInGraph(experiment, task)
  if (!found) return undefined
  const { level, step, replicate, more } = found
  return [
    ...(level === undefined ? [] : [`level ${level}`]),
    ...(experiment.instability && step !== undefined ? [`k = ${step}`] : []),
    ...(experiment.setup.replicates > 1 && replicate !== undefined ? [`replicate ${replicate}`] : []),
    ...(more === undefined ? [] : [more]),
  ].join(', ')
}

/** The place of a task that is itself a point of the result. */
function placeInPlan({ trainings, instability, plane }: Placed, task: Digest): Place | undefined {
  const row = plane?.rows.find((one) => one.task === task)
  if (row) return { level: undefined, replicate: row.replicate, step: undefined, more: rowText(row.row) }
  const training = trainings.find((one) => one.task === task)
  if (training) {
    const { level, replicate, draw, copy } = training
    return {
      level,
      replicate,
      step: copy?.step,
      ...(copy ? { more: `copy ${copy.order}` } : {}),
      ...(draw ? { more: `draw ${draw}` } : {}),
    }
  }
  const line = instability?.lines.find((one) => [one.task, one.curve, one.bend].includes(task))
  if (!line) return undefined
  const { level, replicate, step, orders } = line
  return {
    level,
    replicate,
    step,
    more: `${line.task === task ? 'line' : 'curve'} between copies ${orders.join(' and ')}`,
  }
}

/** The place of a task that others begin with, from what it describes. */
function placeInGraph(experiment: Placed, digest: Digest): Place | undefined {
  const { tasks, counts, setup } = experiment
  const task = tasks.get(digest)
  const place = task && rowOf(task.kind).level(task, digest)
  if (!place) return undefined
  return {
    level: levelKeeping(counts, keptUnder(place.under, tasks)),
    replicate: replicateOfOrigin(experiment, rowOf(task.kind).origin(task), setup.seed),
    step: task.kind === 'train' || task.kind === 'prune' ? stepOf(experiment, task) : undefined,
  }
}

/** The step k that a training is for: a trunk ends there, others start from it. The full network and its mask are for all. */
function stepOf(experiment: Placed, task: TrainTask | PruneTask): number | undefined {
  if (task.kind === 'prune') {
    const weights = task.weights && experiment.tasks.get(task.weights.task)
    return weights?.kind === 'train' ? stepOf(experiment, weights) : task.weights?.step
  }
  if (task.until < experiment.setup.recipe.steps) return task.until
  return task.mask === undefined && task.start.step === 0 ? undefined : task.start.step
}
