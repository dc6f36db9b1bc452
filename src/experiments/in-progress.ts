import type { MetricsRow } from '../tasks/recipe'
import { firstStep, type Digest, type TrainTask } from '../tasks/tasks'
import { densityOf, keptUnder, levelKeeping } from './density'
import { isStep, networksOf, type Experiment, type Training } from './experiment'
import { replicateOfTraining } from './orders'
import { unheard, type Progress } from './progress'

/** A training that runs now, and what it has recorded so far. */
export interface TrainingInProgress {
  /** The train task. */
  readonly task: Digest
  /** Which networks are trained, such as `tickets` or `random reinit`; at level 0, those that the full one is compared with. */
  readonly networks: string
  /** What tells its setup apart from others of one comparison. */
  readonly variant?: string
  /** Level of pruning; 0 is the full network. `undefined` for a network that is at no level of the experiment. */
  readonly level?: number
  /** Fraction of prunable weights kept, in (0, 1]. */
  readonly density: number
  /** Counted from 1; `undefined` for weights that are no replicate's. */
  readonly replicate?: number
  /** Which of several draws of a control, counted from 1. */
  readonly draw?: number
  /** For instability: the step k that it starts from, and which of the copies it is, counted from 1. */
  readonly copy?: Training['copy']
  /** The step at which it begins: 0, or k. */
  readonly first: number
  /** The step at which it ends. */
  readonly until: number
  /** Whether it ends before T: the way to W_k. */
  readonly partial: boolean
  /** Steps done since step 0 of the network's training. */
  readonly step: number
  /** The metrics log so far, in order of step. An attempt that goes on from a checkpoint has what was recorded before. */
  readonly curve: readonly MetricsRow[]
}

/** What can be watched of a run. */
export interface Watched {
  readonly trainings: readonly TrainingInProgress[]
  /** T, the steps of a whole training. */
  readonly steps: number
}

/**
 * What trains now. `undefined` before anything has, and when nothing is left to train; what comes from the store is not
 * trained.
 */
export function watchedOf(experiment: Experiment, progress: Progress): Watched | undefined {
  if (!isTraining(experiment, progress)) return undefined
  return { trainings: trainingsInProgress(experiment, progress), steps: experiment.setup.recipe.steps }
}

/**
 * The trainings that run now, in the order of the experiment's tasks: those that are points of its results, and those on
 * the way to them, such as that to W_k, or of the levels before the one that an instability analysis is about.
 */
function trainingsInProgress(experiment: Experiment, progress: Progress): readonly TrainingInProgress[] {
  return [...experiment.tasks].flatMap(([digest, task]) => {
    const { state, step, rows } = progress.get(digest) ?? unheard
    if (task.kind !== 'train' || state !== 'running') return []
    const training = identify(experiment, digest, task)
    // One that has just begun may not have told its step.
    return [{ ...training, step: Math.max(step, training.first), curve: rows }]
  })
}

function isTraining({ tasks }: Experiment, progress: Progress): boolean {
  const trainings = [...tasks]
    .filter(([, { kind }]) => kind === 'train')
    .map(([digest]) => progress.get(digest) ?? unheard)
  const begun = trainings.some(({ state, cached }) => state === 'running' || (state === 'done' && !cached))
  return begun && trainings.some(({ state }) => state === 'running' || state === 'waiting')
}

/** Which training of an experiment a task is. */
function identify(
  experiment: Experiment,
  digest: Digest,
  task: TrainTask,
): Omit<TrainingInProgress, 'step' | 'curve'> {
  const { setup } = experiment
  const training = experiment.trainings.find((one) => one.task === digest)
  const kept = keptUnder(task.mask, experiment.tasks)
  const level = training?.level ?? levelKeeping(experiment.counts, kept)
  const replicate = training?.replicate ?? replicateOfTraining(experiment, task)
  return {
    task: digest,
    networks: networksOf({ ...experiment, kind: training ? kindOf(experiment) : sourceOf(experiment) }),
    ...(setup.variant === undefined ? {} : { variant: setup.variant }),
    ...(level === undefined ? {} : { level }),
    density: kept === undefined ? 1 : densityOf(setup.network, kept),
    ...(replicate === undefined ? {} : { replicate }),
    ...(training?.draw === undefined ? {} : { draw: training.draw }),
    ...(training?.copy ? { copy: training.copy } : {}),
    first: firstStep(task),
    until: task.until,
    partial: task.until < task.recipe.steps,
  }
}

function kindOf({ kind, instability }: Experiment): Experiment['kind'] {
  return kind === 'instability' ? instability!.of : kind
}

/** What is trained besides an experiment's own networks, for their masks. */
function sourceOf(experiment: Experiment): Experiment['kind'] {
  const kind = kindOf(experiment)
  return kind === 'imp' || kind === 'one-shot' || isStep(kind) ? kind : (experiment.of ?? 'imp')
}
