import { densityOf, totalOf } from '../../experiments/density'
import { checkFits, levelOf, maskOf, shuffled, type MaskPlan } from '../../experiments/steps'
import { parametersOf } from '../../networks/parameters'
import { display, printed, shownAs, type Displayable, type MimeBundle } from '../../report/display'
import { masksBundle } from '../../report/showing/masks'
import { percentText } from '../../support/quantities'
import type { Masks } from '../../support/tensor'
import { badInput } from '../../support/errors'
import { wholeNumber } from '../../support/options'
import { promiseAdvice } from '../../support/plain'
import { show } from '../../support/show'
import { overlapInAll, overlapsOf } from '../../training/overlap'
import { layersUnder, type LayerResult } from '../results/result-tables'
import { plan } from './plan'
import { bringMasks, checkAlive } from './bring'
import { overlapResults, type OverlapResults } from './overlap'
import type { Workshop } from './workshop'

/** A mask of each replicate, or one for all: which weights `lab.train` keeps. Shown as pictures. */
export class NetworkMask implements Displayable {
  /** What describes them. */
  readonly [plan]: MaskPlan

  constructor(
    described: MaskPlan,
    private readonly workshop: Workshop,
  ) {
    this[plan] = described
  }

  /** What plots call the networks under it, such as `tickets`. */
  get name(): string {
    return this[plan].title
  }

  /** How often was pruned to get here. */
  get level(): number {
    return levelOf(this[plan])
  }

  /** Fraction of all weights that it keeps, in (0, 1]; parameters that it does not prune count as kept. */
  get density(): number {
    return densityOf(this[plan].setup.network, this[plan].counts.at(-1)!)
  }

  /** Weights that it keeps, of the parameters that it prunes. */
  get kept(): number {
    return totalOf(this[plan].counts.at(-1)!).total
  }

  /**
   * The bits, by parameter name; 1 keeps, 0 prunes. Shown as pictures.
   * @param replicate counted from 1
   * @returns bytes with the shape of the weights: `[inputs, units]`, for convolutions `[height, width, channels, filters]`
   * @throws TicketLabError `bad-input` for a replicate that has none; as lab.imp where it has yet to be computed
   */
  async masks(replicate = 1): Promise<Masks> {
    return shownAs({ ...(await this.read(replicate)) }, masksBundle)
  }

  /**
   * What it keeps of each layer that has weights.
   * @param replicate counted from 1
   * @returns numbers of weights, a row per layer; shown as a table
   * @throws TicketLabError as {@link Mask.masks}
   */
  async layers(replicate = 1): Promise<readonly LayerResult[]> {
    return layersUnder(parametersOf(this[plan].setup.network), await this.read(replicate))
  }

  /**
   * A mask that keeps what both keep.
   * @param other of the same network
   * @throws TicketLabError `bad-input` for masks that do not fit each other; `layer-died` where nothing is left of a layer
   */
  and(other: NetworkMask): Promise<NetworkMask> {
    return this.combined(other, 'and', (one, another) => one & another)
  }

  /** A mask that keeps what either keeps. @throws TicketLabError as {@link NetworkMask.and} */
  or(other: NetworkMask): Promise<NetworkMask> {
    return this.combined(other, 'or', (one, another) => one | another)
  }

  /** A mask that keeps what this one keeps and the other does not. @throws TicketLabError as {@link NetworkMask.and} */
  without(other: NetworkMask): Promise<NetworkMask> {
    return this.combined(other, 'without', (one, another) => one & (1 - another))
  }

  /**
   * A mask that keeps as many weights of each layer in random places: what lab.control calls `'random-mask'`.
   * @param seed of the first replicate's places; the next ones count up. By default the setup's
   */
  async shuffle(seed = this[plan].setup.seed): Promise<NetworkMask> {
    const made = shuffled(this[plan], wholeNumber(0)(seed, 'seed'))
    await this.workshop.compute(made.masks, made.tasks, `the mask of ${made.title}`)
    return new NetworkMask(made, this.workshop)
  }

  /**
   * What it has in common with another mask, layer by layer, beside what chance would give: replicate by replicate. Without
   * another one, what the masks of its replicates have in common, every two of them.
   * @returns intersection over union, Hamming distance; shown as a table, drawn by lab.plot.overlap
   * @throws TicketLabError `bad-input` for masks that do not fit each other, or one replicate alone without another mask
   */
  async overlap(other?: NetworkMask): Promise<OverlapResults> {
    const [mine, its] = await Promise.all([this.readAll(), other?.readAll()])
    if (other) checkAlike(this, other)
    const pairs = its
      ? pairedUp(mine, its)
      : mine.flatMap((one, at) => mine.slice(at + 1).map((another) => [one, another] as const))
    if (pairs.length === 0) {
      throw badInput('another mask, or several replicates, in overlap', 'a mask of one replicate')
    }
    const name = other ? `${this.name} and ${other.name}` : `replicates of ${this.name}`
    return overlapResults(
      name,
      pairs.map(([one, another]) => ({ layers: overlapsOf(one, another), all: overlapInAll(one, another) })),
    )
  }

  private async combined(
    other: NetworkMask,
    word: string,
    bit: (one: number, other: number) => number,
  ): Promise<NetworkMask> {
    checkAlike(this, other)
    const pairs = pairedUp(await this.readAll(), await other.readAll())
    const masks = pairs.map(([one, another]) => combinedMasks(one, another, bit))
    masks.forEach(checkAlive)
    const { setup } = this[plan]
    const brought = bringMasks(setup, masks, `${this.name} ${word} ${other.name}`)
    await this.workshop.give(brought.given)
    return new NetworkMask(brought.plan, this.workshop)
  }

  private readAll(): Promise<readonly Masks[]> {
    return Promise.all(this[plan].masks.map((_, index) => this.read(index + 1)))
  }

  private async read(replicate: number): Promise<Masks> {
    const digest = maskOf(this[plan], replicate)
    const reader = await this.workshop.compute([digest], this[plan].tasks, `the mask of ${this.name}`)
    return reader.readMask(digest)
  }

  /** Pictures of the first replicate's mask. */
  async [display](): Promise<MimeBundle> {
    const bundle = masksBundle(await this.read(1))
    return { ...bundle, 'text/plain': [this.toString(), bundle['text/plain']].join('\n') }
  }

  /** Such as `mask of tickets, level 1, 80% of weights`. */
  toString(): string {
    const { masks } = this[plan]
    const many = masks.length === 1 ? '' : `, ${masks.length} replicates`
    return `mask of ${this.name}, level ${this.level}, ${percentText(this.density)} of weights${many}`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

/** Replicate by replicate; one mask that is for all stands beside each. */
function pairedUp(mine: readonly Masks[], its: readonly Masks[]): readonly (readonly [Masks, Masks])[] {
  if (mine.length !== its.length && mine.length > 1 && its.length > 1) {
    throw badInput('masks of as many replicates', `${mine.length} and ${its.length}`)
  }
  return Array.from({ length: Math.max(mine.length, its.length) }, (_, index) => [
    (mine.length === 1 ? mine[0] : mine[index])!,
    (its.length === 1 ? its[0] : its[index])!,
  ])
}

/** A parameter that one of the two does not prune it keeps. */
function combinedMasks(one: Masks, other: Masks, bit: (one: number, other: number) => number): Masks {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(
    names.map((name) => {
      const { shape, data } = (one[name] ?? other[name])!
      const [mine, its] = [one[name]?.data, other[name]?.data]
      return [name, { shape, data: data.map((_, at) => bit(mine?.[at] ?? 1, its?.[at] ?? 1)) }]
    }),
  )
}

function checkAlike(one: NetworkMask, other: unknown): void {
  if (!(other instanceof NetworkMask)) throw badInput('another mask', show(other), promiseAdvice(other))
  checkFits(other[plan], one[plan].setup)
}
