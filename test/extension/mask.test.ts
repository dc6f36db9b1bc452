import { describe, expect, test } from 'vitest'
import { maskHtml } from '../../src/extension/mask/html'
import { findMask, fullMask } from '../../src/extension/mask/selection'
import { imp } from './views'

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

  test('only the layer that looks at the image has a map of it', () => {
    const source = findMask(imp, { ...selection, parameter: 'output/weights' })
    expect(source?.picture).not.toHaveProperty('image')
  })
})

test('the page runs our script and nothing else', () => {
  const html = maskHtml({ nonce: 'n0nce', cspSource: 'https://local', script: 's.js', style: 's.css' })
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]
  expect(policy).toBe("default-src 'none'; script-src 'nonce-n0nce'; style-src https://local")
  expect(html).toContain('<script nonce="n0nce" src="s.js">')
  expect(html).not.toMatch(/ style=| on\w+=/)
})
