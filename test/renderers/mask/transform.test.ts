import { describe, expect, test } from 'vitest'
import { cellAt, fit, pan, reveal, zoomAt } from '../../../renderers/mask/transform'

const picture = { width: 100, height: 50 }
const canvas = { width: 350, height: 400 }

test('fits in whole pixels per weight where it can, in the middle', () => {
  expect(fit(picture, canvas)).toEqual({ scale: 3, x: 25, y: 125 })
  expect(fit({ width: 700, height: 100 }, canvas).scale).toBe(0.5)
})

describe('zooming', () => {
  test('keeps the weight under the cursor there', () => {
    const start = fit(picture, canvas)
    const centre = { x: 100, y: 200 }
    const before = cellAt(start, centre, picture)
    const zoomed = zoomAt(start, 4, centre, picture, canvas)
    expect(zoomed.scale).toBe(12)
    expect(cellAt(zoomed, centre, picture)).toEqual(before)
  })

  test('ends at 64 pixels per weight, and at half of what fits', () => {
    const start = fit(picture, canvas)
    const centre = { x: 175, y: 200 }
    expect(zoomAt(start, 1e6, centre, picture, canvas).scale).toBe(64)
    expect(zoomAt(start, 1e-6, centre, picture, canvas).scale).toBe(0.5)
  })
})

test('the picture cannot be dragged out of sight', () => {
  const start = fit(picture, canvas)
  const far = pan(start, 1e6, -1e6, picture, canvas)
  expect(far.x).toBeLessThan(canvas.width)
  expect(far.y + picture.height * far.scale).toBeGreaterThan(0)
})

test('outside the picture is no weight', () => {
  const start = fit(picture, canvas)
  expect(cellAt(start, { x: 25, y: 125 }, picture)).toEqual({ x: 0, y: 0 })
  expect(cellAt(start, { x: 24, y: 125 }, picture)).toBeUndefined()
  expect(cellAt(start, { x: 324, y: 274 }, picture)).toEqual({ x: 99, y: 49 })
  expect(cellAt(start, { x: 325, y: 274 }, picture)).toBeUndefined()
})

test("the keyboard's cursor is brought into sight", () => {
  const zoomed = zoomAt(fit(picture, canvas), 20, { x: 25, y: 125 }, picture, canvas)
  const shown = reveal(zoomed, { x: 99, y: 49 }, picture, canvas)
  expect(shown.x + 99 * shown.scale).toBeLessThanOrEqual(canvas.width - shown.scale)
  expect(shown.y + 49 * shown.scale).toBeLessThanOrEqual(canvas.height - shown.scale)
  expect(reveal(shown, { x: 99, y: 49 }, picture, canvas)).toEqual(shown)
})
