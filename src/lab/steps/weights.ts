import { atStep, replicateAlone, type WeightsPlan } from '../../experiments/steps'
import { densityOf } from '../../experiments/density'
import type { Setup } from '../../experiments/setup'
import type { Spread } from '../../experiments/view'
import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import { percentText } from '../../support/quantities'
import type { Tensors } from '../../support/tensor'
import type { Results } from '../results/results'
import { NetworkMask } from './mask'
import { plan } from './plan'
import type { Workshop } from './workshop'

/**
 * Weights of a network, one of each replicate: where a training begins, and what it ends with. What is not in the store yet is
 * computed when it is first needed.
 */
export class NetworkWeights implements Displayable {
  /** What describes them. */
  readonly [plan]: WeightsPlan

  constructor(
    described: WeightsPlan,
    protected readonly workshop: Workshop,
  ) {
    this[plan] = described
  }

  /** Such as `full network at step 500`. */
  get name(): string {
    return this[plan].title
  }

  /** Network, data and hyperparameters. */
  get setup(): Setup {
    return this[plan].setup
  }

  /** The step of training that they are from; 0 for initial weights, and for those of a file. */
  get step(): number {
    return this[plan].at[0]!.step
  }

  /** The mask under which they were trained, or that their file has; none for a full network. */
  get mask(): NetworkMask | undefined {
    const { mask } = this[plan]
    return mask && new NetworkMask(mask, this.workshop)
  }

  /**
   * Those of one replicate alone, such as for the barrier between two replicates.
   * @param number counted from 1
   * @throws TicketLabError `bad-input` for one that is not there
   */
  replicate(number: number): NetworkWeights {
    return new NetworkWeights(replicateAlone(this[plan], number), this.workshop)
  }

  /**
   * The numbers, by parameter name; pruned ones are exactly zero, or what lab.train was told by `pruned`.
   * @param replicate counted from 1
   * @returns float32 numbers, row-major: weights `[inputs, units]`, of convolutions `[height, width, channels, filters]`, biases
   *   `[units]` or `[filters]`
   * @throws TicketLabError as lab.imp where they have yet to be computed; `bad-input` for a replicate that is not there
   */
  async weights(replicate = 1): Promise<Tensors> {
    const [at] = replicateAlone(this[plan], replicate).at
    const reader = await this.workshop.compute([at!.task], this[plan].tasks, this.name)
    return reader.readWeights(at!)
  }

  /** What a notebook shows. */
  [display](): MimeBundle | Promise<MimeBundle> {
    return { 'text/plain': this.toString() }
  }

  /** Such as `full network of lenet-mnist, 3 replicates, step 2000`. */
  toString(): string {
    const { setup, at } = this[plan]
    const many = at.length === 1 ? '1 replicate' : `${at.length} replicates`
    return `${this.name} of ${setup.name}, ${many}, step ${this.step}`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

/** Networks that `lab.train` has trained, one of each replicate. Plots draw them; shown as a table. */
export class TrainedNetwork extends NetworkWeights {
  constructor(
    described: WeightsPlan,
    /** Their curves, early stop, masks and exports, as of the large experiments, at the level of their mask. */
    readonly results: Results,
    workshop: Workshop,
  ) {
    super(described, workshop)
  }

  private get level() {
    return this.results.levels[0]!
  }

  /** Test accuracy at the end of training, in [0, 1], over the replicates. */
  get accuracy(): Spread {
    return this.level.finalAccuracy
  }

  /** Test accuracy at the step of minimum validation loss, in [0, 1], over the replicates. */
  get earlyStopAccuracy(): Spread {
    return this.level.earlyStopAccuracy
  }

  /** The step of minimum validation loss, over the replicates. */
  get earlyStop(): Spread {
    return this.level.earlyStop
  }

  /** Fraction of all weights that are left, in (0, 1]. */
  get density(): number {
    const { mask, setup } = this[plan]
    return densityOf(setup.network, mask?.counts.at(-1) ?? {})
  }

  /**
   * The weights at an earlier step of the training, W_k: to begin another training from, as rewinding does.
   * `lab.train(full.at(500), { mask })`
   * @param step from the first to the last of the training
   * @throws TicketLabError `bad-input` for another step
   */
  at(step: number): NetworkWeights {
    return new NetworkWeights(atStep(this[plan], step), this.workshop)
  }

  override [display](): MimeBundle {
    return this.results[display]()
  }

  override toString(): string {
    const { mean } = this.accuracy
    return `${super.toString()}, ${percentText(this.density)} of weights, test accuracy ${(100 * mean).toFixed(2)}%`
  }
}
