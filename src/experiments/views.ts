import { parametersOf } from '../networks/parameters'
import { sizeOf } from '../support/tensor'
import type { Digest } from '../tasks/tasks'
import { barriersOf, linesOf } from './barriers'
import { densityOf, isTotal } from './density'
import { perReplicate } from './draws'
import { nameOf, type Experiment, type InstabilityPlan, type Training } from './experiment'
import { type Progress, tasksOf, stateOf, unheard, spreadOf } from './progress'
import { networkSize } from './size'
import type { ExperimentView, LayerView, LevelView, Spread, State } from './view'

/** An experiment as the tree shows it. */
export function viewOf(experiment: Experiment, progress: Progress, createdAt: string): ExperimentView {
  const { setup, digest, kind, instability, plane } = experiment
  const between = (instability?.lines ?? []).flatMap(tasksOf)
  const rows = (plane?.rows ?? []).map(({ task }) => task)
  const tasks = [...experiment.trainings.map(({ task }) => task), ...between, ...rows]
  return {
    digest,
    kind,
    name: nameOf(experiment),
    createdAt,
    state: jointState(tasks.map((task) => stateOf(task, progress))),
    replicates: setup.replicates,
    deviations: setup.deviations,
    ...(plane
      ? {
          parts: {
            done: rows.filter((task) => stateOf(task, progress) === 'done').length,
            total: rows.length,
          },
        }
      : {}),
    levels: instability
      ? copiesViews(experiment, instability, progress)
      : [...new Set(experiment.trainings.map(({ level }) => level))]
          .sort((one, other) => one - other)
          .map((level) => levelView(experiment, level, progress)),
  }
}

/** A row for each level and step k. The masks are those of another experiment, which shows them. */
function copiesViews(
  experiment: Experiment,
  { levels, steps, lines }: InstabilityPlan,
  progress: Progress,
): LevelView[] {
  const barriers = barriersOf(linesOf(experiment, (task) => progress.get(task)?.line))
  return levels.flatMap((level) =>
    steps.map((step): LevelView => {
      const copies = experiment.trainings.filter((one) => one.level === level && one.copy?.step === step)
      const between = lines.filter((line) => line.level === level && line.step === step)
      const accuracy = accuracyOf(copies, progress)
      const barrier = barriers.find((one) => one.level === level && one.step === step)?.test
      return {
        level,
        step,
        ...(barrier ? { barrier } : {}),
        density: densityOf(experiment.setup.network, experiment.counts[level]!),
        state: jointState(
          [...copies.map(({ task }) => task), ...between.flatMap(tasksOf)].map((task) =>
            stateOf(task, progress),
          ),
        ),
        size: sizesOf(experiment, level),
        ...(accuracy ? { accuracy } : {}),
        layers: [],
      }
    }),
  )
}

/** Test accuracy at the end of the finished ones among some trainings. */
function accuracyOf(trainings: readonly Training[], progress: Progress, draws = 1): Spread | undefined {
  const accuracies = (group: readonly Training[]) =>
    perReplicate(group, draws, ({ task }) => {
      const { state, rows } = progress.get(task) ?? unheard
      return state === 'done' ? rows.at(-1)?.testAccuracy : undefined
    })
  // Copies of an analysis are values of their own, draws are not.
  return spreadOf(draws > 1 ? accuracies(trainings) : trainings.flatMap((one) => accuracies([one])))
}

function levelView(experiment: Experiment, level: number, progress: Progress): LevelView {
  const { setup } = experiment
  const counts = experiment.counts[level]!
  const trainings = experiment.trainings.filter((training) => training.level === level)
  const accuracy = accuracyOf(trainings, progress, experiment.draws)
  // One mask for each replicate.
  const first = trainings.filter(({ draw = 1 }) => draw === 1)
  return {
    level,
    density: densityOf(setup.network, counts),
    size: sizesOf(experiment, level),
    state: jointState(trainings.map(({ task }) => stateOf(task, progress))),
    ...(accuracy ? { accuracy } : {}),
    layers: parametersOf(setup.network)
      .filter(({ role }) => role === 'weights')
      .map(({ name, shape }): LayerView => {
        const total = sizeOf(shape)
        const pruned = isTotal(counts) ? counts.among.includes(name) : name in counts
        const kept =
          isTotal(counts) && pruned && level > 0
            ? keptOf(name, trainings, progress)
            : ((isTotal(counts) ? undefined : counts[name]) ?? total)
        return {
          parameter: name,
          shape,
          total,
          ...(kept === undefined ? {} : { kept }),
          masks: pruned && level > 0 ? first.map((training) => computedMask(training, progress)) : [],
        }
      }),
  }
}

/** Weights of a parameter that masks keep: the mean over those that are known, rounded. */
function keptOf(name: string, trainings: readonly Training[], progress: Progress): number | undefined {
  const known = trainings.flatMap(({ mask = '' }) => progress.get(mask)?.kept?.[name] ?? [])
  const mean = spreadOf(known)?.mean
  return mean === undefined ? undefined : Math.round(mean)
}

function sizesOf({ setup, counts }: Experiment, level: number): NonNullable<LevelView['size']> {
  return { ticket: networkSize(setup.network, counts[level]), full: networkSize(setup.network) }
}

function computedMask({ mask }: Training, progress: Progress): Digest | undefined {
  return mask !== undefined && stateOf(mask, progress) === 'done' ? mask : undefined
}

/** Running while anything is or some are done; else the worst that happened. */
function jointState(states: readonly State[]): State {
  if (states.includes('running')) return 'running'
  if (states.includes('failed')) return 'failed'
  if (states.includes('cancelled')) return 'cancelled'
  if (states.every((state) => state === 'done')) return 'done'
  return states.includes('done') ? 'running' : 'waiting'
}
