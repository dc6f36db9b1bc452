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
  /** 1 where a weight is kept, row-major. */
  readonly mask: Uint8Array
  /** Set when the layer looks at an image: its extents, row-major in the inputs. */
  readonly image?: { readonly height: number; readonly width: number }
  /** A mask of the same shape that it is compared with. */
  readonly other?: OtherMask
}

/** What a mask is compared with. */
export interface OtherMask {
  /** Which mask it is, such as `level 3, 51.2% remaining, replicate 2`. */
  readonly name: string
  readonly mask: Uint8Array
}

export type ToMaskPanel =
  | { readonly type: 'show'; readonly picture: MaskPicture }
  /** The mask asked for cannot be read. */
  | { readonly type: 'problem'; readonly message: string }

export type FromMaskPanel =
  /** The script runs and can show something. */
  | { readonly type: 'ready' }
  | { readonly type: 'select'; readonly level: number; readonly replicate: number }
  /** The user wants to choose what the mask is compared with, or to compare no more. */
  | { readonly type: 'compare' }
  | { readonly type: 'compare-no-more' }
  | { readonly type: 'save'; readonly name: string; readonly png: Uint8Array }
