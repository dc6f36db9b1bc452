import { describe, expect, it } from 'vitest'
import type { Network } from '../../src/networks/network'
import type { Criterion, PruneTask } from '../../src/tasks/tasks'
import type { Tensors } from '../../src/support/tensor'
import { prune } from '../../src/training/prune'

const network: Network = {
  name: 'six',
  input: [3],
  layers: [{ kind: 'dense', name: 'output', units: 2, activation: 'none' }],
  classes: 2,
}

const tensors = (...numbers: number[]): Tensors => ({
  'output/weights': { shape: [3, 2], data: Float32Array.from(numbers) },
})
const initial = tensors(0.5, -0.1, 0.9, 0.2, -0.6, 0.3)
const weights = tensors(0.6, 0.7, -0.8, 0.1, -0.9, 0.31)

/** Places that are kept. */
function keptBy(criterion: Criterion, count: number): number[] {
  const task: PruneTask = { kind: 'prune', network, criterion, keep: { 'output/weights': count }, seed: 1 }
  const { data } = prune(task, { weights, initial })['output/weights']!
  return Array.from(data.keys()).filter((at) => data[at] === 1)
}

describe('The criteria of "Deconstructing lottery tickets" keep, of six weights,', () => {
  // Written out by hand from the definitions of Zhou et al. (2019), section 4.
  it.each<[Criterion, number, number[]]>([
    // |w|: .6 .7 .8 .1 .9 .31
    ['magnitude', 3, [1, 2, 4]],
    ['small-final', 2, [3, 5]],
    // |w_0|: .5 .1 .9 .2 .6 .3
    ['large-initial', 3, [0, 2, 4]],
    ['small-initial', 2, [1, 3]],
    // |w| - |w_0|: .1 .6 -.1 -.1 .3 .01
    ['magnitude-increase', 3, [0, 1, 4]],
    // |w - w_0|: .1 .8 1.7 .1 .3 .01
    ['movement', 3, [1, 2, 4]],
    // |w| where the sign stayed: .6 0 0 .1 .9 .31
    ['same-sign', 4, [0, 3, 4, 5]],
  ])('%s: %i, at the places %j', (criterion, count, places) => {
    expect(keptBy(criterion, count)).toEqual(places)
  })
})

describe('LAMP', () => {
  const two: Network = {
    ...network,
    layers: [
      { kind: 'dense', name: 'one', units: 2, activation: 'relu' },
      { kind: 'dense', name: 'output', units: 2, activation: 'none' },
    ],
  }
  const given: Tensors = {
    'one/weights': { shape: [3, 2], data: Float32Array.of(1, 2, 3, 0.1, 0.1, 0) },
    'output/weights': { shape: [2, 2], data: Float32Array.of(0.01, -0.02, 0.03, 0.015) },
  }

  it('scores a weight by its square over those that are no smaller of its layer (Lee et al. 2021, equation 5)', () => {
    // 9/9 = 1, 4/13 = .31, 1/14 = .07, then .0007 twice, 0; and 9/9 = 1, 4/13 = .31, 2.25/15.25 = .15, 1/16.25 = .06.
    const among = ['one/weights', 'output/weights']
    const places = (count: number) => {
      const task: PruneTask = {
        kind: 'prune',
        network: two,
        criterion: 'lamp',
        keepTotal: { count, among },
        seed: 1,
      }
      return among.map((name) => [...prune(task, { weights: given })[name]!.data].join(''))
    }
    expect(places(2)).toEqual(['001000', '0010'])
    expect(places(5)).toEqual(['011000', '0111'])
    expect(places(6)).toEqual(['111000', '0111'])
    expect(places(7)).toEqual(['111000', '1111'])
  })

  it('says of a weight that is NaN where it is', () => {
    const broken = { ...given, 'one/weights': { shape: [3, 2], data: Float32Array.of(1, NaN, 3, 0, 0, 0) } }
    const task: PruneTask = {
      kind: 'prune',
      network: two,
      criterion: 'lamp',
      keep: { 'one/weights': 2 },
      seed: 1,
    }
    expect(() => prune(task, { weights: broken })).toThrow(/NaN at place 1 of one\/weights/)
  })
})
