import type { Overlap } from '../../src/training/overlap'
import { unpackBits } from '../../src/support/bits'
import { compare, keptPerChannel, keptPerInput, keptPerUnit, matrixOf, summarize } from './analysis'
import type { MaskMatrix, MaskSummary } from './analysis'
import { weightsPerPixel, type PixelCounts } from './image-map'
import type { DiedMap, MaskPicture, PruningWeights, SentPicture } from './messages'
import type { Transform } from './transform'
import type { View } from './views'

/** What a hidden panel remembers until it is shown again. */
export interface Remembered {
  readonly view?: View
  /** Rows and columns, or units, by what is left in place of as they are. */
  readonly isSorted?: boolean
  /** Two masks beside each other in place of one over the other. */
  readonly isBeside?: boolean
  /** The level up to which the heat map goes; absent for the picture's own. */
  readonly until?: number
  /** Which part of the picture is in sight. */
  readonly transform?: Transform | undefined
}

/** What is on show, with what was computed from it. */
export interface Shown {
  readonly serial: number
  readonly picture: MaskPicture
  readonly matrix: MaskMatrix
  readonly summary: MaskSummary
  readonly counts: Readonly<Record<'perUnit' | 'perInput' | 'perChannel', Uint32Array>>
  /** Where the layer looks at images. */
  readonly pixels?: PixelCounts
  /** Absent while nothing is compared. */
  readonly overlap?: Overlap
  /** What has been told since it was asked for. */
  readonly died?: DiedMap
  readonly weights?: PruningWeights
}

/** Counts all that is drawn or said of a picture. @throws RangeError where masks do not fit its shape */
export function shownOf({ bits, other: sent, serial, ...rest }: SentPicture): Shown {
  const length = rest.shape.reduce((product, extent) => product * extent, 1)
  const other = sent && { ...sent, mask: unpackBits(sent.bits, length) }
  const picture: MaskPicture = { ...rest, mask: unpackBits(bits, length), ...(other ? { other } : {}) }
  const { shape, mask, image } = picture
  const matrix = matrixOf(shape, mask)
  const [perUnit, perInput] = [keptPerUnit(matrix), keptPerInput(matrix)]
  return {
    ...{ serial, picture, matrix, summary: summarize(matrix, perUnit, perInput) },
    counts: { perUnit, perInput, perChannel: keptPerChannel(shape, mask) },
    ...(image ? { pixels: weightsPerPixel(image, shape, mask) } : {}),
    ...(other ? { overlap: compare(matrix, other.mask) } : {}),
  }
}
