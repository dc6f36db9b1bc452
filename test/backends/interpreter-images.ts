import type { Sliding, Windowed } from '../../src/backends/primitives'
import type { Value } from './interpreter'

/* Convolution and pooling in double precision, from the definition of where a window slides. */

export function convolution(input: Value, filter: Value, sliding: Sliding): Value {
  const [height, width, channels, filters] = filter.shape as [number, number, number, number]
  const places = placesOf(input.shape, { ...sliding, window: [height, width] })
  const output = zeros([input.shape[0]!, places.down, places.across, filters])
  for (const { from, to, tap } of places.taps) {
    for (let channel = 0; channel < channels; channel++) {
      for (let out = 0; out < filters; out++) {
        output.data[to * filters + out]! +=
          input.data[from * channels + channel]! * filter.data[(tap * channels + channel) * filters + out]!
      }
    }
  }
  return output
}

export function convolutionInputGradient(
  gradient: Value,
  filter: Value,
  shape: readonly number[],
  sliding: Sliding,
): Value {
  const [height, width, channels, filters] = filter.shape as [number, number, number, number]
  const output = zeros([gradient.shape[0]!, ...shape])
  for (const { from, to, tap } of placesOf(output.shape, { ...sliding, window: [height, width] }).taps) {
    for (let channel = 0; channel < channels; channel++) {
      for (let out = 0; out < filters; out++) {
        output.data[from * channels + channel]! +=
          gradient.data[to * filters + out]! * filter.data[(tap * channels + channel) * filters + out]!
      }
    }
  }
  return output
}

export function convolutionFilterGradient(input: Value, gradient: Value, windowed: Windowed): Value {
  const [channels, filters] = [input.shape[3]!, gradient.shape[3]!]
  const output = zeros([...windowed.window, channels, filters])
  for (const { from, to, tap } of placesOf(input.shape, windowed).taps) {
    for (let channel = 0; channel < channels; channel++) {
      for (let out = 0; out < filters; out++) {
        output.data[(tap * channels + channel) * filters + out]! +=
          input.data[from * channels + channel]! * gradient.data[to * filters + out]!
      }
    }
  }
  return output
}

export function maxPool(input: Value, windowed: Windowed): Value {
  const { shape, winners } = winnersOf(input, windowed)
  return { shape, data: winners.map((index) => input.data[index]!) }
}

export function maxPoolGradient(input: Value, gradient: Value, windowed: Windowed): Value {
  const output = zeros(input.shape)
  for (const [index, winner] of winnersOf(input, windowed).winners.entries()) {
    output.data[winner]! += gradient.data[index]!
  }
  return output
}

export function maxPoolTangent(input: Value, tangent: Value, windowed: Windowed): Value {
  const { shape, winners } = winnersOf(input, windowed)
  return { shape, data: winners.map((index) => tangent.data[index]!) }
}

export function averagePool(input: Value, windowed: Windowed): Value {
  const channels = input.shape[3]!
  const { down, across, taps } = placesOf(input.shape, windowed)
  const output = zeros([input.shape[0]!, down, across, channels])
  const counts = countsOf(taps)
  for (const { from, to } of taps) {
    for (let channel = 0; channel < channels; channel++) {
      output.data[to * channels + channel]! += input.data[from * channels + channel]! / counts.get(to)!
    }
  }
  return output
}

export function averagePoolGradient(gradient: Value, shape: readonly number[], windowed: Windowed): Value {
  const channels = gradient.shape[3]!
  const output = zeros([gradient.shape[0]!, ...shape])
  const { taps } = placesOf(output.shape, windowed)
  const counts = countsOf(taps)
  for (const { from, to } of taps) {
    for (let channel = 0; channel < channels; channel++) {
      output.data[from * channels + channel]! += gradient.data[to * channels + channel]! / counts.get(to)!
    }
  }
  return output
}

/** Where the (first) largest number of every window is. */
function winnersOf(input: Value, windowed: Windowed): { shape: number[]; winners: number[] } {
  const channels = input.shape[3]!
  const { down, across, taps } = placesOf(input.shape, windowed)
  const winners: number[] = []
  for (const { from, to } of taps) {
    for (let channel = 0; channel < channels; channel++) {
      const [candidate, index] = [from * channels + channel, to * channels + channel]
      const winner = winners[index]
      if (winner === undefined || input.data[candidate]! > input.data[winner]!) winners[index] = candidate
    }
  }
  return { shape: [input.shape[0]!, down, across, channels], winners }
}

/** A pixel under a place of the window. */
interface Tap {
  /** Which pixel of the input, over all examples, row-major. */
  readonly from: number
  /** Which pixel of the output. */
  readonly to: number
  /** Which pixel of the window. */
  readonly tap: number
}

/** Where a window stops, down and across, and every pixel of the input that it has under it then, row-major. */
function placesOf(
  [batch, height, width]: readonly number[],
  { window, stride, padding }: Windowed,
): { down: number; across: number; taps: Tap[] } {
  const along = (extent: number, size: number, axis: 0 | 1): { places: number; before: number } => {
    if (typeof padding === 'object') {
      // As many as fit into the image with so many pixels on each side.
      let places = 0
      while (places * stride + size <= extent + 2 * padding[axis]) places++
      return { places, before: padding[axis] }
    }
    if (padding === 'valid') return { places: Math.floor((extent - size) / stride) + 1, before: 0 }
    const places = Math.ceil(extent / stride)
    return { places, before: Math.floor(Math.max((places - 1) * stride + size - extent, 0) / 2) }
  }
  const [vertical, horizontal] = [along(height!, window[0], 0), along(width!, window[1], 1)]
  const taps: Tap[] = []
  for (let example = 0; example < batch!; example++) {
    for (let down = 0; down < vertical.places; down++) {
      for (let across = 0; across < horizontal.places; across++) {
        for (let tap = 0; tap < window[0] * window[1]; tap++) {
          const y = down * stride - vertical.before + Math.floor(tap / window[1])
          const x = across * stride - horizontal.before + (tap % window[1])
          if (y < 0 || y >= height! || x < 0 || x >= width!) continue
          taps.push({
            from: (example * height! + y) * width! + x,
            to: (example * vertical.places + down) * horizontal.places + across,
            tap,
          })
        }
      }
    }
  }
  return { down: vertical.places, across: horizontal.places, taps }
}

function countsOf(taps: readonly Tap[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { to } of taps) counts.set(to, (counts.get(to) ?? 0) + 1)
  return counts
}

function zeros(shape: readonly number[]): { shape: readonly number[]; data: number[] } {
  return { shape, data: Array<number>(shape.reduce((size, extent) => size * extent, 1)).fill(0) }
}
