import type { Layout } from './layout'

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** An image of one pixel per weight or input, as canvases take it: 4 bytes per pixel, row-major. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
}

/** One pixel per weight of a layout, in the colour of the class that the weight is of; gaps let the ground through. */
export function paintClasses(
  { width, height, weightAt }: Layout,
  classes: ArrayLike<number>,
  palette: readonly Colour[],
): Pixels {
  const rgba = new Uint8ClampedArray(4 * weightAt.length)
  // A whole pixel at once: the widest layers have millions.
  const whole = new Uint32Array(rgba.buffer)
  const colours = Uint32Array.from(palette, wholePixel)
  for (let at = 0; at < whole.length; at++) {
    const weight = weightAt[at]!
    if (weight >= 0) whole[at] = colours[classes[weight]!]!
  }
  return { width, height, rgba }
}

/** The colours of a comparison, by who keeps a weight. */
export interface DifferenceColours {
  readonly both: Colour
  readonly here: Colour
  readonly there: Colour
  readonly none: Colour
}

/** Those colours by the classes of {@link differenceClasses}. */
export function differencePalette({ both, here, there, none }: DifferenceColours): readonly Colour[] {
  return [none, there, here, both]
}

/** Who keeps each weight of two masks: 0 neither, 1 only the other, 2 only this one, 3 both. */
export function differenceClasses(mask: Uint8Array, other: Uint8Array): Uint8Array {
  const classes = new Uint8Array(mask.length)
  for (let at = 0; at < mask.length; at++) classes[at] = 2 * mask[at]! + other[at]!
  return classes
}

function wholePixel(colour: Colour): number {
  return new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0]!
}

/** One pixel per count, coloured along `scale` from `fewest` to `most`; all alike are drawn as the most. */
export function paintCounts(
  counts: Uint32Array,
  width: number,
  [fewest, most]: readonly [number, number],
  scale: readonly Colour[],
): Pixels {
  const rgba = new Uint8ClampedArray(4 * counts.length)
  counts.forEach((count, at) =>
    setPixel(rgba, at, colourAt(scale, most > fewest ? (count - fewest) / (most - fewest) : 1)),
  )
  return { width, height: counts.length / width, rgba }
}

/** The colour at `fraction` (0 to 1) of a scale of evenly spaced colours. */
export function colourAt(scale: readonly Colour[], fraction: number): Colour {
  const position = Math.min(Math.max(fraction, 0), 1) * (scale.length - 1)
  const below = Math.min(Math.floor(position), scale.length - 2)
  const from = scale[below]!
  const to = scale[below + 1]!
  const share = position - below
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * share)
  return [mix(0), mix(1), mix(2)]
}

function setPixel(rgba: Uint8ClampedArray, at: number, colour: Colour): void {
  rgba[4 * at] = colour[0]
  rgba[4 * at + 1] = colour[1]
  rgba[4 * at + 2] = colour[2]
  rgba[4 * at + 3] = 255
}
