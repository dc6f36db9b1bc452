import type { Normalization } from '../dataset'
import type { InstalledDataset } from '../library'
import type { Broken, Reading } from './read'

/** What is made of a folder of images. Everything in it decides the content. */
export interface FolderPlan extends Reading {
  readonly normalize: Normalization
  /** At most so many training images of each class, drawn at random. */
  readonly perClass?: number | undefined
  /** The same of test images. */
  readonly testPerClass?: number | undefined
  /** The part of each class that is held out for testing, where the folder has no images for that. */
  readonly testFraction: number
  /** What becomes of images that cannot be used: an error that names them, or nothing. */
  readonly broken: 'error' | 'leave out'
}

/** A dataset that was made of a folder of images. */
export interface FolderDataset {
  readonly entry: InstalledDataset
  readonly classNames: readonly string[]
  readonly leftOut: readonly Broken[]
}
