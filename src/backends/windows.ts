import type { Windowed } from './primitives'

/** Where a window stops along an axis. */
export interface Places {
  /** How often it stops; 0 or less where it does not fit. */
  readonly count: number
  /** How many zeros it sees before the first number, where it stops first. */
  readonly before: number
}

/**
 * Where a window stops along `axis`: 0 is down, 1 is across.
 * @param extent numbers along the axis
 */
export function placesAlong(extent: number, axis: 0 | 1, { window, stride, padding }: Windowed): Places {
  const size = window[axis]
  if (padding === 'same') {
    const count = Math.ceil(extent / stride)
    return { count, before: Math.floor(Math.max((count - 1) * stride + size - extent, 0) / 2) }
  }
  const before = padding === 'valid' ? 0 : padding[axis]
  return { count: Math.floor((extent + 2 * before - size) / stride) + 1, before }
}
