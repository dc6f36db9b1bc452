import { describe, expect, it } from 'vitest'
import { alphasOfPlane, betasOfPlane } from '../../src/tasks/plane-grid'
import { cornersOf, planeShape, planeWeights, type PlanePoint } from '../../src/training/plane'
import { distancesOf, interpolated } from '../../src/training/interpolate'
import { randomStream } from '../../src/support/random'
import type { Tensors } from '../../src/support/tensor'

const drawn = (seed: number): Tensors => {
  const stream = randomStream(seed, 'plane')
  const draw = (length: number) => ({
    shape: [length],
    data: Float32Array.from({ length }, () => stream.normal()),
  })
  return { 'one/weights': draw(50), 'two/weights': draw(30) }
}
const of = (...numbers: number[]): Tensors => ({
  w: { shape: [numbers.length], data: Float32Array.from(numbers) },
})
const networks = [drawn(1), drawn(2), drawn(3)] as const

describe('The plane through three networks', () => {
  it('has them where a triangle of known sides has its corners', () => {
    // 3-4-5 in the plane of two axes, moved away from the origin.
    const shape = planeShape(of(1, 1, 7), of(4, 1, 7), of(4, 5, 7))
    expect(shape).toEqual({ width: 3, foot: 1, height: 4 })
    expect(planeShape(of(0, 0), of(2, 0), of(-1, 3))).toEqual({ width: 2, foot: -0.5, height: 3 })
  })

  it('has them to the bit, and between the first two the line', () => {
    const shape = planeShape(...networks)
    const corners = cornersOf(shape)
    networks.forEach((network, at) => expect(planeWeights(networks, shape, corners[at]!)).toEqual(network))
    for (const alpha of [0.1, 1 / 3, 0.75]) {
      expect(planeWeights(networks, shape, { alpha, beta: 0 })).toEqual(
        interpolated(networks[0], networks[1], alpha),
      )
    }
  })

  it('has coordinates that are distances along two orthonormal directions', () => {
    const shape = planeShape(...networks)
    const at = (point: PlanePoint) => planeWeights(networks, shape, point)
    const origin = at({ alpha: 0, beta: 0 })
    const stream = randomStream(9, 'points')
    for (let i = 0; i < 20; i++) {
      const [one, other] = [0, 1].map(() => ({
        alpha: 4 * stream.uniform() - 2,
        beta: 4 * stream.uniform() - 2,
      }))
      const expected = Math.hypot(
        (one!.alpha - other!.alpha) * shape.width,
        (one!.beta - other!.beta) * shape.height,
      )
      expect(distancesOf(at(one!), at(other!)).l2 / expected).toBeCloseTo(1, 5)
      expect(
        distancesOf(at(one!), origin).l2 / Math.hypot(one!.alpha * shape.width, one!.beta * shape.height),
      ).toBeCloseTo(1, 5)
    }
  })

  it('shows a quadratic loss as what it is there', () => {
    // |w - m|^2: at coordinates [x, y] it is |x - x_m|^2 + |y - y_m|^2 + the distance of m from the plane, squared.
    const [a, b, c] = [of(0, 0, 1), of(2, 0, 1), of(1, 3, 1)]
    const shape = planeShape(a, b, c)
    const minimum = of(0.5, 1, 3)
    for (const alpha of alphasOfPlane(shape, 9, 0.2)) {
      for (const beta of betasOfPlane(9, 0.2)) {
        const loss = distancesOf(planeWeights([a, b, c], shape, { alpha, beta }), minimum).l2 ** 2
        expect(loss).toBeCloseTo((2 * alpha - 0.5) ** 2 + (3 * beta - 1) ** 2 + 4, 4)
      }
    }
  })

  it.each([
    ['two that are the same', [drawn(1), drawn(2), drawn(2)]],
    ['the first twice', [drawn(1), drawn(1), drawn(2)]],
    ['the third like the first', [drawn(1), drawn(2), drawn(1)]],
    ['three on one line', [of(0, 1), of(1, 2), of(3, 4)]],
  ] as const)('is refused for %s', (_, [a, b, c]) => {
    expect(() => planeShape(a, b, c)).toThrow(/no two the same and not on one line.*lab.barrier/)
  })
})

describe('The grid on a plane', () => {
  it('has the first two networks among its points, and about as many points as asked for', () => {
    expect(betasOfPlane(21, 0.2)).toHaveLength(21)
    for (const points of [3, 5, 10, 21, 40, 201]) {
      for (const margin of [0, 0.1, 0.2, 0.5, 3]) {
        for (const foot of [-2, -0.1, 0.3, 1, 2.5]) {
          const alphas = alphasOfPlane({ foot }, points, margin)
          expect(alphas).toContain(0)
          const range = Math.max(1, foot) - Math.min(0, foot)
          expect(alphas[0]).toBeLessThanOrEqual(Math.min(0, foot) - margin * range + 1e-9)
          expect(alphas.at(-1)).toBeGreaterThanOrEqual(Math.max(1, foot) + margin * range - 1e-9)
          const steps = alphas.slice(1).map((alpha, at) => alpha - alphas[at]!)
          for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 9)
          if (range * (1 + 2 * margin) < points - 1) expect(alphas).toContain(1)
          expect(alphas.length, `${points} ${margin} ${foot}`).toBeLessThan(2 * points + 4)
          expect(alphas.length).toBeGreaterThan(points / 2)
        }
      }
    }
  })
})
