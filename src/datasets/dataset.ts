import type { Labels } from '../backends/backend'

/** The published datasets there are readers for. */
export type PublishedName = 'mnist' | 'fashion-mnist' | 'cifar10' | 'cifar100'

/** Some training labels replaced by wrong ones. */
export interface LabelNoise {
  /** Of the training labels, exactly round(fraction * count) are replaced, each by a uniformly chosen other class. */
  readonly fraction: number
  /** Seed of which labels, and by which; by default the split's. */
  readonly seed?: number
}

/** A dataset as a task's description names it: everything that decides which examples with which labels there are. */
export interface DatasetSpec {
  /** `'own'` is one that the user made, known by its content. */
  readonly name: PublishedName | 'own'
  /** SHA-256 of the dataset's file; absent for MNIST, whose published files are the only ones accepted. */
  readonly content?: string
  /** Seed of the split into training and validation examples. */
  readonly splitSeed: number
  /** Examples held out of the training files for validation; 0 where all are trained on. */
  readonly validation: number
  /**
   * Training examples that are left after the split, uniformly chosen by the split's seed (so classes are balanced
   * only on average); by default all. Validation and test examples stay.
   */
  readonly examples?: number
  /** Wrong labels in the training split; validation and test labels stay clean. */
  readonly labelNoise?: LabelNoise
}

/** One split in memory. Pixels stay bytes. */
export interface Split {
  /** `count` examples, row-major. */
  readonly images: Uint8Array
  /** `count` class indices. */
  readonly labels: Labels
  readonly count: number
}

/** What is known of a dataset without its examples. */
export interface DatasetFacts {
  /** Shape of one example, `[height, width, channels]`. */
  readonly shape: readonly number[]
  /** Classes, from 0 on; at most 256, and 65,536 of a folder of images. */
  readonly classes: number
  /** Training examples, before any are held out. */
  readonly trainCount: number
  /** Test examples. */
  readonly testCount: number
  /** Test examples of the class that has most of them; absent where that is not known. */
  readonly largestTestClass?: number
}

/** How bytes become numbers: `(byte / 255 - mean) / deviation`, one number for all channels or one for each. */
export interface Normalization {
  /** Subtracted from pixels in [0, 1]; one for all channels or one for each. */
  readonly mean: readonly number[]
  /** What the rest is divided by; one for all channels or one for each. */
  readonly deviation: readonly number[]
}

/** All examples of a dataset, before the split. */
export interface Examples {
  /** Shape of one example, such as `[28, 28, 1]`. */
  readonly shape: readonly number[]
  readonly classes: number
  readonly normalize: Normalization
  readonly train: Split
  readonly test: Split
}

/** A dataset in memory, ready for a backend. */
export interface Dataset extends Examples {
  readonly validation: Split
}
