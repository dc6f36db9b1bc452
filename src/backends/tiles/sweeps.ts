import type { Sliding } from '../primitives'
import { placesAlong } from '../windows'
import { padded, rowBytes } from './layout'
import type { Machine, Pointer } from './machine'

/** How a window sweeps over pixels; see ../wasm/kernels/sweep.ts, which has the same fields in the same order. */
export interface Sweep {
  readonly height: number
  readonly width: number
  readonly inner: number
  readonly down: number
  readonly across: number
  readonly outer: number
  readonly windowHeight: number
  readonly windowWidth: number
  readonly stride: number
  readonly top: number
  readonly left: number
  readonly start: number
  readonly step: number
  readonly line: number
  readonly filter: number
}

/**
 * The sweep of a convolution or a pooling.
 * @param pixels height, width and channels
 * @param filters how many numbers a place gets
 */
export function sweepOf(
  [height, width, inner]: readonly [number, number, number],
  window: readonly [number, number],
  outer: number,
  { stride, padding }: Sliding,
): Sweep {
  const [windowHeight, windowWidth] = window
  const { count: down, before: top } = placesAlong(height, 0, { window, stride, padding })
  const { count: across, before: left } = placesAlong(width, 1, { window, stride, padding })
  const step = outer * rowBytes
  return {
    ...{ height, width, inner, down, across, outer, windowHeight, windowWidth, stride, top, left },
    ...{ start: 0, step, line: across * step, filter: padded(windowHeight * windowWidth * inner) * 4 },
  }
}

/** The pixels whose derivatives see the same lines of a filter: a sweep over the places of the convolution. */
export interface Phase {
  readonly sweep: Sweep
  /** The lines and columns of the filter, in the order in which the sweep sees them. */
  readonly lines: readonly number[]
  readonly columns: readonly number[]
}

/** The derivative of a convolution by its input, as sweeps that together fill all pixels. */
export function phasesOf(forward: Sweep): readonly Phase[] {
  const { height, width, inner, down, across, outer, stride } = forward
  const phase = (first: number, extent: number, window: number, border: number) => {
    // Pixel stride * i + first is seen by place i + behind - m through line rest + stride * m, for each m.
    const rest = (first + border) % stride
    const behind = (first + border - rest) / stride
    const seen = Math.max(0, Math.ceil((window - rest) / stride))
    const lines = Array.from({ length: seen }, (_, index) => rest + stride * (seen - 1 - index))
    return { count: Math.ceil((extent - first) / stride), lines, border: seen - 1 - behind }
  }
  const pixel = inner * rowBytes
  const firsts = Array.from({ length: stride }, (_, first) => first)
  return firsts.flatMap((row) => {
    const vertical = phase(row, height, forward.windowHeight, forward.top)
    return firsts.flatMap((column): Phase[] => {
      const horizontal = phase(column, width, forward.windowWidth, forward.left)
      if (vertical.count <= 0 || horizontal.count <= 0) return []
      const [windowHeight, windowWidth] = [vertical.lines.length, horizontal.lines.length]
      const sweep: Sweep = {
        ...{ height: down, width: across, inner: outer },
        ...{ down: vertical.count, across: horizontal.count, outer: inner },
        ...{ windowHeight, windowWidth, stride: 1, top: vertical.border, left: horizontal.border },
        ...{ start: (row * width + column) * pixel, step: stride * pixel, line: stride * width * pixel },
        filter: padded(windowHeight * windowWidth * outer) * 4,
      }
      return [{ sweep, lines: vertical.lines, columns: horizontal.lines }]
    })
  })
}

/** Puts a sweep where kernels find it. */
export function putSweep(machine: Machine, sweep: Sweep): Pointer {
  const { height, width, inner, down, across, outer, windowHeight, windowWidth, ...rest } = sweep
  const { stride, top, left, start, step, line, filter } = rest
  const fields = Int32Array.of(
    ...[height, width, inner, down, across, outer, windowHeight, windowWidth],
    ...[stride, top, left, start, step, line, filter],
  )
  const pointer = machine.allocate(fields.byteLength)
  machine.integers(pointer, fields.length).set(fields)
  return pointer
}
