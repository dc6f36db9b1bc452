import type { ExampleShape, Fail, Members } from './kind'
import { count, oneOf, without } from './options'
import { checkImages, show } from './shape'

/** The options of a layer that slides a window over images. */
export interface Sliding {
  readonly name: string
  readonly window?: number | readonly [number, number]
  readonly stride?: number
  readonly padding?: 'same' | 'valid'
}

/** What is meant by the options that a layer leaves out; without a stride, its window's. */
export interface SlidingDefaults {
  readonly window: number
  readonly stride?: number
  readonly padding: 'same' | 'valid'
}

/** Windows in full: height and width, how far apart they are, and whether they go beyond the edge. */
export interface Windows {
  readonly window: readonly [number, number]
  readonly stride: number
  readonly padding: 'same' | 'valid'
}

export const stride = count
export const padding = oneOf('same', 'valid')

export function windowsOf(layer: Sliding, defaults: SlidingDefaults): Windows {
  const { window = defaults.window, padding = defaults.padding } = layer
  const extents = typeof window === 'number' ? ([window, window] as const) : window
  return { window: extents, stride: layer.stride ?? defaults.stride ?? extents[0], padding }
}

/** How many windows there are, down and across. */
export function placesOf(
  layer: Sliding,
  { window, stride, padding }: Windows,
  input: ExampleShape,
  fail: Fail,
): [number, number] {
  checkImages(layer, input, fail)
  if (padding === 'same') return [Math.ceil(input[0]! / stride), Math.ceil(input[1]! / stride)]
  if (window[0] > input[0]! || window[1] > input[1]!) {
    fail(
      `layer "${layer.name}" has a window of ${window.join('x')} that does not fit its input ${show(input)}: ` +
        "use padding 'same', pool less, or begin with larger images.",
    )
  }
  return [Math.floor((input[0]! - window[0]) / stride) + 1, Math.floor((input[1]! - window[1]) / stride) + 1]
}

/** The layer without what only repeats a default; a square window is one number. */
export function canonicalWindows(given: Members, defaults: SlidingDefaults, others: Members = {}): Members {
  const window = squared(given.window)
  return without(
    { ...others, ...defaults, stride: defaults.stride ?? window ?? defaults.window },
    { ...given, window },
  )
}

function squared(window: unknown): unknown {
  if (!Array.isArray(window)) return window
  const [high, wide, ...rest] = window as readonly unknown[]
  return high !== undefined && high === wide && rest.length === 0 ? high : window
}

/** Such as `max-pool 3x3`, `stride 2`, `same`; only what is not the default. */
export function windowWords(kind: string, layer: Sliding, defaults: SlidingDefaults): readonly string[] {
  const { window, stride, padding } = windowsOf(layer, defaults)
  return [
    `${kind} ${window.join('x')}`,
    ...(stride === (defaults.stride ?? window[0]) ? [] : [`stride ${stride}`]),
    ...(padding === defaults.padding ? [] : [padding]),
  ]
}
