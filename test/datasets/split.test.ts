import { describe, expect, it } from 'vitest'
import type { DatasetSpec } from '../../src/datasets/dataset'
import { splitExamples } from '../../src/datasets/split'
import { thrown } from '../support/thrown'
import { numberedExamples, numbersOf } from './examples'

const all = numberedExamples(1000)
const spec: DatasetSpec = { name: 'own', splitSeed: 1, validation: 200 }
const split = (changes: Partial<DatasetSpec> = {}) => splitExamples(all, { ...spec, ...changes })
const noisy = (fraction: number, seed?: number) =>
  split({ labelNoise: seed === undefined ? { fraction } : { fraction, seed } })

/** The training examples whose label is not their own. */
const wrongLabels = ({ train }: ReturnType<typeof split>) =>
  numbersOf(train).filter((number, i) => train.labels[i] !== number % 10)

describe('a split', () => {
  it('has every example once, with its label', () => {
    const { train, validation, test } = split()
    expect([train.count, validation.count, test.count]).toEqual([800, 200, 3])
    const numbers = [...numbersOf(train), ...numbersOf(validation)]
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect(numbersOf(validation).map((number) => number % 10)).toEqual([...validation.labels])
  })
})

describe('subsampling', () => {
  it('leaves that many training examples, in their order, and validation and test as they were', () => {
    const whole = split()
    const some = split({ examples: 100 })
    expect(some.train.count).toBe(100)
    const kept = new Set(numbersOf(some.train))
    expect(numbersOf(whole.train).filter((number) => kept.has(number))).toEqual(numbersOf(some.train))
    expect(some.validation).toEqual(whole.validation)
    expect(some.test).toEqual(whole.test)
  })

  it('chooses by the seed of the split, and fewer out of more', () => {
    expect(split({ examples: 100 })).toEqual(split({ examples: 100 }))
    expect(numbersOf(split({ examples: 100, splitSeed: 2 }).train)).not.toEqual(
      numbersOf(split({ examples: 100 }).train),
    )
    const more = new Set(numbersOf(split({ examples: 300 }).train))
    expect(numbersOf(split({ examples: 100 }).train).every((number) => more.has(number))).toBe(true)
  })

  it('to all examples changes nothing', () => {
    expect(split({ examples: 800 })).toEqual(split())
  })

  it('takes all parts of the training examples alike', () => {
    const positions = new Map(numbersOf(split().train).map((number, i) => [number, i]))
    const taken = numbersOf(split({ examples: 400 }).train).map((number) => positions.get(number)!)
    // Of the first half of 800, half of 400 are expected, give or take ten (one standard deviation).
    expect(Math.abs(taken.filter((position) => position < 400).length - 200)).toBeLessThan(50)
  })
})

describe('label noise', () => {
  it('replaces exactly that fraction of the training labels, each by another class', () => {
    expect(wrongLabels(split())).toEqual([])
    expect(wrongLabels(noisy(0.2))).toHaveLength(160)
    expect(wrongLabels(noisy(1))).toHaveLength(800)
    expect(wrongLabels(split({ examples: 33, labelNoise: { fraction: 0.1 } }))).toHaveLength(3)
    expect(Math.max(...noisy(1).train.labels)).toBe(9)
  })

  it('uses all other classes alike', () => {
    const { train } = noisy(1)
    const shifts = Array<number>(10).fill(0)
    numbersOf(train).forEach((number, i) => shifts[(train.labels[i]! - number + 1000) % 10]!++)
    expect(shifts[0]).toBe(0)
    // 89 of each are expected, give or take nine.
    for (const count of shifts.slice(1)) expect(Math.abs(count - 89)).toBeLessThan(45)
  })

  it('leaves images, validation and test clean', () => {
    const clean = split()
    const { train, validation, test } = noisy(0.5)
    expect(train.images).toEqual(clean.train.images)
    expect(validation).toEqual(clean.validation)
    expect(test).toEqual(clean.test)
  })

  it('has a seed of its own, by default that of the split', () => {
    expect(noisy(0.2, 1)).toEqual(noisy(0.2))
    expect(wrongLabels(noisy(0.2, 2))).not.toEqual(wrongLabels(noisy(0.2)))
    expect(numbersOf(noisy(0.2, 2).train)).toEqual(numbersOf(noisy(0.2).train))
  })
})

it.each<[string, Partial<DatasetSpec>, RegExp]>([
  ['less than no validation', { validation: -1 }, /between 0 and 999 validation examples, found -1/],
  ['nothing but validation', { validation: 1000 }, /between 0 and 999 validation examples, found 1000/],
  ['more examples than are left', { examples: 801 }, /between 1 and 800 training examples, found 801/],
  ['half an example', { examples: 0.5 }, /training examples, found 0.5/],
  ['more noise than labels', { labelNoise: { fraction: 1.1 } }, /between 0 and 1, found 1.1/],
])('%s is refused', (_, changes, message) => {
  expect(thrown(() => split(changes))).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(message) as string,
  })
})

it('holds nothing out where that is asked for: all examples are trained on', () => {
  const { train, validation } = split({ validation: 0 })
  expect([train.count, validation.count, validation.images.length]).toEqual([1000, 0, 0])
})
