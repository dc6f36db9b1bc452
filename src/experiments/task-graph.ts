import { badInput } from '../support/errors'
import { digestOf } from '../tasks/digest'
import type {
  Digest,
  InitializeTask,
  PruneTask,
  Task,
  TrainTask,
  Treatment,
  WeightsRef,
} from '../tasks/tasks'
import { treatments } from '../training/treatments'
import { densityOf, isTotal, type Counts } from './density'
import { augmentationOf, orderSeedOf } from './orders'
import { criterionKindOf, criterionOf, type Retraining } from './retrain'
import { scoringOf } from './scoring'
import { backendOf, drawSeedOf, seedOf, type Setup } from './setup'

/** What is described in seconds and shown in a tree. */
const mostTasks = 50_000

/** Collects the tasks of an experiment while its branches are described one after the other. */
export class Graph {
  readonly tasks = new Map<Digest, Task>()

  constructor(private readonly setup: Setup) {}

  /** W_0 of a replicate; a `draw` above 0 is another one under the same seed. */
  initialize(replicate: number, draw = 0): WeightsRef {
    const { network, init, batchNormScale } = this.setup
    const task: InitializeTask = {
      kind: 'initialize',
      network,
      seed: seedOf(this.setup, replicate),
      ...(draw > 0 ? { draw } : {}),
      ...(init === undefined ? {} : { init }),
      ...(batchNormScale === undefined ? {} : { batchNormScale }),
    }
    return { task: this.add(task), step: 0 }
  }

  /** The tasks of others, whose results are used. */
  include(tasks: ReadonlyMap<Digest, Task>): void {
    for (const [digest, task] of tasks) this.tasks.set(digest, task)
  }

  /** A training from `start` to T. @param counts what the mask keeps */
  train(
    replicate: number,
    start: WeightsRef,
    mask?: Digest,
    counts: Counts = {},
    orderSeed?: number,
  ): WeightsRef {
    return this.retrain(replicate, { start }, mask, counts, orderSeed)
  }

  /**
   * The training of a pruned network, from where its weights and its schedule are after pruning.
   * @param counts what the mask keeps
   * @param orderSeed seed of the order of examples; by default the replicate's
   */
  retrain(
    replicate: number,
    { start, from, until, frozen }: Retraining,
    mask: Digest | undefined,
    counts: Counts,
    orderSeed = orderSeedOf(this.setup, replicate),
  ): WeightsRef {
    const { network, dataset, recipe } = this.setup
    const task: TrainTask = {
      kind: 'train',
      network,
      dataset,
      recipe,
      start,
      ...(from === undefined ? {} : { from }),
      ...(mask === undefined ? {} : { mask }),
      ...(frozen === undefined ? {} : { frozen }),
      orderSeed,
      ...augmentationOf(this.setup, replicate),
      until: until ?? recipe.steps,
      // Frozen weights take part, however many they are.
      backend: backendOf(this.setup, frozen ? 1 : densityOf(network, counts)),
    }
    return { task: this.add(task), step: task.until }
  }

  /** The start of a full network's training: W_k, in which W_0 is a `draw` of {@link initialize}. */
  trunk(replicate: number, step: number, draw = 0): WeightsRef {
    if (step === 0) return this.initialize(replicate, draw)
    const { network, dataset, recipe, backend } = this.setup
    const task = this.add({
      kind: 'train',
      network,
      dataset,
      recipe,
      start: this.initialize(replicate, draw),
      orderSeed: orderSeedOf(this.setup, replicate, { level: 0, draw }),
      ...augmentationOf(this.setup, replicate),
      until: step,
      backend,
    })
    return { task, step }
  }

  /**
   * Weights of which those that a mask keeps are changed.
   * @param draw of what the treatment draws, from 1
   */
  treat(replicate: number, weights: WeightsRef, mask: Digest, how: Treatment, draw = 1): WeightsRef {
    const { draws } = treatments[how]
    const task = this.add({
      kind: 'treat',
      network: this.setup.network,
      weights,
      mask,
      how,
      ...(draws === 'weights' ? { drawn: this.trunk(replicate, weights.step, draw) } : {}),
      ...(draws === 'by seed' ? { seed: drawSeedOf(this.setup, replicate, draw) } : {}),
    })
    return { task, step: weights.step }
  }

  /** Weights of which those that a mask prunes are 0 where training has made them smaller. */
  treatPruned(weights: WeightsRef, mask: Digest, trained: WeightsRef): WeightsRef {
    const { network } = this.setup
    const task = this.add({ kind: 'treat', network, weights, mask, how: 'zero-decreased', trained })
    return { task, step: weights.step }
  }

  /**
   * A mask by the setup's criterion, nested in the previous one.
   * @param initial what the weights began with, for criteria that look at it; by default the replicate's W_0
   */
  prune(
    replicate: number,
    weights: WeightsRef,
    counts: Counts,
    previous?: Digest,
    initial?: WeightsRef,
  ): Digest {
    const { ranking } = criterionKindOf(this.setup)
    const { collapse } = this.setup
    const scoring = scoringOf(this.setup, replicate)
    return this.addPrune({
      kind: 'prune',
      network: this.setup.network,
      ...(ranking.by === 'lot' ? {} : { weights }),
      ...(ranking.by === 'change' ? { initial: initial ?? this.initialize(replicate) } : {}),
      ...(previous === undefined ? {} : { previous }),
      criterion: criterionOf(this.setup),
      ...keepOf(counts),
      ...(collapse === undefined ? {} : { collapse }),
      seed: seedOf(this.setup, replicate),
      ...(scoring ? { scoring } : {}),
    })
  }

  /** A mask that keeps as many weights as `counts` in random places. */
  randomMask(replicate: number, counts: Counts, draw = 1): Digest {
    return this.addPrune({
      kind: 'prune',
      network: this.setup.network,
      criterion: 'random',
      ...keepOf(counts),
      ...(this.setup.collapse === undefined ? {} : { collapse: this.setup.collapse }),
      seed: drawSeedOf(this.setup, replicate, draw),
    })
  }

  shuffle(replicate: number, mask: Digest, draw = 1): Digest {
    return this.addPrune({
      kind: 'prune',
      network: this.setup.network,
      previous: mask,
      criterion: 'shuffle',
      seed: drawSeedOf(this.setup, replicate, draw),
    })
  }

  private addPrune(task: PruneTask): Digest {
    return this.add(task)
  }

  /** Any task, described by the caller. */
  add(task: Task): Digest {
    const digest = digestOf(task)
    if (this.tasks.size >= mostTasks && !this.tasks.has(digest)) {
      throw badInput(
        `at most ${mostTasks} tasks in one experiment`,
        'more',
        'Ask for fewer levels, replicates, steps or orders, and for the others in another one.',
      )
    }
    this.tasks.set(digest, task)
    return digest
  }
}

function keepOf(counts: Counts): Pick<PruneTask, 'keep' | 'keepTotal'> {
  if (!isTotal(counts)) return { keep: counts }
  return { keepTotal: { count: counts.total, among: counts.among } }
}
