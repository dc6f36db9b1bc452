import type { Match } from '../../experiments/matching'
import type { Spread } from '../../experiments/view'
import { xAxes } from '../../report/figures/x-axis'
import type { Parameter } from '../../networks/network'
import { shownAs } from '../../report/display'
import { tableBundle, type Table } from '../../report/showing/table'
import { matchingNote, matchText, spreadText } from '../../report/words/verdicts'
import { countText, percentLabel, percentText } from '../../support/quantities'
import { countKept, sizeOf, type Masks } from '../../support/tensor'

/** One level of a result, over its replicates. */
export interface LevelResult {
  /** How often the network was pruned; 0 is the full network. */
  readonly level: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** How many times as many weights the full network has: 1 / density. */
  readonly compressionRatio: number
  /** Multiplications of an example's values with weights that are left, in one forward pass. */
  readonly multiplyAdds: Spread
  /** Test accuracy, in [0, 1], at the step of minimum validation loss; NaN where none are held out for validation. */
  readonly earlyStopAccuracy: Spread
  /** Test accuracy, in [0, 1], at step T. */
  readonly finalAccuracy: Spread
  /** The step of minimum validation loss; NaN where no examples are held out for validation. */
  readonly earlyStop: Spread
}

/** One layer of a network at one level. */
export interface LayerResult {
  /** Such as `dense1/weights`. */
  readonly parameter: string
  /** Its weights. */
  readonly total: number
  /** Those that are left. */
  readonly kept: number
}

/** What the columns of sizes say. */
const sizeNote =
  'compression ratio: weights of the full network over those remaining; multiply-adds: of surviving weights, for one example'

/** The table of results: a row per level, which is beside the full network where there is one. */
export function levelsTable(
  results: { readonly name: string; readonly levels: readonly LevelResult[]; matching(): readonly Match[] },
  replicates: number,
): Table {
  const matches = results.matching()
  const spreads = replicates > 1 ? `mean [min–max] over ${replicates} replicates` : '1 replicate'
  return {
    title: `${results.name}: ${spreads}; every level begins with a fresh optimizer`,
    header: [
      'level',
      'weights remaining',
      'compression ratio',
      'multiply-adds',
      'test accuracy at early stop (%)',
      'test accuracy at the end (%)',
      'early stop',
      'against the full network (points)',
    ],
    rows: results.levels.map((row) => [
      String(row.level),
      percentText(row.density),
      xAxes.compression.text(row.compressionRatio),
      multiplyAddsText(row.multiplyAdds),
      spreadText(inPercent(row.earlyStopAccuracy), 2),
      spreadText(inPercent(row.finalAccuracy), 2),
      spreadText(row.earlyStop, 0),
      matches
        .filter(({ level }) => level === row.level)
        .map(matchText)
        .join(''),
    ]),
    notes: [sizeNote, ...(matches.length > 0 ? [matchingNote(matches)] : [])],
  }
}

/** What masks keep of each parameter that has weights; shown as a table. */
export function layersUnder(parameters: readonly Parameter[], masks: Masks): readonly LayerResult[] {
  const layers = parameters
    .filter(({ role }) => role === 'weights')
    .map(({ name, shape }): LayerResult => {
      const total = sizeOf(shape)
      return { parameter: name, total, kept: masks[name] ? countKept(masks[name]) : total }
    })
  return shownAs(layers, (shown) => tableBundle(layerTable(shown)))
}

/** What is left of each layer. */
function layerTable(layers: readonly LayerResult[]): Table {
  return {
    header: ['layer', 'kept', 'of', 'remaining'],
    rows: layers.map(({ parameter, kept, total }) => [
      ...[parameter, countText(kept), countText(total)],
      percentLabel((100 * kept) / total),
    ]),
  }
}

/** Where layers are ranked together, replicates differ in how many weights of a convolution are left. */
function multiplyAddsText({ mean, minimum, maximum }: Spread): string {
  const [middle, low, high] = [mean, minimum, maximum].map((value) => countText(Math.round(value)))
  return low === high ? middle! : `${middle!} [${low!}–${high!}]`
}

function inPercent({ mean, minimum, maximum, count, deviation }: Spread): Spread {
  return {
    ...{ mean: 100 * mean, minimum: 100 * minimum, maximum: 100 * maximum, count },
    ...(deviation === undefined ? {} : { deviation: 100 * deviation }),
  }
}
