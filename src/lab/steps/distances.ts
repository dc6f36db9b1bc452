import { spreadOver } from '../../experiments/spread'
import { maskOf, type WeightsPlan } from '../../experiments/steps'
import type { Spread } from '../../experiments/view'
import { parametersOf } from '../../networks/parameters'
import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import { tableBundle, tableText, type Table } from '../../report/showing/table'
import { spreadText } from '../../report/words/verdicts'
import type { Digest } from '../../tasks/tasks'
import { likenessOf, type Likeness } from '../../training/likeness'
import type { Workshop } from './workshop'

/** How far the weights of one layer of two networks are from each other, over the replicates. */
export interface LayerDistance {
  /** The parameter's name; `all layers` in the last row. */
  readonly parameter: string
  /** Weights that both masks keep: what the rest is about. */
  readonly weights: Spread
  /** Euclidean distance. */
  readonly l2: Spread
  /** Cosine of the angle between the two, as seen from zero. */
  readonly cosine: Spread
  /** Weights that have the same sign in both, in percent. */
  readonly sameSign: Spread
}

/** How far two networks are from each other, and how many of their weights have the same sign, layer by layer. Shown as a table. */
export class DistanceResults implements Displayable {
  constructor(
    /** Such as `initial weights and tickets`. */
    readonly name: string,
    /** A row per layer, and one for all together. */
    readonly layers: readonly LayerDistance[],
  ) {}

  /** The row of all layers together. */
  get all(): LayerDistance {
    return this.layers.at(-1)!
  }

  /** A row per layer. */
  table(): Table {
    const { count } = this.all.l2
    return {
      title: `Distance of ${this.name}, ${count === 1 ? '1 replicate' : `mean [min–max] over ${count} replicates`}`,
      header: ['layer', 'weights kept by both', 'same sign (%)', 'L2 distance', 'cosine'],
      rows: this.layers.map(({ parameter, weights, l2, cosine, sameSign }) => [
        ...[parameter, spreadText(weights, 0), spreadText(sameSign, 2)],
        ...[spreadText(l2, 3), spreadText(cosine, 3)],
      ]),
    }
  }

  /** The table as text. */
  text(): string {
    return tableText(this.table())
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return tableBundle(this.table())
  }

  /** Such as `distance of initial weights and tickets: L2 12.31, 88.2% of 26620 weights have the same sign`. */
  toString(): string {
    const { l2, sameSign, weights } = this.all
    return (
      `distance of ${this.name}: L2 ${l2.mean.toFixed(2)}, ${sameSign.mean.toFixed(1)}% of ` +
      `${Math.round(weights.mean)} weights have the same sign`
    )
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

/** Reads both networks, computing them where that has yet to be done, and compares them replicate by replicate. */
export async function distancesBetween(
  one: WeightsPlan,
  other: WeightsPlan,
  { compute }: Workshop,
): Promise<DistanceResults> {
  const names = parametersOf(one.setup.network).flatMap(({ name, role }) => (role === 'weights' ? name : []))
  const read = async ({ at, mask, tasks, title }: WeightsPlan, index: number) => {
    const bits: Digest[] = mask ? [maskOf(mask, index + 1)] : []
    const all = new Map([...tasks, ...(mask?.tasks ?? [])])
    const reader = await compute([at[index]!.task, ...bits], all, title)
    const [weights, masks] = await Promise.all([
      reader.readWeights(at[index]!),
      bits[0] === undefined ? {} : reader.readMask(bits[0]),
    ])
    return { weights, masks }
  }
  const found: ReturnType<typeof likenessOf>[] = []
  for (const index of one.at.keys()) {
    const [mine, its] = [await read(one, index), await read(other, index)]
    found.push(likenessOf(names, [mine.weights, its.weights], [mine.masks, its.masks]))
  }
  const row = (parameter: string, all: readonly Likeness[]): LayerDistance => ({
    parameter,
    weights: spreadOver(all.map(({ weights }) => weights)),
    l2: spreadOver(all.map(({ l2 }) => l2)),
    cosine: spreadOver(all.map(({ cosine }) => cosine)),
    sameSign: spreadOver(all.map(({ sameSign }) => 100 * sameSign)),
  })
  return new DistanceResults(`${one.title} and ${other.title}`, [
    ...names.map((name) =>
      row(
        name,
        found.map(({ layers }) => layers[name]!),
      ),
    ),
    row(
      'all layers',
      found.map(({ all }) => all),
    ),
  ])
}
