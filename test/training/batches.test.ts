import { describe, expect, it } from 'vitest'
import { batchIndices, dropoutSeeds, noiseOf, variantsOf } from '../../src/training/batches'
import { factorAt, learningRates } from '../../src/training/schedule'
import type { Recipe } from '../../src/tasks/recipe'

describe('the order of examples', () => {
  it('visits every example once per epoch, also when batches reach over its end', () => {
    const indices = [...batchIndices(5, 10, 4, 0, 5)]
    expect(indices.slice(0, 10).sort((a, b) => a - b)).toEqual([...Array(10).keys()])
    expect(indices.slice(10, 20).sort((a, b) => a - b)).toEqual([...Array(10).keys()])
    expect(indices.slice(0, 10)).not.toEqual(indices.slice(10, 20))
  })

  it('is the same however the steps are cut into chunks', () => {
    const whole = [...batchIndices(5, 10, 4, 0, 9)]
    const parts = [batchIndices(5, 10, 4, 0, 2), batchIndices(5, 10, 4, 2, 1), batchIndices(5, 10, 4, 3, 6)]
    expect(parts.flatMap((part) => [...part])).toEqual(whole)
  })

  it('differs between seeds', () => {
    expect([...batchIndices(5, 100, 10, 0, 1)]).not.toEqual([...batchIndices(6, 100, 10, 0, 1)])
  })
})

describe('random changes of images', () => {
  const augmentation = { flip: true, crop: 2 }

  it('are the same however the steps are cut into chunks', () => {
    const whole = [...variantsOf(5, augmentation, 4, 0, 9), ...dropoutSeeds(5, 0, 9)]
    const variants = [variantsOf(5, augmentation, 4, 0, 2), variantsOf(5, augmentation, 4, 2, 7)]
    const seeds = [dropoutSeeds(5, 0, 2), dropoutSeeds(5, 2, 7)]
    expect([...variants, ...seeds].flatMap((part) => [...part])).toEqual(whole)
  })

  it('are any of those that there are, about equally often', () => {
    const counts = Array<number>(50).fill(0)
    for (const variant of variantsOf(5, augmentation, 100, 0, 100)) counts[variant]! += 1
    expect(Math.min(...counts)).toBeGreaterThan(140)
    expect(Math.max(...counts)).toBeLessThan(260)
  })

  it('have the seed of the order, or their own; what dropout drops goes by the order', () => {
    const shape = { augmentation, batchSize: 4 }
    expect(noiseOf(shape, 5, 0, 9)).toEqual(noiseOf(shape, 5, 0, 9, 5))
    const other = noiseOf(shape, 5, 0, 9, 6)
    expect(other.variants).toEqual(variantsOf(6, augmentation, 4, 0, 9))
    expect(other.seeds).toEqual(dropoutSeeds(5, 0, 9))
  })

  it('differ between seeds, and between steps', () => {
    const [one, other] = [variantsOf(5, augmentation, 40, 0, 2), variantsOf(6, augmentation, 40, 0, 2)]
    expect([...one]).not.toEqual([...other])
    expect([...one.subarray(0, 40)]).not.toEqual([...one.subarray(40)])
    expect(new Set([...dropoutSeeds(5, 0, 5), ...dropoutSeeds(6, 0, 5)]).size).toBe(10)
  })
})

describe('learning-rate schedules', () => {
  const recipe = (schedule?: Recipe['schedule']): Recipe => ({
    steps: 100,
    batchSize: 60,
    optimizer: { kind: 'sgd', learningRate: 0.5 },
    evaluateEvery: 10,
    ...(schedule ? { schedule } : {}),
  })

  it('are constant unless told otherwise', () => {
    expect([...learningRates(recipe(), 7, 3)]).toEqual([0.5, 0.5, 0.5])
  })

  it('drop at each boundary', () => {
    const schedule = { kind: 'steps', boundaries: [2, 4], factor: 0.5 } as const
    expect([...learningRates(recipe(schedule), 1, 4)]).toEqual([0.5, 0.25, 0.25, 0.125])
  })

  it('rise linearly during warm-up, then follow the next schedule', () => {
    const then = { kind: 'steps', boundaries: [6], factor: 0.1 } as const
    const schedule = { kind: 'linear-warmup', warmup: 4, then } as const
    expect([0, 1, 4, 5, 6].map((step) => factorAt(schedule, step))).toEqual([0, 0.25, 1, 1, 0.1])
  })
})
