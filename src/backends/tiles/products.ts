import { TicketLabError } from '../../support/errors'
import type { Primitive, Shape } from '../primitives'
import type { Compilation } from './compilation'
import { isBatch, padded, unitsOf } from './layout'
import { byColumn, byRow } from './sparse'

/** Products of a batch with a parameter or another matrix, and of two batches over their examples. */
export function translateMatmul(
  primitive: Extract<Primitive, { op: 'matmul' }>,
  { machine, around, tiles, shapeOf, at, write }: Compilation,
): () => void {
  const { kernels } = machine
  const { left, right, output, transposeLeft = false, transposeRight = false } = primitive
  const [leftShape, rightShape] = [shapeOf(left), shapeOf(right)]
  if (isBatch(leftShape) && isBatch(rightShape) && transposeLeft && !transposeRight) {
    const [x, dy] = [at(left), at(right)]
    const [columns, rows] = [padded(unitsOf(leftShape)), padded(unitsOf(rightShape))]
    const parameter = around.gradients[output]
    const survivors = parameter === undefined ? undefined : around.variables[parameter]!.survivors
    const gradient = write(output)
    if (!survivors) return () => kernels.denseWeightGradient(x, dy, gradient, tiles, columns, rows)
    const { offsets, starts } = byColumn(machine, survivors, unitsOf(rightShape))
    return () => kernels.sparseWeightGradient(x, dy, gradient, offsets, starts, tiles, columns, rows)
  }
  if (isBatch(leftShape) && !isBatch(rightShape) && !transposeLeft) {
    const [x, w, y] = [at(left), at(right), write(output)]
    const [rows, columns] = (rightShape as [number, number]).map(padded) as [number, number]
    const [inner, outer] = transposeRight ? [columns, rows] : [rows, columns]
    const survivors = around.variables[right]?.survivors
    if (!survivors) {
      // Matrices lie by columns: the next row is one number further, the next column `rows` numbers.
      const [innerStride, outerStride] = transposeRight ? [rows, 1] : [1, rows]
      return () => kernels.denseMultiply(x, w, y, tiles, inner, outer, innerStride, outerStride)
    }
    if (!transposeRight) {
      const { offsets, starts } = byColumn(machine, survivors, outer)
      return () => kernels.sparseMultiply(x, w, offsets, starts, y, tiles, inner, outer)
    }
    const { count, order, values, offsets, starts } = byRow(machine, survivors, outer)
    return () => {
      kernels.reorder(w, order, values, count)
      kernels.sparseMultiply(x, values, offsets, starts, y, tiles, inner, outer)
    }
  }
  if (!isBatch(leftShape) && !isBatch(rightShape)) {
    const [a, b, c] = [at(left), at(right), write(output)]
    const oriented = (shape: Shape, transpose: boolean) => {
      const [rows, columns] = (shape as [number, number]).map(padded) as [number, number]
      return transpose ? ([columns, rows, rows, 1] as const) : ([rows, columns, 1, rows] as const)
    }
    const [rows, inner, aRow, aInner] = oriented(leftShape, transposeLeft)
    const [, columns, bInner, bColumn] = oriented(rightShape, transposeRight)
    return () => kernels.multiplyMatrices(a, b, c, rows, inner, columns, aRow, aInner, bInner, bColumn)
  }
  throw new TicketLabError(
    'backend-failed',
    `This backend cannot compute a product of [${leftShape.join(', ')}] and [${rightShape.join(', ')}] like ` +
      `${output}. Use the tensorflow backend for this network.`,
  )
}
