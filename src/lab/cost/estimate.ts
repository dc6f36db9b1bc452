import { ascending } from '../../support/ascending'
import { densityOf, type LayerCounts } from '../../experiments/density'
import { makespan, workOf } from '../../experiments/work'
import type { Experiment } from '../../experiments/experiment'
import { networkSize } from '../../experiments/size'
import type { NetworkSize } from '../../experiments/view'
import { stepsOf } from '../../tasks/digest'
import { kindsThat } from '../../tasks/kinds/all'
import type { Measurement } from '../../trainer/protocol'
import { computesSparsely } from '../../backends/backend'
import { backendOf } from '../../experiments/setup'
import { backendFor, type BackendKey, type Digest, type Task, type TaskKind } from '../../tasks/tasks'

/** Tasks of one kind: all, those with a result in the store, and those to compute. */
export interface TaskCount {
  /** What the tasks do. */
  readonly kind: TaskKind
  /** All of them. */
  readonly total: number
  /** Those with a result in the store. */
  readonly cached: number
  /** Those to compute. */
  readonly todo: number
}

/** A level's ticket, and how long it computes. */
export interface LevelCost extends NetworkSize {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** Seconds of a training step on this machine; absent when nothing was timed, since nothing is to do. */
  readonly secondsPerStep?: number
}

/** What one or several experiments will take. */
export interface Total {
  /** Tasks by kind. */
  readonly tasks: readonly TaskCount[]
  /** Training steps of all tasks, and of those to do. */
  readonly steps: { readonly total: number; readonly todo: number }
  /** Estimated seconds until everything is done. */
  readonly seconds: number
  /**
   * How long it takes with other numbers of trainers, of all workers together, on machines like this one: 1, 2, 4, ..., and as many as
   * ever have something to do. Empty where nothing is to do.
   */
  readonly withTrainers: readonly WithTrainers[]
  /** Bytes that the store will grow by. */
  readonly bytes: number
}

/** How long something takes with so many trainers. */
export interface WithTrainers {
  /** Trainers of all workers together. */
  readonly trainers: number
  /** Estimated seconds until everything is done. */
  readonly seconds: number
}

/** What an experiment will take. */
export interface Estimate extends Total {
  /** What each level's ticket takes. */
  readonly levels: readonly LevelCost[]
}

/** An experiment, and what was timed of what {@link timingsOf} asks for: nothing when all of it is in the store. */
export interface TimedExperiment {
  readonly experiment: Experiment
  readonly timed: readonly Timed[]
}

/** What is timed on one backend. */
export interface Timing {
  readonly backend: BackendKey
  /** Weights to keep, for one measurement each. */
  readonly counts: readonly LayerCounts[]
}

/** What was timed, and what was found. */
export type Timed = Timing & { readonly measurement: Measurement }

/** Sparsity for which speed was measured. */
export interface MeasuredPoint {
  readonly density: number
  readonly step: number
  readonly example: number
}

const kinds = kindsThat(({ isCounted }) => isCounted)
/** Seconds of every task besides computing: starting it, locks, and flushing its files. An estimate. */
const aroundTask = 0.03

/** What an experiment will take, run alone. */
export function estimate(one: TimedExperiment, cached: ReadonlySet<Digest>, trainers: number): Estimate {
  const { counts, setup } = one.experiment
  const speedOf = speeds(one)
  const levels = levelsOf(one.experiment).map((level): LevelCost => {
    const density = densityOf(setup.network, counts[level]!)
    const speed = speedOf?.(density, backendOf(setup, density))
    return {
      ...{ level, density, ...networkSize(setup.network, counts[level]) },
      ...(speed ? { secondsPerStep: speed.step } : {}),
    }
  })
  return { ...estimateTotal([one], cached, trainers), levels }
}

/** What experiments will take that are run at once; a task that they share counts once. */
export function estimateTotal(
  experiments: readonly TimedExperiment[],
  cached: ReadonlySet<Digest>,
  trainers: number,
): Total {
  const tasks = tasksOf(experiments.map(({ experiment }) => experiment))
  const seconds = new Map<Digest, number>()
  let bytes = 0
  for (const one of experiments) {
    const speedOf = speeds(one)
    if (!speedOf) continue
    const { setup } = one.experiment
    const { drawing, examples } = one.timed[0]!.measurement
    for (const [digest, task] of one.experiment.tasks) {
      if (cached.has(digest) || seconds.has(digest)) continue
      const work = workOf(task, one.experiment, examples)
      const backend = backendFor(task) ?? setup.backend
      const { step, example } = speedOf(densityOf(setup.network, work.counts), backend)
      seconds.set(digest, aroundTask + drawing + work.steps * step + work.evaluated * example)
      bytes += work.bytes
    }
  }
  const todo = [...tasks].flatMap(([digest, task]) => (cached.has(digest) ? [] : [task]))
  const openings = experiments.map(({ timed }) => timed[0]?.measurement.opening ?? 0)
  return {
    tasks: kinds.flatMap((kind): TaskCount[] => {
      const total = [...tasks.values()].filter((task) => task.kind === kind).length
      const left = todo.filter((task) => task.kind === kind).length
      return total === 0 ? [] : [{ kind, total, cached: total - left, todo: left }]
    }),
    steps: {
      total: sum([...tasks.values()].map(stepsOf)),
      todo: sum(todo.map(stepsOf)),
    },
    seconds: Math.max(...openings) + makespan(tasks, seconds, trainers),
    withTrainers: withTrainers(
      todo.length,
      (count) => Math.max(...openings) + makespan(tasks, seconds, count),
    ),
    bytes,
  }
}

/**
 * A ladder is a chain for each replicate and branch: beyond their number more trainers have nothing to do.
 * @param tasks to do
 */
function withTrainers(tasks: number, secondsWith: (trainers: number) => number): readonly WithTrainers[] {
  if (tasks === 0) return []
  // What is gained beyond is less than what is uncertain.
  const best = secondsWith(tasks) * 1.02
  const enough = (trainers: number): boolean => secondsWith(trainers) <= best
  let most = 1
  while (!enough(most)) most *= 2
  let fewest = Math.floor(most / 2) + 1
  while (fewest < most) {
    const middle = Math.floor((fewest + most) / 2)
    if (enough(middle)) most = middle
    else fewest = middle + 1
  }
  const counts: number[] = []
  for (let count = 1; count < most; count *= 2) counts.push(count)
  return [...counts, most].map((trainers) => ({ trainers, seconds: secondsWith(trainers) }))
}

/** All tasks of some experiments; inputs still come before what needs them. */
export function tasksOf(experiments: readonly Experiment[]): ReadonlyMap<Digest, Task> {
  return new Map(experiments.flatMap(({ tasks }) => [...tasks]))
}

/** How fast a network of a density is on a backend; undefined where nothing was timed, since nothing is to do. */
function speeds({ experiment, timed }: TimedExperiment) {
  if (timed.length === 0) return undefined
  return (density: number, backend: BackendKey) => {
    const own = timed.find((one) => one.backend.id === backend.id) ?? timed[0]!
    return speedAt(density, measuredPoints(experiment, own))
  }
}

/**
 * For which backends and counts speed has to be measured: those of the densest networks that are to be computed and, where a backend
 * gets faster with sparsity, of the sparsest and of some between. None when nothing is to do.
 */
export function timingsOf(experiment: Experiment, cached: ReadonlySet<Digest>): readonly Timing[] {
  const { network, backend: usual, sparse } = experiment.setup
  const backends = sparse ? [usual, sparse.backend] : [usual]
  return backends.flatMap((backend): Timing[] => {
    const all = new Map<number, LayerCounts>()
    for (const [digest, task] of experiment.tasks) {
      const own = backendFor(task) ?? usual
      if (cached.has(digest) || own.id !== backend.id) continue
      const { counts } = workOf(task, experiment, { train: 0, validation: 0, test: 0 })
      all.set(densityOf(network, counts), counts)
    }
    const sorted = [...all].sort(([one], [other]) => other - one).map(([, counts]) => counts)
    const counts = computesSparsely(backend.id) ? someOf(sorted) : sorted.slice(0, 1)
    return counts.length === 0 ? [] : [{ backend, counts }]
  })
}

/** The first, the last, and some between. */
function someOf(sorted: readonly LayerCounts[]): readonly LayerCounts[] {
  const most = 5
  if (sorted.length <= most) return sorted
  return Array.from(
    { length: most },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (most - 1))]!,
  )
}

/** How many tasks run at once on average, which is how many should be timed at once: they share memory and caches. */
export function parallelism(
  tasks: ReadonlyMap<Digest, Task>,
  cached: ReadonlySet<Digest>,
  trainers: number,
): number {
  const todo = [...tasks].filter(([digest]) => !cached.has(digest))
  // A step stands for a second: only proportions matter.
  const seconds = new Map(todo.map(([digest, task]) => [digest, 1 + stepsOf(task)]))
  const longest = makespan(tasks, seconds, trainers)
  return longest === 0 ? 0 : Math.ceil(sum([...seconds.values()]) / longest - 0.01)
}

function measuredPoints({ setup }: Experiment, { counts, measurement }: Timed): MeasuredPoint[] {
  return counts.map((one, index) => ({
    density: densityOf(setup.network, one),
    ...measurement.points[index]!,
  }))
}

/** Speed at a density, on the line between the measured ones around it. @param points from dense to sparse, at least one */
export function speedAt(density: number, points: readonly MeasuredPoint[]): Omit<MeasuredPoint, 'density'> {
  const below = points.findIndex((point) => point.density <= density)
  if (below === 0) return points[0]!
  if (below === -1) return points.at(-1)!
  const [denser, sparser] = [points[below - 1]!, points[below]!]
  const share = (density - sparser.density) / (denser.density - sparser.density)
  const between = (one: number, other: number): number => one + share * (other - one)
  return { step: between(sparser.step, denser.step), example: between(sparser.example, denser.example) }
}

function levelsOf({ trainings }: Experiment): readonly number[] {
  return ascending([0, ...trainings.map(({ level }) => level)])
}

/** The mean of measurements of the same things. */
export function meanOf(all: readonly Measurement[]): Measurement {
  const mean = (value: (one: Measurement) => number): number => sum(all.map(value)) / all.length
  return {
    ...all[0]!,
    opening: mean(({ opening }) => opening),
    drawing: mean(({ drawing }) => drawing),
    points: all[0]!.points.map((_, index) => ({
      step: mean(({ points }) => points[index]!.step),
      example: mean(({ points }) => points[index]!.example),
    })),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
