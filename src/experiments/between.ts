import { canonicalJson, type Json } from '../support/canonical'
import { badInput } from '../support/errors'
import type { WeightsRef } from '../tasks/tasks'
import { densityOf, keptUnder, type Counts } from './density'
import type { Experiment, LineTask } from './experiment'
import { neededBy } from './imp'
import { lineTask, linePlanOf, type LineOptions } from './lines'
import { backendOf } from './setup'
import { appliedMask, graphOf, levelOf, stepDigest, type WeightsPlan } from './steps'

/**
 * The lines between two networks, replicate by replicate, as one experiment (Frankle et al. 2020, section 2). Networks under
 * one mask are compared under it, as copies of an instability analysis are: the same two give the same tasks.
 * @throws TicketLabError `bad-input` for networks of different shapes, data or numbers of replicates
 */
export function barrierBetween(one: WeightsPlan, other: WeightsPlan, options: LineOptions = {}): Experiment {
  checkAlike(one, other)
  const { setup } = one
  const { network, dataset } = setup
  const line = linePlanOf(setup, options)
  const graph = graphOf(setup, one, one.mask, other, other.mask)
  const level = Math.max(...[one, other].map(({ mask }) => (mask ? levelOf(mask) : 0)))
  const step = startOf(one, other, 0)?.step ?? 0
  const lines = one.at.map((end, index): LineTask => {
    const [mine, its] = [one, other].map((all) => appliedMask(all, index + 1))
    const mask = mine === its ? mine : undefined
    const start = startOf(one, other, index)
    const backend = backendOf(setup, densityOf(network, keptUnder(mask, graph.tasks) ?? {}))
    const between = {
      ...{ network, dataset, backend },
      ...(mask === undefined ? {} : { mask }),
      ...(start === undefined ? {} : { start }),
    }
    const task = graph.add(lineTask({ ends: [end, other.at[index]!], training: between }, line))
    return { level, replicate: index + 1, step, orders: [1, 2], task }
  })
  const title = `barrier between ${one.title} and ${other.title}`
  return {
    digest: stepDigest('barrier', title, lines),
    kind: 'barrier',
    title,
    setup,
    levels: level,
    counts: countsOfSparser(one, other),
    trainings: [],
    instability: { of: 'imp', steps: [step], orders: 2, levels: [level], line, lines },
    tasks: neededBy(
      lines.map(({ task }) => task),
      graph,
    ),
  }
}

/** The weights that both were trained from, of a replicate counted from 0; `undefined` where they share none. */
function startOf(one: WeightsPlan, other: WeightsPlan, index: number): WeightsRef | undefined {
  const [mine, its] = [one, other].map(({ at, tasks }): WeightsRef | undefined => {
    const task = tasks.get(at[index]!.task)
    return task?.kind === 'train' ? task.start : undefined
  })
  return mine && its && mine.task === its.task && mine.step === its.step ? mine : undefined
}

/** What is kept at the levels of the network that was pruned most often. */
export function countsOfSparser(...all: readonly WeightsPlan[]): readonly Counts[] {
  return all
    .map(({ mask }) => mask?.counts ?? [{}])
    .reduce((most, counts) => (counts.length > most.length ? counts : most))
}

/** @throws TicketLabError `bad-input` for networks of different shapes, data or numbers of replicates */
export function checkAlike(one: WeightsPlan, other: WeightsPlan): void {
  checkSameLayers(one, other)
  if (!same(one, other, ({ setup }) => setup.dataset)) {
    throw badInput(
      told(one, other, 'dataset'),
      `${one.setup.dataset.name} and ${other.setup.dataset.name}, or other splits of it`,
    )
  }
  checkSameReplicates(one, other)
}

/** @throws TicketLabError `bad-input` for networks of different layers */
export function checkSameLayers(one: WeightsPlan, other: WeightsPlan): void {
  if (same(one, other, ({ setup }) => ({ ...setup.network, name: '' }))) return
  throw badInput(
    told(one, other, 'layers'),
    `${one.setup.network.name} and ${other.setup.network.name}, which differ`,
  )
}

/** @throws TicketLabError `bad-input` for different numbers of replicates */
export function checkSameReplicates(one: WeightsPlan, other: WeightsPlan): void {
  if (one.at.length === other.at.length) return
  throw badInput(
    told(one, other, 'number of replicates'),
    `${one.at.length} and ${other.at.length}`,
    'Choose one of each: full.replicate(1).',
  )
}

function same(one: WeightsPlan, other: WeightsPlan, of: (plan: WeightsPlan) => unknown): boolean {
  return canonicalJson(of(one) as Json) === canonicalJson(of(other) as Json)
}

function told(one: WeightsPlan, other: WeightsPlan, what: string): string {
  return `${one.title} and ${other.title} with the same ${what}`
}
