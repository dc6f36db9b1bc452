import { densityOf, totalOf } from '../../experiments/density'
import { levelOf, maskOf, type MaskPlan } from '../../experiments/steps'
import { parametersOf } from '../../networks/parameters'
import { display, printed, shownAs, type Displayable, type MimeBundle } from '../../report/display'
import { masksBundle } from '../../report/showing/masks'
import { percentText } from '../../support/quantities'
import type { Masks } from '../../support/tensor'
import { layersUnder, type LayerResult } from '../results/result-tables'
import { plan } from './plan'
import { neededFor, type Compute } from './weights'

/** A mask of each replicate, or one for all: which weights `lab.train` keeps. Shown as pictures. */
export class NetworkMask implements Displayable {
  /** What describes them. */
  readonly [plan]: MaskPlan

  constructor(
    described: MaskPlan,
    private readonly compute: Compute,
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

  /** NetworkWeights that it keeps, of the parameters that it prunes. */
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

  private async read(replicate: number): Promise<Masks> {
    const digest = maskOf(this[plan], replicate)
    const reader = await this.compute(neededFor(digest, this[plan].tasks))
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
