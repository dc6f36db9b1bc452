import { describe, expect, it } from 'vitest'
import {
  checkCounts,
  checkFrozen,
  checkNested,
  checkPruned,
  checkRewound,
  checkTotal,
} from '../../src/training/exactness'
import { prune } from '../../src/training/prune'
import { roundsOf } from '../../src/training/rounds'
import type { PruneTask } from '../../src/tasks/tasks'
import type { Network } from '../../src/networks/network'
import { countKept, type Tensors } from '../../src/support/tensor'
import { thrown } from '../support/thrown'

const network: Network = {
  name: 'tiny',
  input: [4],
  classes: 2,
  layers: [
    { kind: 'dense', name: 'first', units: 2, activation: 'relu' },
    { kind: 'dense', name: 'last', units: 2, activation: 'none' },
  ],
}
const weights: Tensors = {
  'first/weights': { shape: [4, 2], data: Float32Array.of(0.5, -0.1, 0.2, -0.9, 0, 0.3, -0.4, 0.1) },
  'last/weights': { shape: [2, 2], data: Float32Array.of(1, 1, 1, 1) },
}
const task = (change: Partial<PruneTask>): PruneTask => ({
  kind: 'prune',
  network,
  criterion: 'magnitude',
  seed: 1,
  ...change,
})
const bits = (masks: ReturnType<typeof prune>, name: string) => [...masks[name]!.data]

describe('pruning by magnitude', () => {
  it('keeps exactly the largest weights, whatever their sign', () => {
    const masks = prune(task({ keep: { 'first/weights': 3 } }), { weights })
    expect(bits(masks, 'first/weights')).toEqual([1, 0, 0, 1, 0, 0, 1, 0])
    expect(masks['last/weights']).toBeUndefined()
  })

  it('keeps the exact count among equals, chosen by the seed', () => {
    const choose = (seed: number) =>
      bits(prune(task({ keep: { 'last/weights': 2 }, seed }), { weights }), 'last/weights')
    for (let seed = 0; seed < 10; seed++) expect(choose(seed).reduce((sum, bit) => sum + bit, 0)).toBe(2)
    expect(choose(3)).toEqual(choose(3))
    expect(new Set(Array.from({ length: 10 }, (_, seed) => choose(seed).join())).size).toBeGreaterThan(1)
  })

  it('never revives a weight that was pruned, even one that is now the largest', () => {
    const previous = { 'first/weights': { shape: [4, 2], data: Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1) } }
    const masks = prune(task({ keep: { 'first/weights': 2 } }), { weights, previous })
    expect(bits(masks, 'first/weights')).toEqual([1, 0, 0, 0, 0, 0, 1, 0])
    expect(() => checkNested(masks, previous)).not.toThrow()
  })

  it('refuses to keep more than is left, or nothing, and names the parameter', () => {
    for (const count of [9, 0, 1.5]) {
      expect(thrown(() => prune(task({ keep: { 'first/weights': count } }), { weights }))).toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/between 1 and 8 weights of first\/weights .*found/) as string,
      })
    }
  })

  it('refuses to rank NaN', () => {
    const diverged = { 'first/weights': { shape: [4, 2], data: Float32Array.from({ length: 8 }, () => NaN) } }
    expect(thrown(() => prune(task({ keep: { 'first/weights': 3 } }), { weights: diverged }))).toMatchObject({
      code: 'not-a-number',
    })
  })
})

describe('random masks', () => {
  it('random keeps the asked number, elsewhere for another seed', () => {
    const draw = (seed: number) =>
      prune(task({ criterion: 'random', keep: { 'first/weights': 4 }, seed }), {})
    expect(countKept(draw(1)['first/weights']!)).toBe(4)
    expect(bits(draw(1), 'first/weights')).toEqual(bits(draw(1), 'first/weights'))
    expect(bits(draw(1), 'first/weights')).not.toEqual(bits(draw(2), 'first/weights'))
  })

  it('shuffle keeps the count of every parameter and moves the places', () => {
    const data = Uint8Array.from({ length: 200 }, (_, i) => (i < 30 ? 1 : 0))
    const previous = { 'first/weights': { shape: [20, 10], data } }
    const masks = prune(task({ criterion: 'shuffle' }), { previous })
    expect(countKept(masks['first/weights']!)).toBe(30)
    expect(bits(masks, 'first/weights')).not.toEqual([...data])
  })
})

describe('checks of exactness', () => {
  const masks = { 'first/weights': { shape: [4, 2], data: Uint8Array.of(1, 0, 1, 1, 1, 1, 1, 1) } }

  it('find a pruned weight that moved off zero', () => {
    expect(thrown(() => checkPruned(weights, masks))).toMatchObject({
      code: 'inexact',
      message: expect.stringContaining('found 1 pruned weights that are not zero in first/weights') as string,
    })
  })

  it('find a frozen weight that moved, to the bit', () => {
    const after = (first: number, second: number) => ({
      ...weights,
      'first/weights': { shape: [4, 2], data: Float32Array.of(first, second, 0.2, -0.9, 0, 0.3, -0.4, 0.1) },
    })
    expect(() => checkFrozen(after(0.7, -0.1), weights, masks)).not.toThrow()
    expect(thrown(() => checkFrozen(after(0.5, -0.10000001), weights, masks))).toMatchObject({
      code: 'inexact',
      message: expect.stringContaining('found 1 frozen weights that differ') as string,
    })
  })

  it('find a survivor that was not rewound, to the bit', () => {
    const start = (value: number) => ({
      ...weights,
      'first/weights': { shape: [4, 2], data: Float32Array.of(value, 0, 0.2, -0.9, 0, 0.3, -0.4, 0.1) },
    })
    expect(() => checkRewound(start(0.5), weights, masks)).not.toThrow()
    expect(thrown(() => checkRewound(start(0.50000006), weights, masks))).toMatchObject({ code: 'inexact' })
  })

  it('find one weight too many', () => {
    expect(() => checkCounts(masks, { 'first/weights': 7 })).not.toThrow()
    expect(thrown(() => checkCounts(masks, { 'first/weights': 6 }))).toMatchObject({ code: 'inexact' })
  })
})

describe('ranking parameters together', () => {
  const among = ['first/weights', 'last/weights']
  const counts = (masks: ReturnType<typeof prune>) => among.map((name) => countKept(masks[name]!))

  it('keeps exactly the largest weights of all, as many of each as there are among them', () => {
    const large: Tensors = {
      ...weights,
      'last/weights': { shape: [2, 2], data: Float32Array.of(0.45, -0.6, 0.05, 0.01) },
    }
    const masks = prune(task({ keepTotal: { count: 4, among } }), { weights: large })
    expect(bits(masks, 'first/weights')).toEqual([1, 0, 0, 1, 0, 0, 0, 0])
    expect(bits(masks, 'last/weights')).toEqual([1, 1, 0, 0])
    const next = prune(task({ keepTotal: { count: 2, among } }), { weights: large, previous: masks })
    expect(counts(next)).toEqual([1, 1])
    expect(() => checkNested(next, masks)).not.toThrow()
    expect(() => checkTotal(next, { count: 2, among })).not.toThrow()
    expect(thrown(() => checkTotal(next, { count: 3, among }))).toMatchObject({ code: 'inexact' })
  })

  it('chooses among equals of all parameters by the seed, and draws from all of them', () => {
    const equal: Tensors = Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 1) }]),
    )
    for (const criterion of ['magnitude', 'random'] as const) {
      const found = Array.from({ length: 20 }, (_, seed) =>
        counts(prune(task({ criterion, keepTotal: { count: 8, among }, seed }), { weights: equal })),
      )
      for (const [first, last] of found) expect(first! + last!).toBe(8)
      expect(new Set(found.map(([first]) => first)).size).toBeGreaterThan(1)
    }
  })

  it('refuses to leave nothing of a parameter, and names it with the counts', () => {
    expect(thrown(() => prune(task({ keepTotal: { count: 4, among } }), { weights }))).toMatchObject({
      code: 'layer-died',
      message: expect.stringMatching(/found 0 of 8 in first\/weights when 4 weights of 2 layers/) as string,
    })
  })

  it('ranks scores with their signs', () => {
    const scores = {
      'first/weights': Float64Array.of(-9, 1, 2, -3, 0, 0.5, -1, -2),
      'last/weights': Float64Array.of(3, -4, 0.25, 0),
    }
    const masks = prune(task({ criterion: 'grasp', keepTotal: { count: 3, among } }), { scores })
    expect(bits(masks, 'first/weights')).toEqual([0, 1, 1, 0, 0, 0, 0, 0])
    expect(bits(masks, 'last/weights')).toEqual([1, 0, 0, 0])
  })
})

describe('pruning in rounds', () => {
  const scoring = { rounds: 4, backend: { id: 'wasm', arithmetic: 'test' } } as const

  it('keeps a share that falls exponentially, to the exact count in the end', () => {
    const left = { 'first/weights': 10_000, 'last/weights': 100 }
    const keep = { 'first/weights': 16, 'last/weights': 1 }
    const rounds = roundsOf(task({ criterion: 'synflow', keep, scoring }), left)
    expect(rounds.map((round) => round.keep!['first/weights'])).toEqual([2000, 400, 80, 16])
    expect(rounds.map((round) => round.keep!['last/weights'])).toEqual([32, 10, 3, 1])
    const keepTotal = { count: 16, among: ['first/weights'] }
    const together = roundsOf(task({ criterion: 'synflow', keepTotal, scoring }), left)
    expect(together.map((round) => round.keepTotal!.count)).toEqual([2000, 400, 80, 16])
  })

  it('is one round where nothing else is said', () => {
    const once = task({ keep: { 'first/weights': 3 } })
    expect(roundsOf(once, { 'first/weights': 8 })).toEqual([once])
  })
})
