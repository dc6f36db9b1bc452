import { describe, expect, test } from 'vitest'
import { comparableMasks } from '../../src/extension/mask/comparison'
import { maskHtml } from '../../src/extension/mask/html'
import { findMask, fullMask } from '../../src/extension/mask/selection'
import { lenet } from '../../src/networks/zoo'
import type { Json } from '../../src/support/canonical'
import { imp as view } from './views'

// What the store has beside the view: the network decides what is an image.
const imp = { ...view, setup: { network: lenet } as unknown as Json }

const selection = { experiment: imp.digest, parameter: 'dense1/weights', level: 1, replicate: 1 }

describe('finding a mask', () => {
  test('says where it is and what is beside it', () => {
    const source = findMask(imp, selection)
    expect(source?.task).toBe('b'.repeat(64))
    expect(source?.picture).toEqual({
      experiment: 'IMP lenet-mnist',
      parameter: 'dense1/weights',
      shape: [784, 300],
      level: 1,
      density: 0.8012,
      replicate: 1,
      replicates: 2,
      available: [1],
      previousLevel: 0,
      layers: [
        { parameter: 'dense1/weights', kept: 188_160, total: 235_200, isThere: true },
        { parameter: 'output/weights', kept: 2700, total: 3000, isThere: true },
      ],
      image: { height: 28, width: 28 },
    })
  })

  test('takes a replicate that has one', () => {
    expect(findMask(imp, { ...selection, replicate: 0 })?.picture.replicate).toBe(1)
  })

  test('is everything kept at level 0', () => {
    const source = findMask(imp, { ...selection, level: 0 })
    expect(source?.task).toBeUndefined()
    expect(source?.picture).toMatchObject({ available: [0, 1], nextLevel: 1 })
    expect(fullMask(source!.layer)).toHaveLength(235_200)
    expect(fullMask(source!.layer).every((bit) => bit === 1)).toBe(true)
  })

  test('finds none that is not computed, and none of a layer that is not there', () => {
    expect(findMask(imp, { ...selection, level: 2 })).toBeUndefined()
    expect(findMask(imp, { ...selection, parameter: 'dense9/weights' })).toBeUndefined()
  })

  test('names the layers to go to: those without a mask yet, and those of which no share is known, too', () => {
    const levels = imp.levels.map((level) => ({
      ...level,
      layers: level.layers.map(({ kept, ...layer }, at) =>
        at === 1 && level.level === 1 ? { ...layer, masks: [undefined, undefined] } : { ...layer, kept },
      ),
    }))
    const source = findMask({ ...imp, levels } as typeof imp, selection)
    expect(source?.picture.layers[1]).toEqual({ parameter: 'output/weights', total: 3000, isThere: false })
  })

  test('only the layer that looks at the image has a map of it', () => {
    const source = findMask(imp, { ...selection, parameter: 'output/weights' })
    expect(source?.picture).not.toHaveProperty('image')
  })
})

describe('what a mask can be compared with', () => {
  const [first, second] = ['c', 'd'].map((letter) => letter.repeat(64))
  const levels = imp.levels.map((level) =>
    level.level === 2
      ? { ...level, layers: level.layers.map((layer) => ({ ...layer, masks: [first, second] })) }
      : level,
  )
  const other = { ...imp, digest: 'e'.repeat(64), name: 'random-mask lenet-mnist', levels }

  test('is every other mask of that layer, those of its own experiment first', () => {
    const own = { ...imp, levels }
    expect(comparableMasks([other, own], selection).map(({ name }) => name)).toEqual([
      'level 2, 64.2% remaining, replicate 1',
      'level 2, 64.2% remaining, replicate 2',
      // One that both experiments have is no other.
      'random-mask lenet-mnist, level 2, 64.2% remaining, replicate 1',
      'random-mask lenet-mnist, level 2, 64.2% remaining, replicate 2',
    ])
  })

  test('is nothing where layers have other shapes, or the mask is not there', () => {
    const narrow = {
      ...other,
      levels: levels.map((level) => ({
        ...level,
        layers: level.layers.map((layer) => ({ ...layer, shape: [784, 100] })),
      })),
    }
    expect(comparableMasks([imp, narrow], selection)).toEqual([])
    expect(comparableMasks([other], selection)).toEqual([])
  })
})

test('the page runs our script and nothing else', () => {
  const html = maskHtml({ nonce: 'n0nce', cspSource: 'https://local', script: 's.js', style: 's.css' })
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]
  expect(policy).toBe("default-src 'none'; script-src 'nonce-n0nce'; style-src https://local")
  expect(html).toContain('<script nonce="n0nce" src="s.js">')
  expect(html).not.toMatch(/ style=| on\w+=/)
})
