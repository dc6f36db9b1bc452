/** A dataset as a task's description names it. */
export interface DatasetSpec {
  readonly name: 'mnist'
  /** Seed of the split into training and validation examples. */
  readonly splitSeed: number
  /** Examples held out of the training files for validation. */
  readonly validation: number
}

/** One split in memory. Pixels stay bytes; `value = (byte / 255 - mean) / deviation`, per channel. */
export interface Split {
  /** `count` examples, row-major. */
  readonly images: Uint8Array
  /** `count` class indices. */
  readonly labels: Uint8Array
  readonly count: number
}

/** A dataset in memory, ready for a backend. */
export interface Dataset {
  /** Shape of one example, such as `[28, 28, 1]`. */
  readonly shape: readonly number[]
  readonly classes: number
  readonly normalize: { readonly mean: readonly number[]; readonly deviation: readonly number[] }
  readonly train: Split
  readonly validation: Split
  readonly test: Split
}
