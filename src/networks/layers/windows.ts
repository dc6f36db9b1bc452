import type { Padding, Windowed } from '../../backends/primitives'
import { placesAlong } from '../../backends/windows'
import type { ExampleShape, Fail, Members } from './kind'
import { count, isCount, optional, without } from './options'
import { checkImages, show } from './shape'

/** The options of a layer that slides a window over images. */
export interface Sliding {
  readonly name: string
  readonly window?: number | readonly [number, number]
  readonly stride?: number
  readonly padding?: LayerPadding
}

/**
 * How far windows go beyond the edge: `same` as far as it takes to stop at every stride-th pixel, one more below and to the
 * right where that is odd; `valid` not at all; a number, or a [height, width] of them, so many pixels on each side, as in
 * PyTorch.
 */
export type LayerPadding = 'same' | 'valid' | number | readonly [number, number]

/** What is meant by the options that a layer leaves out; without a stride, its window's. */
export interface SlidingDefaults {
  readonly window: number
  readonly stride?: number
  readonly padding: 'same' | 'valid'
}

export const stride = count
export const padding = optional(
  "'same', 'valid', or how many pixels on each side as a whole number or a [height, width] of them",
  (value) =>
    value === 'same' ||
    value === 'valid' ||
    isPixels(value) ||
    (Array.isArray(value) && value.length === 2 && value.every(isPixels)),
)

function isPixels(value: unknown): boolean {
  return value === 0 || isCount(value)
}

/** Windows in full. */
export function windowsOf(layer: Sliding, defaults: SlidingDefaults): Windowed {
  const { window = defaults.window, padding = defaults.padding } = layer
  const extents = typeof window === 'number' ? ([window, window] as const) : window
  return {
    window: extents,
    stride: layer.stride ?? defaults.stride ?? extents[0],
    padding: typeof padding === 'number' ? [padding, padding] : padding,
  }
}

/** How many windows there are, down and across. */
export function placesOf(
  layer: Sliding,
  windows: Windowed,
  input: ExampleShape,
  fail: Fail,
): [number, number] {
  checkImages(layer, input, fail)
  const { window, padding } = windows
  if (typeof padding === 'object' && padding.some((pixels, axis) => pixels >= window[axis]!)) {
    fail(
      `layer "${layer.name}" has a padding of ${padding.join('x')} around images for a window of ${window.join('x')}, which ` +
        'would see nothing but padding: give it less padding, or a larger window.',
    )
  }
  const [down, across] = ([0, 1] as const).map((axis) => placesAlong(input[axis]!, axis, windows).count) as [
    number,
    number,
  ]
  if (down < 1 || across < 1) {
    fail(
      `layer "${layer.name}" has a window of ${window.join('x')} that does not fit its input ${show(input)}: ` +
        "use padding 'same', pool less, or begin with larger images.",
    )
  }
  return [down, across]
}

/** The layer without what only repeats a default; a square window or padding is one number. */
export function canonicalWindows(given: Members, defaults: SlidingDefaults, others: Members = {}): Members {
  const window = squared(given.window)
  const stride = defaults.stride ?? window ?? defaults.window
  return without(
    { ...others, ...defaults, stride },
    {
      ...given,
      window,
      padding: namedPadding(squared(given.padding), window ?? defaults.window, given.stride ?? stride),
    },
  )
}

/** Pixels on each side have a name where it means the same: none, or as many as keep the size of the image. */
function namedPadding(padding: unknown, window: unknown, stride: unknown): unknown {
  const pair = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value, value])
  if (padding === 0) return 'valid'
  const keeps = pair(padding).every((pixels, axis) => 2 * Number(pixels) + 1 === pair(window)[axis])
  return stride === 1 && keeps ? 'same' : padding
}

function squared(window: unknown): unknown {
  if (!Array.isArray(window)) return window
  const [high, wide, ...rest] = window as readonly unknown[]
  return high !== undefined && high === wide && rest.length === 0 ? high : window
}

function paddingText(padding: Padding): string {
  if (typeof padding === 'string') return padding
  return `padding ${padding[0] === padding[1] ? padding[0] : padding.join('x')}`
}

/** Such as `max-pool 3x3`, `stride 2`, `same`; only what is not the default. */
export function windowWords(kind: string, layer: Sliding, defaults: SlidingDefaults): readonly string[] {
  const { window, stride, padding } = windowsOf(layer, defaults)
  return [
    `${kind} ${window.join('x')}`,
    ...(stride === (defaults.stride ?? window[0]) ? [] : [`stride ${stride}`]),
    ...(padding === defaults.padding ? [] : [paddingText(padding)]),
  ]
}
