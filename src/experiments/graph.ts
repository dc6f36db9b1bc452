import { digestOf } from '../runtime/digest'
import type { Digest, InitializeTask, PruneTask, Task, TrainTask, WeightsRef } from '../training/tasks'
import { densityOf, type Counts } from './density'
import { backendOf, seedOf, type Setup } from './setup'

/** Points of a line that are evaluated (Frankle et al. 2020, section 2). */
const linePoints = 30

/** Collects the tasks of an experiment while its branches are described one after the other. */
export class Graph {
  readonly tasks = new Map<Digest, Task>()

  constructor(private readonly setup: Setup) {}

  /** W_0 of a replicate; a `draw` above 0 is another one under the same seed. */
  initialize(replicate: number, draw = 0): WeightsRef {
    const { network } = this.setup
    const seed = seedOf(this.setup, replicate)
    const task: InitializeTask = { kind: 'initialize', network, seed, ...(draw > 0 ? { draw } : {}) }
    return { task: this.add(task), step: 0 }
  }

  /**
   * A training from `start` to T; the weights of step k are kept too when the full network passes it.
   * @param counts what the mask keeps
   */
  train(replicate: number, start: WeightsRef, mask?: Digest, counts: Counts = {}): WeightsRef {
    const { network, dataset, recipe, rewindTo } = this.setup
    const keepsRewindPoint = mask === undefined && rewindTo > start.step
    const task: TrainTask = {
      kind: 'train',
      network,
      dataset,
      recipe,
      start,
      ...(mask === undefined ? {} : { mask }),
      orderSeed: seedOf(this.setup, replicate),
      until: recipe.steps,
      ...(keepsRewindPoint ? { keep: [rewindTo] } : {}),
      backend: backendOf(this.setup, densityOf(network, counts)),
    }
    return { task: this.add(task), step: recipe.steps }
  }

  /** The start of a full network's training, from W_0 to the last of `steps`; keeps the weights of all of them. */
  trunk(replicate: number, steps: readonly number[]): Digest {
    const { network, dataset, recipe, backend } = this.setup
    return this.add({
      kind: 'train',
      network,
      dataset,
      recipe,
      start: this.initialize(replicate),
      orderSeed: seedOf(this.setup, replicate),
      until: Math.max(...steps),
      keep: steps,
      backend,
    })
  }

  /** The line between the results of two trainings that differ in nothing but the order of examples. */
  interpolate(
    one: WeightsRef,
    other: WeightsRef,
    { start: origin, mask, backend }: Pick<TrainTask, 'start' | 'mask' | 'backend'>,
  ): Digest {
    const { network, dataset } = this.setup
    return this.add({
      kind: 'interpolate',
      network,
      dataset,
      ends: [one, other],
      origin,
      ...(mask === undefined ? {} : { mask }),
      points: linePoints,
      splits: ['train', 'test'],
      backend,
    })
  }

  prune(replicate: number, weights: WeightsRef, keep: Counts, previous?: Digest): Digest {
    return this.addPrune({
      kind: 'prune',
      network: this.setup.network,
      weights,
      ...(previous === undefined ? {} : { previous }),
      criterion: 'magnitude',
      keep,
      seed: seedOf(this.setup, replicate),
    })
  }

  shuffle(replicate: number, mask: Digest): Digest {
    return this.addPrune({
      kind: 'prune',
      network: this.setup.network,
      previous: mask,
      criterion: 'shuffle',
      seed: seedOf(this.setup, replicate),
    })
  }

  private addPrune(task: PruneTask): Digest {
    return this.add(task)
  }

  /** Any task, described by the caller. */
  add(task: Task): Digest {
    const digest = digestOf(task)
    this.tasks.set(digest, task)
    return digest
  }
}
