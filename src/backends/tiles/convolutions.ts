import type { Primitive } from '../primitives'
import { type Compilation, type Scratch, pixelsOf, clearPadding } from './compilation'
import { padded, rowBytes } from './layout'
import type { Machine, Pointer } from './machine'
import type { Step } from './plan'
import { filtersOf, filtersOfPhase, put } from './sparse'
import { phasesOf, putSweep, sweepOf, type Phase, type Sweep } from './sweeps'

/** Convolutions and their derivatives, dense or sparse as their filters are. */
export function translateConvolution(
  step: Step,
  primitive: Extract<
    Primitive,
    { op: 'convolution' | 'convolutionInputGradient' | 'convolutionFilterGradient' }
  >,
  compilation: Compilation,
): () => void {
  switch (primitive.op) {
    case 'convolution':
      return translateForward(step, primitive, compilation)
    case 'convolutionInputGradient':
      return translateByInput(primitive, compilation)
    case 'convolutionFilterGradient':
      return translateByFilter(primitive, compilation)
  }
}

function translateForward(
  { bias: biasName, relu = false, output }: Step,
  primitive: Extract<Primitive, { op: 'convolution' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, shapeOf, bytes, at, write } = compilation
  const { kernels } = machine
  const written = output ?? primitive.output
  const [height, width, , filters] = shapeOf(primitive.filter) as number[]
  const sweep = sweepOf(pixelsOf(shapeOf(primitive.input)), [height!, width!], filters!, primitive)
  const [x, w] = [at(primitive.input), at(primitive.filter)]
  const bias = biasName === undefined ? 0 : at(biasName)
  const y = write(written)
  const [xTile, yTile] = [bytes(primitive.input) / tiles, bytes(written) / tiles]
  const pointer = putSweep(machine, sweep)
  const survivors = around.variables[primitive.filter]?.survivors
  const fill = clearPadding(written, y, compilation)
  if (!survivors) {
    return () => {
      fill()
      for (let tile = 0; tile < tiles; tile++) {
        for (let i = 0; i < sweep.down; i++) {
          kernels.denseConvolve(x + tile * xTile, w, y + tile * yTile, bias, +relu, pointer, i)
        }
      }
    }
  }
  const { offsets, starts } = filtersOf(machine, survivors, sweep, pixelStrides(sweep))
  return () => {
    fill()
    for (let tile = 0; tile < tiles; tile++) {
      const [from, to] = [x + tile * xTile, y + tile * yTile]
      for (let i = 0; i < sweep.down; i++) {
        kernels.sparseConvolve(from, w, offsets, starts, to, bias, +relu, pointer, i)
      }
    }
  }
}

function translateByInput(
  primitive: Extract<Primitive, { op: 'convolutionInputGradient' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, shapeOf, bytes, at, write } = compilation
  const { kernels } = machine
  const [height, width, channels, filters] = shapeOf(primitive.filter) as number[]
  const [rows, columns] = primitive.shape as [number, number]
  const forward = sweepOf([rows, columns, channels!], [height!, width!], filters!, primitive)
  const [dy, w, dx] = [at(primitive.gradient), at(primitive.filter), write(primitive.output)]
  const [dyTile, dxTile] = [bytes(primitive.gradient) / tiles, bytes(primitive.output) / tiles]
  const survivors = around.variables[primitive.filter]?.survivors
  const fill = clearPadding(primitive.output, dx, compilation)
  const phases = phasesOf(forward).map((phase) => {
    const { sweep } = phase
    const pointer = putSweep(machine, sweep)
    const each = (row: (from: Pointer, to: Pointer, pointer: Pointer, i: number) => void) => () => {
      for (let tile = 0; tile < tiles; tile++) {
        const [from, to] = [dy + tile * dyTile, dx + tile * dxTile]
        for (let i = 0; i < sweep.down; i++) row(from, to, pointer, i)
      }
    }
    if (survivors) {
      const { count, order, values, offsets, starts } = filtersOfPhase(machine, survivors, forward, phase)
      const sweepAll = each((from, to, s, i) =>
        kernels.sparseConvolve(from, values, offsets, starts, to, 0, 0, s, i),
      )
      return () => {
        kernels.reorder(w, order, values, count)
        sweepAll()
      }
    }
    const { count, order, values } = allFiltersOfPhase(compilation, forward, phase)
    const sweepAll = each((from, to, s, i) => kernels.denseConvolve(from, values.pointer, to, 0, 0, s, i))
    return () => {
      kernels.reorder(w, order, values.pointer, count)
      sweepAll()
    }
  })
  return () => {
    fill()
    for (const phase of phases) phase()
  }
}

/** Where each number of the filters of a phase is found among those of the convolution. */
function allFiltersOfPhase(
  { machine, scratch }: Compilation,
  forward: Sweep,
  { sweep, lines, columns }: Phase,
): { count: number; order: Pointer; values: Scratch } {
  const { inner, outer, windowHeight, windowWidth, filter } = sweep
  const row = filter / 4
  const order = new Uint32Array(outer * row)
  for (let channel = 0; channel < outer; channel++) {
    let at = channel * row
    for (const line of lines) {
      for (const column of columns) {
        const tap = line * forward.windowWidth + column
        for (let o = 0; o < inner; o++) {
          order[at++] = (o * forward.filter) / 4 + tap * forward.inner + channel
        }
      }
    }
    // What fills a filter up is never read; any number will do.
    order.fill(0, channel * row + windowHeight * windowWidth * inner, (channel + 1) * row)
  }
  return { count: order.length, order: put(machine, order), values: scratch(order.length * 4) }
}

/** Rows that planes have room for beyond a window, so that they need not be moved for every row of places. */
const spareRows = 5
/** Bytes of planes that should stay in the second cache while the weights of a sparse filter go over them. */
const planesAtOnce = 2 ** 19

function translateByFilter(
  primitive: Extract<Primitive, { op: 'convolutionFilterGradient' }>,
  compilation: Compilation,
): () => void {
  const { machine, around, tiles, shapeOf, bytes, at, write, scratch } = compilation
  const { kernels } = machine
  const filters = shapeOf(primitive.gradient)[3] as number
  const sweep = sweepOf(pixelsOf(shapeOf(primitive.input)), primitive.window, filters, primitive)
  const { height, inner, down, across, outer, windowHeight, windowWidth, stride, top } = sweep
  const [x, dy] = [at(primitive.input), at(primitive.gradient)]
  const [xTile, dyTile] = [bytes(primitive.input) / tiles, bytes(primitive.gradient) / tiles]
  const parameter = around.gradients[primitive.output]
  const variable = parameter === undefined ? undefined : around.variables[parameter]!
  const dw = write(primitive.output)
  const size = variable ? variable.bytes : bytes(primitive.output)
  const pointer = putSweep(machine, sweep)

  const columns = (across - 1) * stride + windowWidth
  const plane = columns * rowBytes
  const line = padded(inner) * plane
  const rows = windowHeight + spareRows
  const dyPlanes = (outer + (outer % 2)) * across * rowBytes
  const room = scratch(rows * line + dyPlanes)

  const survivors = variable?.survivors
  let add: (planes: Pointer, dyPlanes: Pointer) => void
  if (survivors) {
    const { offsets, starts } = filtersOf(machine, survivors, sweep, [line, rowBytes, plane])
    const fit = planesAtOnce / (windowHeight * inner * rowBytes)
    const cuts = cutEvenly(across, Math.max(1, Math.floor((fit - windowWidth) / stride)))
    add = (from, gradients) => {
      for (let cut = 1; cut < cuts.length; cut++) {
        const [first, last] = [cuts[cut - 1]!, cuts[cut]!]
        kernels.sparseFilterGradient(from, gradients, dw, offsets, starts, pointer, first, last)
      }
    }
  } else add = (from, gradients) => kernels.denseFilterGradient(from, gradients, dw, pointer)

  /** One tile. Rows of planes are numbered from the first one that a window sees, outside of the image or not. */
  const addTile = (pixels: Pointer, gradients: Pointer): void => {
    const [planes, dyAt] = [room.pointer, room.pointer + rows * line]
    let [begin, packed] = [0, 0]
    for (let i = 0; i < down; i++) {
      const [from, to] = [i * stride, i * stride + windowHeight]
      if (to - begin > rows) {
        const kept = Math.max(packed - from, 0)
        if (kept > 0) moveDown(machine, planes, (from - begin) * line, kept * line)
        begin = from
      }
      for (packed = Math.max(packed, from); packed < to; packed++) {
        const [row, at] = [packed - top, planes + (packed - begin) * line]
        if (row < 0 || row >= height) kernels.clear(at, line)
        else packRow(machine, sweep, pixels, row, at, columns)
      }
      kernels.packPlanes(gradients + i * across * outer * rowBytes, dyAt, across, outer, across * rowBytes)
      add(planes + (from - begin) * line, dyAt)
    }
  }
  return () => {
    kernels.clear(dw, size)
    kernels.clear(room.pointer, rows * line + dyPlanes)
    for (let tile = 0; tile < tiles; tile++) addTile(x + tile * xTile, dy + tile * dyTile)
  }
}

/** Puts a row of pixels into planes, behind the columns of zeros at the left. */
function packRow(
  { kernels }: Machine,
  { width, inner, left }: Sweep,
  pixels: Pointer,
  row: number,
  to: Pointer,
  columns: number,
): void {
  const seen = Math.min(width, columns - left)
  const from = pixels + row * width * inner * rowBytes
  kernels.packPlanes(from, to + left * rowBytes, seen, inner, columns * rowBytes)
}

function moveDown(machine: Machine, to: Pointer, distance: number, bytes: number): void {
  machine.bytes(to, distance + bytes).copyWithin(0, distance, distance + bytes)
}

/** Numbers from 0 to `extent`, with at most `limit` from one to the next, as evenly as it goes. */
function cutEvenly(extent: number, limit: number): readonly number[] {
  const pieces = Math.ceil(extent / limit)
  return Array.from({ length: pieces + 1 }, (_, index) => Math.floor((index * extent) / pieces))
}

function pixelStrides({ width, inner }: Sweep): readonly [number, number, number] {
  return [width * inner * rowBytes, inner * rowBytes, rowBytes]
}
