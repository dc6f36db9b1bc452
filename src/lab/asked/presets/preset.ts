import type { Setup } from '../../../experiments/setup'
import type { NetworkName } from '../../../networks/zoo'
import type { Recipe } from '../../../tasks/recipe'
import type { DatasetChoice } from '../dataset-options'
import type { InitialOptions } from './initial'
import type { OrderOptions } from './order-options'

/** What a paper fixes of an experiment. */
export interface Preset extends InitialOptions, Pick<OrderOptions, 'freshOrders'> {
  /** Name of a network of the zoo. */
  readonly network: NetworkName
  readonly dataset: DatasetChoice & string
  /** Examples held out for validation. */
  readonly validation: number
  readonly recipe: Recipe
  readonly rates: Setup['rates']
  readonly scope?: Setup['scope']
  readonly rewindTo: number
  readonly replicates: number
  /** Where the values are from; with † where they were remembered rather than read there. */
  readonly source: string
  /** Options whose values were read in the code of the paper, whatever was remembered of others. */
  readonly fromCode?: readonly string[]
  /** That the paper does not say how often validation and test figures are recorded. */
  readonly evaluateEveryIsOurs?: true
}

/** A preset for images that users bring: of a folder, or any others. */
export interface FolderPreset extends Omit<Preset, 'dataset' | 'recipe'> {
  /** Which images were trained on, and with which options `lab.dataset` makes the same of a folder of them. */
  readonly images: { readonly title: string; readonly options: string }
  /** Examples per step. */
  readonly batchSize: number
  /** @param perEpoch steps in which all training examples are seen once */
  readonly recipe: (perEpoch: number) => Recipe
  /** What is not as it was published, whatever is changed. */
  readonly differs: readonly string[]
}

export type Presets<Name extends string> = Readonly<Record<Name, Preset>>
