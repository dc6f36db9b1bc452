import { describe, expect, test } from 'vitest'
import { compare, keptPerInput, keptPerUnit, matrixOf, summarize } from '../../../renderers/mask/analysis'
import {
  comparisonFigures,
  figures,
  imageName,
  percentText,
  pixelText,
  weightText,
} from '../../../renderers/mask/describe'
import { matrixLayout } from '../../../renderers/mask/layout'
import {
  colourAt,
  differenceClasses,
  differencePalette,
  paintClasses,
  paintCounts,
} from '../../../renderers/mask/paint'
import type { Colour } from '../../../renderers/mask/paint'

// Three inputs, two units: input 1 keeps nothing.
const matrix = matrixOf([3, 2], Uint8Array.of(1, 1, 0, 0, 0, 1))

describe('counting a mask', () => {
  test('per input and per unit', () => {
    expect([...keptPerInput(matrix)]).toEqual([2, 0, 1])
    expect([...keptPerUnit(matrix)]).toEqual([1, 2])
  })

  test('all together', () => {
    expect(summarize(matrix)).toEqual({
      kept: 3,
      pruned: 3,
      total: 6,
      fewestPerUnit: 1,
      mostPerUnit: 2,
      unitsCutOff: 0,
      inputsCutOff: 1,
    })
  })

  test('takes the extents before the last together', () => {
    expect(matrixOf([3, 3, 2, 4], new Uint8Array(72))).toMatchObject({ inputs: 18, units: 4 })
  })

  test('refuses a shape that does not fit', () => {
    expect(() => matrixOf([3, 2], new Uint8Array(5))).toThrow(/\[3, 2\].*5 elements/)
  })
})

describe('painting', () => {
  const black: Colour = [0, 0, 0]
  const white: Colour = [255, 255, 255]
  const reds = (rgba: Uint8ClampedArray) => [...rgba].filter((_, at) => at % 4 === 0)

  test('a row per unit, a column per input', () => {
    const { width, height, rgba } = paintClasses(matrixLayout([3, 2]), matrix.data, [black, white])
    expect([width, height]).toEqual([3, 2])
    expect(reds(rgba)).toEqual([255, 0, 0, 255, 0, 255])
    expect(rgba[3]).toBe(255)
  })

  test('counts between the fewest and the most', () => {
    const counts = Uint32Array.of(2, 4, 3, 2)
    const { width, height, rgba } = paintCounts(counts, 2, [2, 4], [black, white])
    expect([width, height]).toEqual([2, 2])
    expect(reds(rgba)).toEqual([0, 255, 128, 0])
    expect(reds(paintCounts(Uint32Array.of(5, 5), 2, [5, 5], [black, white]).rgba)).toEqual([255, 255])
  })

  test('a scale of several colours', () => {
    const scale: Colour[] = [black, [100, 0, 0], white]
    expect([0, 0.25, 0.5, 1, 2].map((fraction) => colourAt(scale, fraction)[0])).toEqual([
      0, 50, 100, 255, 255,
    ])
  })
})

describe('two masks', () => {
  // Kept by both: weights 0 and 5; only here: 1; only there: 2 and 3; by neither: 4.
  const other = Uint8Array.of(1, 0, 1, 1, 0, 1)

  test('are painted by who keeps a weight, a row per unit', () => {
    const colours = { both: [3, 0, 0], here: [2, 0, 0], there: [1, 0, 0], none: [0, 0, 0] } as const
    const classes = differenceClasses(matrix.data, other)
    const { rgba } = paintClasses(matrixLayout([3, 2]), classes, differencePalette(colours))
    expect([...rgba].filter((_, at) => at % 4 === 0)).toEqual([3, 1, 0, 2, 1, 3])
  })

  test('are counted, beside what chance would give: 3 * 4 / 6', () => {
    expect(Object.fromEntries(comparisonFigures(compare(matrix, other)))).toEqual({
      'Kept by both': '2 (33.3%)',
      'Only here': '1',
      'Only there': '2',
      'By neither': '1',
      'Both, by chance': '2 ± 1',
      'Intersection over union': '0.400',
      'The same, by chance': '0.400',
    })
    expect(() => compare(matrix, other.slice(1))).toThrow(/6 weights.*one of 5/)
  })

  test('are told apart under the cursor', () => {
    const picture = { shape: [3, 2], mask: matrix.data, other: { name: 'level 1', mask: other } }
    const at = (x: number, y: number) => weightText(picture, matrixLayout([3, 2]).weightAt[3 * y + x]!)
    expect([at(0, 0), at(0, 1), at(1, 0), at(2, 0)]).toEqual([
      'Input 0 to unit 0: kept by both',
      'Input 0 to unit 1: kept only here',
      'Input 1 to unit 0: kept only there',
      'Input 2 to unit 0: kept by neither',
    ])
  })
})

describe('words', () => {
  test('a weight under the cursor, with the pixel it looks at', () => {
    const picture = { shape: [3, 2], mask: matrix.data }
    expect(weightText(picture, 5)).toBe('Input 2 to unit 1: kept')
    expect(weightText({ ...picture, image: { height: 1, width: 2 } }, 4)).toBe(
      'Input 2 (pixel row 1, column 0) to unit 0: pruned',
    )
  })

  test('a pixel under the cursor', () => {
    expect(pixelText(keptPerInput(matrix), 2, { x: 0, y: 1 }, 2)).toBe(
      'Pixel row 1, column 0: 1 of 2 weights kept',
    )
  })

  test('percentages are never rounded to all or nothing', () => {
    expect([
      percentText(0, 10),
      percentText(1, 1_000_000),
      percentText(999_999, 1_000_000),
      percentText(5, 5),
    ]).toEqual(['0%', '0.01%', '99.9%', '100%'])
  })

  test('figures are exact', () => {
    expect(Object.fromEntries(figures(summarize(matrix), matrix))).toMatchObject({
      Kept: '3 (50.0%)',
      Total: '6 = 3 inputs × 2 units',
      'Inputs cut off': '1',
    })
  })

  test('the saved image is named after what it shows', () => {
    const picture = {
      experiment: 'IMP lenet-mnist',
      parameter: 'dense1/weights',
      shape: [3, 2],
      level: 2,
      density: 0.5,
      replicate: 1,
      replicates: 2,
      available: [0, 1],
      layers: [],
      mask: matrix.data,
    }
    expect(imageName(picture)).toBe('IMP-lenet-mnist-dense1-weights-level-2-replicate-1.png')
  })
})
