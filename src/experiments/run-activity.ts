import { stepsOf } from '../tasks/digest'
import { rowOf } from '../tasks/kinds/all'
import { resumedStep } from '../tasks/kinds/train'
import { backendFor, type Digest, type Task } from '../tasks/tasks'
import type { RunActivity } from './activity'
import { nameOf, type Experiment, type Training } from './experiment'
import { measured, rowText, stateOf, tasksOf, unheard, type Progress, type TaskProgress } from './progress'

/** What the status bar and the terminal show of a run. */
export function activityOf(run: number, experiment: Experiment, progress: Progress): RunActivity {
  const active = experiment.trainings.filter(({ task }) => stateOf(task, progress) === 'running')
  const between = (experiment.instability?.lines ?? []).filter((line) =>
    tasksOf(line).some((task) => stateOf(task, progress) === 'running'),
  )
  const rows = (experiment.plane?.rows ?? []).filter(({ task }) => stateOf(task, progress) === 'running')
  const levels = active.map(({ level }) => level)
  return {
    ...tasksActivity(run, nameOf(experiment), experiment.tasks, progress),
    experiment: experiment.digest,
    running: [
      ...active.map(
        ({ level, replicate, copy, task }) =>
          `${placeOf(level, replicate, copy?.step)}${orderOf(copy)}${whereOf(progress.get(task))}`,
      ),
      ...between.map(({ task, level, replicate, step }) => {
        const what = stateOf(task, progress) === 'running' ? 'line' : 'curve'
        return `${what} at ${placeOf(level, replicate, step)}`
      }),
      ...rows.map(({ replicate, row }) => `${rowText(row)} of the plane of replicate ${replicate}`),
    ],
    ...(levels.length > 0 ? { levels: [Math.min(...levels), Math.max(...levels)] as const } : {}),
  }
}

/** Such as `level 3, replicate 1` or `level 0, k = 100, replicate 1`. */
function placeOf(level: number, replicate: number, step?: number): string {
  return `level ${level}${step === undefined ? '' : `, k = ${step}`}, replicate ${replicate}`
}

/** The same of tasks that are no experiment, but needed for something. */
export function tasksActivity(
  run: number,
  name: string,
  tasks: ReadonlyMap<Digest, Task>,
  progress: Progress,
): RunActivity {
  const all = [...tasks].map(([digest, task]) => ({ task, at: progress.get(digest) ?? unheard }))
  const stepsTotal = all.reduce((sum, { task }) => sum + stepsOf(task), 0)
  const stepsDone = all.reduce((sum, { task, at }) => sum + stepsDoneOf(task, at), 0)
  const running = all.filter(({ at }) => at.state === 'running')
  const backends = [...new Set(running.flatMap(({ task }) => backendFor(task)?.id ?? []))]
  const trained = running.filter(({ task }) => stepsOf(task) > 0)
  const stepsPerSecond = trained.reduce((sum, { at }) => sum + at.stepsPerSecond, 0)
  const others = running.flatMap(({ task, at }) =>
    stepsOf(task) > 0 ? [] : [at.steps ? at.step / at.steps : 0],
  )
  return {
    ...{ run, name, total: all.length },
    done: all.filter(({ at }) => at.state === 'done').length,
    cached: all.filter(({ at }) => at.cached).length,
    ...{ stepsDone, stepsTotal, stepsPerSecond },
    ...estimate(trained, all, stepsTotal - stepsDone),
    ...phaseOf(running),
    ...(backends.length > 0 ? { backends } : {}),
    ...(others.length > 0 ? { part: others.reduce((sum, one) => sum + one, 0) / others.length } : {}),
    running: running.map(({ task }) => rowOf(task.kind).words),
  }
}

/**
 * The time left of trainings. One that has just begun is as fast as the others were, if there are any: what its trainer
 * tells first is of a network that was only loaded.
 */
function estimate(
  trained: readonly { readonly at: TaskProgress }[],
  all: readonly { readonly at: TaskProgress }[],
  stepsLeft: number,
): Pick<RunActivity, 'secondsLeft' | 'estimating'> {
  if (trained.length === 0) return {}
  const known = all.map(({ at }) => measured(at)).filter((speed) => speed > 0)
  if (known.length === 0) return { estimating: true }
  const usual = known.reduce((sum, speed) => sum + speed, 0) / known.length
  const together = trained.reduce((sum, { at }) => sum + (measured(at) || usual), 0)
  return { secondsLeft: stepsLeft / together }
}

/** What everything that runs does while nothing moves. */
function phaseOf(running: readonly { readonly at: TaskProgress }[]): Pick<RunActivity, 'phase'> {
  const phases = running.map(({ at }) => at.phase)
  const [first] = phases
  return first !== undefined && phases.every((phase) => phase !== undefined) ? { phase: first } : {}
}

function orderOf(copy: Training['copy']): string {
  return copy ? `, copy ${copy.order}` : ''
}

/** Such as ` on node2, job 17`; nothing for this process. */
function whereOf(task: TaskProgress | undefined): string {
  return task?.where === undefined ? '' : ` on ${task.where}`
}

function stepsDoneOf(task: Task, { state, step }: TaskProgress): number {
  if (stepsOf(task) === 0) return 0
  if (state === 'done') return stepsOf(task)
  return Math.max(step - (task.kind === 'train' ? resumedStep(task) : 0), 0)
}
