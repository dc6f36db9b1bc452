import { describe, expect, test } from 'vitest'
import { keptPerChannel, keptPerUnit, matrixOf } from '../../../renderers/mask/analysis'
import { barAt, columnsOf } from '../../../renderers/mask/bars'
import { coloursOf } from '../../../renderers/mask/colours'
import {
  degreesText,
  diedNote,
  diedWeightText,
  levelText,
  mapNote,
  placeText,
} from '../../../renderers/mask/describe'
import { weightsPerPixel } from '../../../renderers/mask/image-map'
import { filterLayout, matrixLayout, mostFirst } from '../../../renderers/mask/layout'
import type { MaskImage } from '../../../renderers/mask/messages'
import { viewFor, viewsOf, whenDied } from '../../../renderers/mask/views'
import { placesAlong } from '../../../src/backends/windows'
import { diedAt } from '../../../src/extension/mask/died'
import { contrast } from '../../report/figures/contrast'
import { nestedMasks } from './masks'
import { pageThemes } from './page-themes'

const sizeOf = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1)

describe('where weights lie', () => {
  test.each([
    ['a matrix', matrixLayout([5, 7]), [5, 7]],
    ['a matrix of a convolution', matrixLayout([3, 2, 4, 6]), [3, 2, 4, 6]],
    ['tiles', filterLayout([3, 2, 4, 6]), [3, 2, 4, 6]],
    ['tiles of 1 x 1', filterLayout([1, 1, 4, 6]), [1, 1, 4, 6]],
  ] as const)('every weight is once in %s', (_, { width, height, weightAt }, shape) => {
    expect(weightAt).toHaveLength(width * height)
    const weights = [...weightAt].filter((at) => at >= 0).sort((one, other) => one - other)
    expect(weights).toEqual(Array.from({ length: sizeOf(shape) }, (__, at) => at))
  })

  test('a tile holds one filter and one channel, row by row, in any order', () => {
    const [high, wide, channels, filters] = [3, 2, 4, 6] as const
    const order = { rows: Uint32Array.of(5, 3, 1, 0, 2, 4), columns: Uint32Array.of(2, 0, 3, 1) }
    const { width, weightAt } = filterLayout([high, wide, channels, filters], order)
    for (let row = 0; row < filters; row++)
      for (let column = 0; column < channels; column++)
        for (let y = 0; y < high; y++)
          for (let x = 0; x < wide; x++) {
            const at = weightAt[(row * (high + 1) + y) * width + column * (wide + 1) + x]!
            expect(placeText([high, wide, channels, filters], at)).toBe(
              `Filter ${order.rows[row]!}, channel ${order.columns[column]!}, row ${y}, column ${x}`,
            )
          }
  })

  test('what has most left comes first, and equals stay as they are', () => {
    expect([...mostFirst(Uint32Array.of(2, 5, 0, 5, 2))]).toEqual([1, 3, 0, 4, 2])
    const { weightAt } = matrixLayout([2, 3], {
      rows: Uint32Array.of(2, 0, 1),
      columns: Uint32Array.of(1, 0),
    })
    expect([...weightAt]).toEqual([5, 2, 3, 0, 4, 1])
  })
})

describe('degrees', () => {
  test.each([[[3, 3, 5, 8]], [[30, 20]]])('of units and of inputs of %j add up to what is kept', (shape) => {
    const mask = nestedMasks(sizeOf(shape), 4)[3]!
    const kept = mask.reduce((sum, bit) => sum + bit, 0)
    const perChannel = keptPerChannel(shape, mask)
    const perUnit = keptPerUnit(matrixOf(shape, mask))
    const [channels, units] = shape.slice(-2) as [number, number]
    expect([perChannel.length, perUnit.length]).toEqual([channels, units])
    for (const counts of [perChannel, perUnit]) expect(counts.reduce((sum, one) => sum + one, 0)).toBe(kept)
    const [channel, unit] = [channels - 1, 1]
    const of = (isOf: (at: number) => boolean) => mask.reduce((sum, bit, at) => sum + (isOf(at) ? bit : 0), 0)
    expect(perChannel[channel]).toBe(of((at) => Math.floor(at / units) % channels === channel))
    expect(perUnit[unit]).toBe(of((at) => at % units === unit))
  })

  test('are told with the dead', () => {
    expect(degreesText('output units', Uint32Array.of(0, 4, 1, 0))).toBe(
      '4 output units: 0 to 4 weights kept, median 0.5, mean 1.3; 2 dead, without any',
    )
    expect(degreesText('inputs', Uint32Array.of(3))).toMatch(/median 3, mean 3.0; none is dead$/)
  })
})

describe('the map of an image', () => {
  const padded = { window: [3, 3], stride: 1, padding: 'same' } as const
  const images: readonly (readonly [string, MaskImage, readonly number[]])[] = [
    ['a dense layer over 4x5x3', { height: 4, width: 5, channels: 3 }, [60, 7]],
    ['a dense layer over 6x6', { height: 6, width: 6 }, [36, 5]],
    ['a convolution', { height: 7, width: 6, channels: 3, windows: padded }, [3, 3, 3, 4]],
    ['one of stride 2', { height: 7, width: 8, windows: { ...padded, stride: 2 } }, [3, 3, 1, 4]],
    [
      'one that stays inside',
      { height: 6, width: 7, windows: { ...padded, padding: 'valid' } },
      [3, 3, 1, 2],
    ],
    [
      'a padded one',
      { height: 9, width: 8, channels: 2, windows: { window: [5, 3], stride: 2, padding: [2, 1] } },
      [5, 3, 2, 3],
    ],
  ]
  test.each(images)('of %s counts, weight by weight, who looks at a pixel', (_, image, shape) => {
    const mask = nestedMasks(sizeOf(shape), 2)[1]!
    const { height, width, channels = 1, windows } = image
    const kept = new Array<number>(height * width).fill(0)
    const all = new Array<number>(height * width).fill(0)
    mask.forEach((bit, at) => {
      const input = Math.floor(at / shape.at(-1)!)
      const cell = Math.floor(input / channels)
      if (!windows) {
        kept[cell]! += bit
        all[cell]! += 1
        return
      }
      const [down, across] = [placesAlong(height, 0, windows), placesAlong(width, 1, windows)]
      for (let row = 0; row < down.count; row++)
        for (let column = 0; column < across.count; column++) {
          const y = row * windows.stride - down.before + Math.floor(cell / windows.window[1])
          const x = column * windows.stride - across.before + (cell % windows.window[1])
          if (y < 0 || x < 0 || y >= height || x >= width) continue
          kept[y * width + x]! += bit
          all[y * width + x]! += 1
        }
    })
    const found = weightsPerPixel(image, shape, mask)
    expect([...found.kept]).toEqual(kept)
    expect([...found.all]).toEqual(all)
  })

  test('says that channels are summed, and how a convolution counts', () => {
    expect(mapNote({ height: 2, width: 2 })).not.toMatch(/channels|convolution/)
    expect(mapNote({ height: 2, width: 2, channels: 3 })).toMatch(/those of all 3 channels together/)
    expect(mapNote({ height: 2, width: 2, windows: padded })).toMatch(/convolution counts for every place/)
  })
})

describe('when weights died', () => {
  const map = diedAt(
    [1, 2, 4],
    [Uint8Array.of(1, 1, 0, 1), Uint8Array.of(1, 0, 0, 1), Uint8Array.of(0, 0, 0, 1)],
  )

  test('is told level by level and weight by weight', () => {
    expect([0, 1, 2].map((at) => levelText(map, at))).toEqual([
      'Level 1: 1 died, 3 of 4 left',
      'Level 2: 1 died, 2 of 4 left',
      'Level 4: 1 died, 1 of 4 left',
    ])
    const layer = { shape: [2, 2] }
    expect([0, 3].map((at) => diedWeightText(layer, map, at))).toEqual([
      'Input 0 to unit 0: died at level 4',
      'Input 1 to unit 1: left at level 4',
    ])
    expect(diedNote(map)).not.toContain('nested')
    expect(diedNote({ ...map, returned: 3 })).toContain('not nested: 3 weights')
    expect(diedNote({ ...map, levels: [] })).toMatch(/^No level has pruned/)
  })

  test('is drawn up to a level: later ones are still alive', () => {
    const { colours } = themed('Dark Modern')
    const { palette, classes } = whenDied(map, 1, colours)
    expect(classes).toBe(map.died)
    expect(palette).toHaveLength(4)
    expect(palette.filter((colour) => colour === colours.alive)).toHaveLength(2)
    expect(palette[3]).toBe(colours.alive)
  })
})

test('there is a view where it has something to show', () => {
  const image = { height: 5, width: 5 }
  expect(viewsOf({ shape: [25, 4], image })).toEqual(['matrix', 'map', 'died', 'weights', 'units'])
  expect(viewsOf({ shape: [3, 3, 8, 8] })).toEqual(['matrix', 'filters', 'died', 'weights', 'units'])
  expect(viewFor({ shape: [25, 4] }, 'filters')).toBe('matrix')
  expect(viewFor({ shape: [3, 3, 8, 8] }, 'filters')).toBe('filters')
})

describe('bars', () => {
  test('share the room, and where there is too little, the tallest are seen', () => {
    const values = Uint32Array.from({ length: 10 }, (_, at) => (at === 7 ? 9 : 1))
    const wide = columnsOf([{ values, colour: '' }], 30)
    expect(wide.map(({ from, to }) => to - from)).toEqual(new Array(10).fill(3))
    const narrow = columnsOf([{ values, colour: '' }], 5)
    expect(narrow.map(({ bar }) => bar)).toEqual([0, 2, 4, 7, 8])
    expect(columnsOf([{ values: [], colour: '' }], 5)).toEqual([])
  })

  test('are found under the mouse', () => {
    expect([-1, 0, 29, 30].map((x) => barAt(10, 30, x))).toEqual([undefined, 0, 9, undefined])
  })
})

function themed(name: string) {
  const { classes, colours: given } = pageThemes[name]!
  const rgb = (key: string) =>
    given[key]!.match(/[\da-f]{2}/gi)!.map((hex) => parseInt(hex, 16)) as unknown as readonly [
      number,
      number,
      number,
    ]
  const colours = coloursOf({
    ...{ ground: rgb('editor-background'), foreground: rgb('editor-foreground') },
    ...{ blue: rgb('charts-blue'), orange: rgb('charts-orange') },
    ...{ isHighContrast: classes.includes('high-contrast'), cursor: given['charts-orange']! },
  })
  return { ground: given['editor-background']!, colours }
}

test.each(Object.keys(pageThemes))('what means something stands out 3:1 in %s, and hues differ', (name) => {
  const { ground, colours } = themed(name)
  const { kept, alive, difference } = colours
  const css = (colour: readonly number[]) => `rgb(${colour.join()})`
  for (const colour of [kept, alive, difference.both, difference.here, difference.there])
    expect(contrast(css(colour), ground)).toBeGreaterThanOrEqual(3)
  const [here, there] = [difference.here, difference.there]
  expect(here[2]).toBeGreaterThan(here[0])
  expect(there[0]).toBeGreaterThan(there[2])
  const all = Object.values(difference).map(css)
  expect(new Set(all).size).toBe(4)
})
