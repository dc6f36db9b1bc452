/** Where weights lie in a picture of one pixel per weight. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** The index of the weight at each pixel, row-major; -1 in the gaps between tiles. */
  readonly weightAt: Int32Array
}

/** In which order rows (output units) and columns (inputs, or input channels) stand. */
export interface Order {
  readonly rows: Uint32Array
  readonly columns: Uint32Array
}

/**
 * A row per output unit, a column per input.
 * @param shape the last extent is that of the units, all others together are inputs
 */
export function matrixLayout(shape: readonly number[], order?: Order): Layout {
  const { inputs, units } = extents(shape)
  const weightAt = new Int32Array(inputs * units)
  for (let row = 0; row < units; row++) {
    const unit = order ? order.rows[row]! : row
    for (let column = 0; column < inputs; column++) {
      const input = order ? order.columns[column]! : column
      weightAt[row * inputs + column] = input * units + unit
    }
  }
  return { width: inputs, height: units, weightAt }
}

/**
 * A tile of height x width pixels for each filter and channel, with a gap of one pixel between tiles: a row of tiles for
 * each output channel, a column for each input channel.
 * @param shape `[height, width, channels, filters]`
 */
export function filterLayout(shape: readonly number[], order?: Order): Layout {
  const [high, wide, channels, filters] = shape as [number, number, number, number]
  const width = channels * (wide + 1) - 1
  const height = filters * (high + 1) - 1
  const weightAt = new Int32Array(width * height).fill(-1)
  for (let row = 0; row < filters; row++) {
    const filter = order ? order.rows[row]! : row
    for (let column = 0; column < channels; column++) {
      const channel = order ? order.columns[column]! : column
      for (let y = 0; y < high; y++) {
        const start = (row * (high + 1) + y) * width + column * (wide + 1)
        for (let x = 0; x < wide; x++) {
          weightAt[start + x] = ((y * wide + x) * channels + channel) * filters + filter
        }
      }
    }
  }
  return { width, height, weightAt }
}

/** Those with the most first; those with as many stay as they are. */
export function mostFirst(counts: Uint32Array): Uint32Array {
  return Uint32Array.from(counts.keys()).sort((one, other) => counts[other]! - counts[one]! || one - other)
}

/** Output units, and the product of all other extents. */
export function extents(shape: readonly number[]): { readonly inputs: number; readonly units: number } {
  return {
    units: shape.at(-1) ?? 0,
    inputs: shape.slice(0, -1).reduce((product, extent) => product * extent, 1),
  }
}

/** Whether weights are those of a convolution. */
export function isConvolution(shape: readonly number[]): boolean {
  return shape.length === 4
}
