import { badInput } from '../support/errors'
import type { Tensors } from '../support/tensor'

/**
 * The plane through three weight vectors a, b and c, in coordinates along the orthonormal vectors u, from a to b, and v, from the
 * line through a and b to c (Garipov et al. 2018, appendix): a is at [0, 0], b at [width, 0], c at [foot * width, height].
 */
export interface PlaneShape {
  /** Euclidean distance of a and b. */
  readonly width: number
  /** Where on the line from a, at 0, to b, at 1, the point is that is nearest to c. */
  readonly foot: number
  /** Euclidean distance of c from that line. */
  readonly height: number
}

/** How much less than the sides of the triangle its height may be, in single precision. */
const flat = 1e-6

/**
 * @param a,b,c the same parameters, those that training changes, under their masks
 * @throws TicketLabError `bad-input` where the three lie on one line, or two of them are the same
 */
export function planeShape(a: Tensors, b: Tensors, c: Tensors): PlaneShape {
  const sum = (term: (a: number, b: number, c: number) => number): number => {
    let total = 0
    for (const [name, { data }] of Object.entries(a)) {
      const [second, third] = [b[name]!.data, c[name]!.data]
      for (let i = 0; i < data.length; i++) total += term(data[i]!, second[i]!, third[i]!)
    }
    return total
  }
  const squared = sum((a, b) => (b - a) ** 2)
  const foot = squared === 0 ? 0 : sum((a, b, c) => (b - a) * (c - a)) / squared
  const height = Math.sqrt(sum((a, b, c) => (c - a - foot * (b - a)) ** 2))
  const side = Math.sqrt(sum((a, _, c) => (c - a) ** 2))
  const width = Math.sqrt(squared)
  if (height > flat * Math.max(width, side) && width > flat * side) return { width, foot, height }
  throw badInput(
    'three networks that are no two the same and not on one line, for a plane',
    `distances ${width.toPrecision(3)} and ${side.toPrecision(3)} from the first, the third ${height.toPrecision(3)} from the line`,
    'Between two networks there is lab.barrier.',
  )
}

/** A point of the plane: `alpha` widths along u, `beta` heights along v. */
export interface PlanePoint {
  readonly alpha: number
  readonly beta: number
}

/**
 * The weights at a point: `(1 - s - beta) a + s b + beta c` with s the part of alpha that is not c's. In double precision and
 * rounded to float32 once, so that the networks are themselves to the bit, and points between a and b those of the line.
 */
export function planeWeights(
  [a, b, c]: readonly [Tensors, Tensors, Tensors],
  { foot }: PlaneShape,
  { alpha, beta }: PlanePoint,
): Tensors {
  const second = alpha - beta * foot
  const first = 1 - second - beta
  return Object.fromEntries(
    Object.entries(a).map(([name, { shape, data }]) => {
      const [more, most] = [b[name]!.data, c[name]!.data]
      const point = new Float32Array(data.length)
      for (let i = 0; i < point.length; i++) {
        point[i] = first * data[i]! + second * more[i]! + beta * most[i]!
      }
      return [name, { shape, data: point }]
    }),
  )
}

/** Where the three networks are. */
export function cornersOf({ foot }: Pick<PlaneShape, 'foot'>): readonly [PlanePoint, PlanePoint, PlanePoint] {
  return [
    { alpha: 0, beta: 0 },
    { alpha: 1, beta: 0 },
    { alpha: foot, beta: 1 },
  ]
}
