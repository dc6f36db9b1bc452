import type { MaskMatrix } from './analysis'

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** An image of one pixel per weight or input, as canvases take it: 4 bytes per pixel, row-major. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
}

/** A row per output unit, a column per input. */
export function paintMask({ inputs, units, data }: MaskMatrix, kept: Colour, pruned: Colour): Pixels {
  const rgba = new Uint8ClampedArray(4 * inputs * units)
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) {
      setPixel(rgba, unit * inputs + input, data[input * units + unit] === 1 ? kept : pruned)
    }
  }
  return { width: inputs, height: units, rgba }
}

/** The colours of a comparison, by who keeps a weight. */
export interface DifferenceColours {
  readonly both: Colour
  readonly here: Colour
  readonly there: Colour
  readonly none: Colour
}

/** Two masks laid over each other: a row per output unit, a column per input. */
export function paintDifference(
  { inputs, units, data }: MaskMatrix,
  other: Uint8Array,
  { both, here, there, none }: DifferenceColours,
): Pixels {
  const byBits = [none, there, here, both]
  const rgba = new Uint8ClampedArray(4 * inputs * units)
  for (let unit = 0; unit < units; unit++) {
    for (let input = 0; input < inputs; input++) {
      const at = input * units + unit
      setPixel(rgba, unit * inputs + input, byBits[2 * data[at]! + other[at]!]!)
    }
  }
  return { width: inputs, height: units, rgba }
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
