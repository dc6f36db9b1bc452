import { overlapsOf, type Overlap } from '../../src/training/overlap'
import { extents } from './layout'

/** A mask as a matrix: a dense layer's `[inputs, units]`, or all extents but the last taken together. */
export interface MaskMatrix {
  readonly inputs: number
  readonly units: number
  /** 1 where kept; weight (input, unit) at `input * units + unit`. */
  readonly data: Uint8Array
}

export interface MaskSummary {
  readonly kept: number
  readonly pruned: number
  readonly total: number
  /** Weights kept per output unit. */
  readonly fewestPerUnit: number
  readonly mostPerUnit: number
  /** Units that keep no weight at all, and inputs that nothing looks at any more. */
  readonly unitsCutOff: number
  readonly inputsCutOff: number
}

/**
 * @param shape at least one extent, whose product is the length of `data`
 * @throws RangeError when it is not
 */
export function matrixOf(shape: readonly number[], data: Uint8Array): MaskMatrix {
  const { inputs, units } = extents(shape)
  if (units * inputs !== data.length) {
    throw new RangeError(`A mask of shape [${shape.join(', ')}] cannot have ${data.length} elements.`)
  }
  return { inputs, units, data }
}

/**
 * Exact counts.
 * @param perUnit those of {@link keptPerUnit}, where they are known
 * @param perInput those of {@link keptPerInput}
 */
export function summarize(
  matrix: MaskMatrix,
  perUnit = keptPerUnit(matrix),
  perInput = keptPerInput(matrix),
): MaskSummary {
  const kept = perInput.reduce((sum, value) => sum + value, 0)
  const { fewest, most } = rangeOf(perUnit)
  return {
    kept,
    pruned: matrix.data.length - kept,
    total: matrix.data.length,
    fewestPerUnit: fewest,
    mostPerUnit: most,
    unitsCutOff: perUnit.filter((value) => value === 0).length,
    inputsCutOff: perInput.filter((value) => value === 0).length,
  }
}

/** The smallest and the largest of some counts. */
export function rangeOf(counts: Uint32Array): { readonly fewest: number; readonly most: number } {
  return {
    fewest: counts.reduce((fewest, value) => Math.min(fewest, value), Infinity),
    most: counts.reduce((most, value) => Math.max(most, value), 0),
  }
}

/** How many weights each input keeps; for a layer that looks at an image, one number per pixel. */
export function keptPerInput({ inputs, units, data }: MaskMatrix): Uint32Array {
  const counts = new Uint32Array(inputs)
  for (let input = 0; input < inputs; input++) {
    let kept = 0
    for (let at = input * units; at < (input + 1) * units; at++) kept += data[at]!
    counts[input] = kept
  }
  return counts
}

/** How many weights each output unit keeps. */
export function keptPerUnit({ inputs, units, data }: MaskMatrix): Uint32Array {
  const counts = new Uint32Array(units)
  for (let input = 0; input < inputs; input++) {
    for (let unit = 0; unit < units; unit++) counts[unit]! += data[input * units + unit]!
  }
  return counts
}

/** How many weights each input channel of a convolution keeps, over all places of its window; of a dense layer, each input. */
export function keptPerChannel(shape: readonly number[], data: Uint8Array): Uint32Array {
  const units = shape.at(-1)!
  const channels = shape.at(-2) ?? 1
  const counts = new Uint32Array(channels)
  for (let row = 0, at = 0; at < data.length; row++) {
    let kept = 0
    for (const end = at + units; at < end; at++) kept += data[at]!
    counts[row % channels]! += kept
  }
  return counts
}

/** What two masks of one layer have in common, beside what chance would give. @throws RangeError for another length */
export function compare({ data }: MaskMatrix, other: Uint8Array): Overlap {
  if (other.length !== data.length) {
    throw new RangeError(`A mask of ${data.length} weights cannot be compared with one of ${other.length}.`)
  }
  const tensor = (bits: Uint8Array) => ({ mask: { shape: [bits.length], data: bits } })
  return overlapsOf(tensor(data), tensor(other))['mask']!
}
