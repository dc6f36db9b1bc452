import type { Activation, LayerKind } from './kind'
import { activation, count, flag, isCount, optional, required } from './options'
import { endWords, lowerEnd, tensorsOf } from './weights'
import {
  canonicalWindows,
  padding,
  placesOf,
  stride,
  windowsOf,
  windowWords,
  type LayerPadding,
} from './windows'

/** Weights `[height, width, channels, filters]`. */
export interface ConvolutionLayer {
  /** A convolution over images. */
  readonly kind: 'convolution'
  /** Unique in the network; letters, digits, - and _. */
  readonly name: string
  /** Filters, which are the channels of the output; at least 1. */
  readonly filters: number
  /** Height and width, or one number for both; 3 by default. */
  readonly window?: number | readonly [number, number]
  /** 1 by default. */
  readonly stride?: number
  /** `same` by default. */
  readonly padding?: LayerPadding
  /** Batch norm between the convolution and the activation, instead of a bias; off by default. */
  readonly batchNorm?: boolean
  /** What is made of every output. */
  readonly activation: Activation
}

const defaults = { window: 3, stride: 1, padding: 'same' } as const

const window = optional(
  'a positive whole number or a [height, width] of them',
  (value) => isCount(value) || (Array.isArray(value) && value.length === 2 && value.every(isCount)),
)

export const convolution: LayerKind<ConvolutionLayer> = {
  stem: 'conv',
  options: { filters: required(count), window, stride, padding, batchNorm: flag, activation },
  canonical: (given) => canonicalWindows(given, defaults, { batchNorm: false }),
  shapeAfter: (layer, input, { fail }) => [
    ...placesOf(layer, windowsOf(layer, defaults), input, fail),
    layer.filters,
  ],
  parameters(layer, input, { group = 'convolution' }) {
    const { window } = windowsOf(layer, defaults)
    return tensorsOf(layer, [...window, input[2]!, layer.filters], group)
  },
  lower(layer, input, lowering) {
    const { name } = layer
    const { stride, padding } = windowsOf(layer, defaults)
    const output = `${name}/convolution`
    lowering.tape.append({ op: 'convolution', input, filter: `${name}/weights`, stride, padding, output })
    return lowerEnd(layer, output, lowering)
  },
  windows: (layer) => windowsOf(layer, defaults),
  words: (layer) => [...windowWords('convolution', layer, defaults), ...endWords(layer)],
}
