import type { LayerKind } from './kind'
import { count, withoutBatchNorm } from './options'
import { checkImages } from './shape'
import {
  canonicalWindows,
  padding,
  placesOf,
  stride,
  windowsOf,
  windowWords,
  type LayerPadding,
} from './windows'

/** One number for every window. */
export interface PoolLayer<Kind extends 'max-pool' | 'average-pool' = 'max-pool' | 'average-pool'> {
  /** The largest value in every window, or the mean. */
  readonly kind: Kind
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Height and width of the window; 2 by default. */
  readonly window?: number
  /** The window's by default. */
  readonly stride?: number
  /** `valid` by default. Padding is never the largest, and does not count in a mean. */
  readonly padding?: LayerPadding
}

const defaults = { window: 2, padding: 'valid' } as const

/** What both have in common; `op` is what is made of a window. */
function pool<Kind extends 'max-pool' | 'average-pool'>(
  kind: Kind,
  op: 'maxPool' | 'averagePool',
): LayerKind<PoolLayer<Kind>> {
  return {
    stem: 'pool',
    options: { window: count, stride, padding },
    canonical: (given) => canonicalWindows(given, defaults),
    shapeAfter: (layer, input, { fail }) => [
      ...placesOf(layer, windowsOf(layer, defaults), input, fail),
      input[2]!,
    ],
    parameters: () => [],
    lower(layer, input, { tape }) {
      const output = `${layer.name}/pooled`
      tape.append({ op, input, ...windowsOf(layer, defaults), output })
      return output
    },
    windows: (layer) => windowsOf(layer, defaults),
    words: (layer) => windowWords(kind, layer, defaults),
  }
}

export const maxPool = pool('max-pool', 'maxPool')
export const averagePool = pool('average-pool', 'averagePool')

/** The mean over all positions, one number per channel. */
export interface GlobalAveragePoolLayer {
  /** The mean over all positions. */
  readonly kind: 'global-average-pool'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
}

export const globalAveragePool: LayerKind<GlobalAveragePoolLayer> = {
  stem: 'pool',
  options: {},
  canonical: withoutBatchNorm,
  shapeAfter(layer, input, { fail }) {
    checkImages(layer, input, fail)
    return [input[2]!]
  },
  parameters: () => [],
  lower({ name }, input, { tape }) {
    const output = `${name}/pooled`
    tape.append({ op: 'globalAveragePool', input, output })
    return output
  },
  words: () => ['global-average-pool'],
}
