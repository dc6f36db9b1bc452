import { display, printed, type Displayable, type MimeBundle } from '../../report/display'
import { tableBundle, tableText, type Table } from '../../report/showing/table'
import { spreadText } from '../../report/words/verdicts'
import { spreadOver } from '../../experiments/spread'
import type { Spread } from '../../experiments/view'
import { countText } from '../../support/quantities'
import type { Overlap } from '../../training/overlap'

/** What two masks have in common, of one layer or of all together. */
export interface LayerOverlap {
  /** The parameter's name; `all layers` in the last row. */
  readonly parameter: string
  /** Of every pair of masks that was compared. */
  readonly pairs: readonly Overlap[]
  /** Intersection over union in percent, over the pairs. */
  readonly union: Spread
  /** What random masks would have that keep as many weights, in percent, over the pairs. */
  readonly chance: Spread
}

/** How much masks have in common, layer by layer, beside what chance would give. Shown as a table. */
export class OverlapResults implements Displayable {
  constructor(
    /** Such as `tickets and SNIP`. */
    readonly name: string,
    /** A row per layer, and one for all together. */
    readonly layers: readonly LayerOverlap[],
  ) {}

  /** The row of all layers together. */
  get all(): LayerOverlap {
    return this.layers.at(-1)!
  }

  /** A row per layer. */
  table(): Table {
    const { length } = this.all.pairs
    return {
      title: `Overlap of ${this.name}, ${length === 1 ? '1 pair of masks' : `mean [min–max] over ${length} pairs of masks`}`,
      header: [
        ...['layer', 'weights', 'kept', 'kept by both', 'by chance'],
        ...['intersection over union (%)', 'by chance (%)', 'Hamming distance (%)', 'by chance (%)'],
      ],
      rows: this.layers.map(({ parameter, pairs, union, chance }) => {
        const over = (of: (one: Overlap) => number, digits: number): string =>
          spreadText(spreadOver(pairs.map(of)), digits)
        return [
          parameter,
          countText(pairs[0]!.total),
          [0, 1].map((at) => over(({ kept }) => kept[at]!, 0)).join(' and '),
          over(({ both }) => both, 0),
          over((one) => one.chance.both, 0),
          spreadText(union, 2),
          spreadText(chance, 2),
          over(({ hamming }) => 100 * hamming, 2),
          over((one) => 100 * one.chance.hamming, 2),
        ]
      }),
      notes: [
        'by chance: random masks that keep as many weights of each layer (hypergeometric distribution)',
      ],
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

  /** Such as `overlap of tickets and SNIP: intersection over union 61.2%, by chance 11.9%`. */
  toString(): string {
    const { union, chance } = this.all
    return `overlap of ${this.name}: intersection over union ${union.mean.toFixed(1)}%, by chance ${chance.mean.toFixed(1)}%`
  }

  /** What `console.log` prints. */
  [printed](): string {
    return this.toString()
  }
}

/** What was found of pairs of masks. @param pairs of each pair, by parameter and in all */
export function overlapResults(
  name: string,
  pairs: readonly { readonly layers: Readonly<Record<string, Overlap>>; readonly all: Overlap }[],
): OverlapResults {
  const parameters = Object.keys(pairs[0]!.layers)
  const row = (parameter: string, found: readonly Overlap[]): LayerOverlap => ({
    parameter,
    pairs: found,
    union: spreadOver(found.map(({ union }) => 100 * union)),
    chance: spreadOver(found.map(({ chance }) => 100 * chance.union)),
  })
  return new OverlapResults(name, [
    ...parameters.map((parameter) =>
      row(
        parameter,
        pairs.map(({ layers }) => layers[parameter]!),
      ),
    ),
    row(
      'all layers',
      pairs.map(({ all }) => all),
    ),
  ])
}
