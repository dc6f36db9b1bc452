import { canonicalJson, sha256 } from '../support/canonical'
import { parametersOf } from '../networks/parameters'
import { badInput } from '../support/errors'
import { digestOf } from '../tasks/digest'
import {
  firstStep,
  type Digest,
  type GivenTask,
  type Task,
  type TrainTask,
  type WeightsRef,
} from '../tasks/tasks'
import { isTotal, keptCounts, nextCounts, type Counts } from './density'
import type { Experiment } from './experiment'
import { neededBy } from './imp'
import { criterionKindOf, criterionOf } from './retrain'
import { Graph } from './task-graph'
import type { Setup } from './setup'

/**
 * Experiments taken apart: each step that `imp` and the others take over and over, by itself, for all replicates at once.
 * They describe the same tasks, so what is made step by step is shared with what the large experiments make.
 */

/** Weights of each replicate of a setup, computed or not. */
export interface WeightsPlan {
  /** What they are the weights of. */
  readonly setup: Setup
  /** What plots and messages call them, such as `full network`. */
  readonly title: string
  /** Those of each replicate. */
  readonly at: readonly WeightsRef[]
  /** The weights that all began with, W_0, of each replicate. */
  readonly initial: readonly WeightsRef[]
  /** The mask under which they were trained. */
  readonly mask?: MaskPlan
  /** That the weights which it prunes are not 0 but what they began with: the network is evaluated as a whole. */
  readonly frozen?: true
  /** Everything that leads to them, inputs before what needs them. */
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** Masks of each replicate, computed or not. */
export interface MaskPlan {
  /** What plots and messages call the networks under them, such as `tickets`. */
  readonly title: string
  /** The setup that they were made for. */
  readonly setup: Setup
  /** That of each replicate; one for all that do not have their own. */
  readonly masks: readonly Digest[]
  /** What is kept at levels 0 to that of the masks. */
  readonly counts: readonly Counts[]
  /** Everything that leads to them, inputs before what needs them. */
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** Levels of pruning that made a mask. */
export function levelOf({ counts }: Pick<MaskPlan, 'counts'>): number {
  return counts.length - 1
}

/** W_0 of every replicate. */
export function initialize(setup: Setup): WeightsPlan {
  const graph = new Graph(setup)
  const at = replicatesOf(setup).map((replicate) => graph.initialize(replicate))
  return { setup, title: 'initial weights', at, initial: at, tasks: graph.tasks }
}

/**
 * The weights that trained ones had at an earlier step of the same training, W_k.
 * @throws TicketLabError `bad-input` for a step that it did not pass
 */
export function atStep(trained: WeightsPlan, step: number): WeightsPlan {
  const graph = graphOf(trained.setup, trained)
  const at = trained.at.map((weights): WeightsRef => {
    const task = trained.tasks.get(weights.task)
    const first = task?.kind === 'train' ? firstStep(task) : weights.step
    if (!Number.isSafeInteger(step) || step < first || step > weights.step) {
      throw badInput(`a step from ${first} to ${weights.step}, which ${trained.title} passed`, step)
    }
    if (step === weights.step) return weights
    const training = withoutResume(task as TrainTask)
    if (step === training.start.step && training.from === undefined && training.mask === undefined) {
      return training.start
    }
    return { task: graph.add({ ...training, until: step }), step }
  })
  const tasks = neededBy(
    at.map(({ task }) => task),
    graph,
  )
  return { ...trained, title: `${trained.title} at step ${step}`, at, tasks }
}

/**
 * Prunes every replicate's weights by the setup's criterion, further than the mask that they were trained under.
 * @param setup that of the weights, with what is said of pruning
 * @param how `levels` at once, of what is left; or the counts to keep
 * @throws TicketLabError `bad-input` where nothing, or everything, would be pruned
 */
export function prune(
  weights: WeightsPlan,
  setup: Setup,
  how:
    { readonly title: string; readonly levels: number } | { readonly title: string; readonly keep: Counts },
): MaskPlan {
  const previous = weights.mask
  if (weights.frozen && criterionKindOf(setup).ranking.by === 'derivatives') {
    throw badInput(
      `weights whose pruned ones are 0 for the criterion ${criterionOf(setup)}, which takes derivatives`,
      `${weights.title}, whose pruned ones are frozen`,
    )
  }
  const counts = countsBelow(setup, previous, how)
  const graph = graphOf(setup, weights, previous)
  const masks = replicatesOf(setup).map((replicate) =>
    graph.prune(
      replicate,
      weights.at[replicate - 1]!,
      counts.at(-1)!,
      previous && maskOf(previous, replicate),
      weights.initial[replicate - 1],
    ),
  )
  return { title: how.title, setup, masks, counts, tasks: neededBy(masks, graph) }
}

/** What is kept at every level down to a mask that prunes further than another. */
export function countsBelow(
  setup: Setup,
  previous: MaskPlan | undefined,
  how: { readonly levels: number } | { readonly keep: Counts },
): readonly Counts[] {
  const former = previous?.counts ?? keptCounts(setup, 0)
  if ('keep' in how) return [...former, further(previous, how.keep)]
  if (!previous) return keptCounts(setup, how.levels)
  const counts = [...former]
  for (let level = 0; level < how.levels; level++)
    counts.push(nextCounts(setup, counts.at(-1)!, counts.length))
  return counts
}

/**
 * What is kept below an earlier mask, which goes on where the new one says nothing of a layer.
 * @throws TicketLabError `bad-input` for more weights of a layer than are left
 */
function further(previous: MaskPlan | undefined, keep: Counts): Counts {
  const left = previous?.counts.at(-1)
  if (!left || isTotal(left) || isTotal(keep)) return keep
  const grown = Object.entries(keep).find(([name, count]) => count > (left[name] ?? Infinity))
  if (!grown) return { ...left, ...keep }
  const [name, count] = grown
  throw badInput(
    `at most the ${left[name]} weights of ${name} to be kept that ${previous!.title} keeps`,
    count,
  )
}

/**
 * Masks with as many weights in random places of each layer: those of the control `random-mask`.
 * @param seed of the first replicate; the next ones count up
 */
export function shuffled(mask: MaskPlan, seed: number): MaskPlan {
  const setup: Setup = { ...mask.setup, seed }
  const graph = graphOf(setup, mask)
  const masks = mask.masks.map((digest, index) => graph.shuffle(index + 1, digest))
  return { ...mask, title: `shuffled ${mask.title}`, masks, tasks: neededBy(masks, graph) }
}

/** Masks that were brought along. @param tasks one of each replicate, or one for all */
export function givenMask(
  setup: Setup,
  title: string,
  tasks: readonly GivenTask[],
  counts: readonly Counts[],
): MaskPlan {
  const graph = new Map<Digest, Task>(tasks.map((task) => [digestOf(task), task]))
  return { title, setup, masks: tasks.map(digestOf), counts, tasks: graph }
}

/** Weights that were brought along, which count as those of step 0. */
export function givenWeights(setup: Setup, title: string, tasks: readonly GivenTask[]): WeightsPlan {
  const at = tasks.map((task) => ({ task: digestOf(task), step: 0 }))
  return { setup, title, at, initial: at, tasks: new Map(tasks.map((task) => [digestOf(task), task])) }
}

/** One replicate alone, as a setup of its own. @throws TicketLabError `bad-input` for one that is not there */
export function replicateAlone(weights: WeightsPlan, replicate: number): WeightsPlan {
  const { setup, at, initial, mask } = weights
  if (!Number.isSafeInteger(replicate) || replicate < 1 || replicate > at.length) {
    throw badInput(`a replicate from 1 to ${at.length}`, replicate)
  }
  const alone: Setup = { ...setup, replicates: 1, seed: setup.seed + replicate - 1 }
  return {
    ...weights,
    ...(at.length > 1 ? { title: `${weights.title}, replicate ${replicate}` } : {}),
    setup: alone,
    at: [at[replicate - 1]!],
    initial: [initial[replicate - 1]!],
    ...(mask ? { mask: { ...mask, masks: [maskOf(mask, replicate)] } } : {}),
  }
}

/** @throws TicketLabError `bad-input` for a mask of weights that the network does not have, or has in another shape */
export function checkFits({ title, setup: { network }, counts }: MaskPlan, setup: Setup): void {
  const kept = counts.at(-1)!
  const names = isTotal(kept) ? kept.among : Object.keys(kept)
  const shapes = (of: Setup['network']) =>
    new Map(parametersOf(of).map(({ name, shape }) => [name, shape.join(', ')]))
  const [its, own] = [shapes(network), shapes(setup.network)]
  const misfits = names.filter((name) => its.get(name) !== own.get(name))
  if (misfits.length === 0) return
  throw badInput(
    `the mask of ${title} to fit ${setup.network.name}`,
    misfits
      .map(
        (name) =>
          `${name} [${its.get(name) ?? ''}], which has ${own.has(name) ? `[${own.get(name)}]` : 'no such weights'}`,
      )
      .join('; '),
  )
}

/** The mask of a replicate, counted from 1. @throws TicketLabError `bad-input` where there is none */
export function maskOf({ masks, title }: MaskPlan, replicate: number): Digest {
  const own = masks.length === 1 ? masks[0] : masks[replicate - 1]
  if (own !== undefined) return own
  throw badInput(
    `a mask for each replicate, or one for all, in ${title}`,
    `${masks.length}, none for replicate ${replicate}`,
  )
}

/** The mask that is applied to a replicate's weights: none where pruned ones are frozen, which are a part of the network. */
export function appliedMask(
  { mask, frozen }: Pick<WeightsPlan, 'mask' | 'frozen'>,
  replicate: number,
): Digest | undefined {
  return mask && !frozen ? maskOf(mask, replicate) : undefined
}

/** A graph that begins with what leads to weights and masks. */
export function graphOf(setup: Setup, ...from: readonly (Pick<WeightsPlan, 'tasks'> | undefined)[]): Graph {
  const graph = new Graph(setup)
  for (const one of from) if (one) graph.include(one.tasks)
  return graph
}

/** The digest of one step: which networks, under which name. */
export function stepDigest(
  kind: Experiment['kind'],
  title: string,
  made: readonly { readonly task: Digest }[],
): Digest {
  return sha256(canonicalJson({ kind, title, tasks: made.map(({ task }) => task) }))
}

/** What a training is, whatever it goes on from. */
function withoutResume(task: TrainTask): TrainTask {
  const training = { ...task }
  delete (training as { resume?: unknown }).resume
  return training
}

/** Numbers of a setup's replicates, from 1. */
export function replicatesOf({ replicates }: Setup): readonly number[] {
  return Array.from({ length: replicates }, (_, index) => index + 1)
}
