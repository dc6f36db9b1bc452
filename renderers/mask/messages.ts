import type { Windowed } from '../../src/backends/primitives'

/** What the mask panel and the extension tell each other. */

/** One mask to look at, with where it comes from. */
export interface MaskPicture {
  /** Such as `IMP lenet-mnist`. */
  readonly experiment: string
  /** Such as `dense1/weights`. */
  readonly parameter: string
  /** The last extent is the number of output units, the product of the others the number of inputs. */
  readonly shape: readonly number[]
  readonly level: number
  /** Fraction of all prunable weights of the network kept at this level. */
  readonly density: number
  readonly replicate: number
  /** How many replicates the experiment has, and which of them have this mask. */
  readonly replicates: number
  readonly available: readonly number[]
  /** Levels of the same layer to step to. */
  readonly previousLevel?: number
  readonly nextLevel?: number
  /** The layers of this level, in the network's order, to go to. */
  readonly layers: readonly LayerChoice[]
  /** 1 where a weight is kept, row-major. */
  readonly mask: Uint8Array
  /** Set when the layer looks at images itself. */
  readonly image?: MaskImage
  /** A mask of the same shape that it is compared with. */
  readonly other?: OtherMask
}

/** A layer of the level that is on show, this one among them. */
export interface LayerChoice {
  readonly parameter: string
  readonly total: number
  /** Weights kept, the mean over replicates; absent until a mask is known. */
  readonly kept?: number
  /** Whether there is a mask to look at. */
  readonly isThere: boolean
}

/** The images that a layer looks at: for a dense layer, row-major in its inputs, channels innermost. */
export interface MaskImage {
  readonly height: number
  readonly width: number
  /** Absent for one. */
  readonly channels?: number
  /** How the window of a convolution slides over the image; absent for dense layers. */
  readonly windows?: Windowed
}

/** What a mask is compared with. */
export interface OtherMask {
  /** Which mask it is, such as `level 3, 51.2% remaining, replicate 2`. */
  readonly name: string
  readonly mask: Uint8Array
  /** What both have in common of every layer that either prunes, this one among them; absent where only this one is known. */
  readonly layers?: readonly LayerOverlap[]
}

/** What two masks have in common of one layer, beside what random masks would that keep as many weights of it. */
export interface LayerOverlap {
  readonly parameter: string
  /** Weights that both keep. */
  readonly both: number
  /** Intersection over union, in [0, 1]. */
  readonly union: number
  readonly chance: number
}

/** When each weight died, in one replicate. */
export interface DiedMap {
  /** For each weight, which of `levels` is the first without it, counted from 1; 0 where all of them keep it. */
  readonly died: Uint8Array | Uint16Array
  /** The levels whose masks are known, ascending, without level 0. */
  readonly levels: readonly number[]
  /** Weights that a later level has again, which happens where masks are not nested in each other. */
  readonly returned: number
}

/** How large the weights were that a level's pruning was about. */
export interface PruningWeights {
  /** Which weights they are, and by what they were ranked, in a sentence; or why nothing is known of them. */
  readonly note: string
  /** Absent where nothing is known of them. */
  readonly counts?: PruningCounts
}

/** Counts of magnitudes in bins of one width; bin i is from `edges[i]` up to `edges[i + 1]`. */
export interface PruningCounts {
  readonly edges: readonly number[]
  readonly stayed: readonly number[]
  readonly went: readonly number[]
}

/** A picture on its way: masks as bits (src/support/bits.ts), and the number that answers about it carry. */
export interface SentPicture extends Omit<MaskPicture, 'mask' | 'other'> {
  readonly serial: number
  readonly bits: Uint8Array
  readonly other?: Omit<OtherMask, 'mask'> & { readonly bits: Uint8Array }
}

/** What is told about a picture only when it is asked for, since more has to be read. */
export type Detail = 'died' | 'weights'

export type ToMaskPanel =
  | { readonly type: 'show'; readonly picture: SentPicture }
  | { readonly type: 'died'; readonly serial: number; readonly map: DiedMap }
  | { readonly type: 'weights'; readonly serial: number; readonly weights: PruningWeights }
  /** What was asked about a picture cannot be read. */
  | { readonly type: 'unknown'; readonly serial: number; readonly message: string }
  /** The mask asked for cannot be read. */
  | { readonly type: 'problem'; readonly message: string }

export type FromMaskPanel =
  /** The script runs and can show something. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'select'
      readonly parameter: string
      readonly level: number
      readonly replicate: number
    }
  | { readonly type: 'ask'; readonly detail: Detail; readonly serial: number }
  /** The user wants to choose what the mask is compared with, or to compare no more. */
  | { readonly type: 'compare' }
  | { readonly type: 'compare-no-more' }
  | { readonly type: 'save'; readonly name: string; readonly png: Uint8Array }
