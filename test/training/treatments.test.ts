import { describe, expect, it } from 'vitest'
import { initialize } from '../../src/training/initialize'
import { treat, treatments } from '../../src/training/treatments'
import type { Network } from '../../src/networks/network'
import type { Masks } from '../../src/support/tensor'
import type { Treatment } from '../../src/tasks/tasks'
import { thrown } from '../support/thrown'

const network: Network = {
  name: 'small',
  input: [20, 20, 1],
  classes: 10,
  layers: [
    { kind: 'dense', name: 'hidden', units: 100, activation: 'relu', batchNorm: true },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
}
const [weights, drawn] = [0, 1].map((draw) => initialize({ network, seed: 1, draw })) as [
  ReturnType<typeof initialize>,
  ReturnType<typeof initialize>,
]
const hidden = weights['hidden/weights']!
/** Every third weight of the hidden layer is kept; the output is not pruned. */
const masks: Masks = {
  'hidden/weights': {
    shape: hidden.shape,
    data: Uint8Array.from(hidden.data, (_, at) => Number(at % 3 === 0)),
  },
}
const treated = (how: Treatment, seed = 1) => treat({ network, how, seed }, weights, { masks, drawn })
const kept = (of: ReturnType<typeof initialize>, name = 'hidden/weights') =>
  [...of[name]!.data].filter((_, at) => name !== 'hidden/weights' || at % 3 === 0)
const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)
const all = Object.keys(treatments) as Treatment[]

describe('What kept weights begin with', () => {
  it.each(all)(
    '%s leaves pruned weights, biases and batch norm as they were, and changes every layer',
    (how) => {
      const made = treated(how)
      for (const name of Object.keys(weights)) {
        if (!name.endsWith('/weights')) expect(made[name]).toStrictEqual(weights[name])
      }
      const data = made['hidden/weights']!.data
      expect(data.every((value, at) => at % 3 === 0 || value === hidden.data[at])).toBe(true)
      for (const name of ['hidden/weights', 'output/weights']) {
        expect(kept(made, name)).not.toEqual(kept(weights, name))
      }
      expect(treated(how)).toEqual(made)
    },
  )

  it('reshuffle is the same weights of each layer in another order, by the seed', () => {
    for (const name of ['hidden/weights', 'output/weights']) {
      expect(sorted(kept(treated('reshuffle'), name))).toEqual(sorted(kept(weights, name)))
    }
    expect(kept(treated('reshuffle', 2))).not.toEqual(kept(treated('reshuffle')))
  })

  it('reshuffle-same-sign is the same sizes in that order, with the signs as they were', () => {
    const [made, order] = [kept(treated('reshuffle-same-sign')), kept(treated('reshuffle'))]
    expect(made.map(Math.abs)).toEqual(order.map(Math.abs))
    expect(made.map(Math.sign)).toEqual(kept(weights).map(Math.sign))
  })

  it('random-reinit-same-sign is another draw with the signs as they were', () => {
    const made = kept(treated('random-reinit-same-sign'))
    expect(made.map(Math.abs)).toEqual(kept(drawn).map(Math.abs))
    expect(made.map(Math.sign)).toEqual(kept(weights).map(Math.sign))
  })

  it('constants are the standard deviation of all weights of the layer, nearly that of their distribution', () => {
    const numbers = [...hidden.data]
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    const variance = numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length - mean * mean
    const deviation = Math.fround(Math.sqrt(variance))
    const same = kept(treated('constant-same-sign'))
    const signs = kept(weights).map(Math.sign)
    expect(same.every((value, at) => Math.abs(value - signs[at]! * deviation) < 1e-8)).toBe(true)
    expect(new Set(same.map(Math.abs)).size).toBe(1)
    expect(Math.abs(same[0]!)).toBeCloseTo(Math.sqrt(2 / (400 + 100)), 3)
    const random = kept(treated('constant'))
    expect(random.map(Math.abs)).toEqual(same.map(Math.abs))
    // Half of some 13,000 signs, five standard deviations.
    const positive = random.filter((value) => value > 0).length / random.length
    expect(Math.abs(positive - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(random.length))
    const agreeing = random.filter((value, at) => value === same[at]).length / random.length
    expect(Math.abs(agreeing - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(random.length))
  })

  it('have no sign where the weights were 0', () => {
    const some = {
      ...weights,
      'hidden/weights': { ...hidden, data: hidden.data.map((v, at) => (at === 0 ? 0 : v)) },
    }
    const made = treat({ network, how: 'constant-same-sign' }, some, { masks })
    expect(made['hidden/weights']!.data[0]).toBe(0)
  })

  it('are not made up', () => {
    for (const how of ['reshuffle', 'constant'] as const) {
      const error = thrown(() => treat({ network, how }, weights, { masks }))
      expect(error).toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining('by seed') as string,
      })
    }
    const lacks = thrown(() => treat({ network, how: 'random-reinit-same-sign' }, weights, { masks }))
    expect(lacks).toMatchObject({ code: 'bad-input' })
  })
})

describe('What pruned weights begin with', () => {
  it('zero-decreased is 0 where training has made them smaller, by magnitude and only where they are pruned', () => {
    const made = treat({ network, how: 'zero-decreased' }, weights, { masks, trained: drawn })
    const [before, after] = [hidden.data, drawn['hidden/weights']!.data]
    const expected = before.map((own, at) => (at % 3 !== 0 && Math.abs(after[at]!) < Math.abs(own) ? 0 : own))
    expect(made['hidden/weights']!.data).toEqual(expected)
    expect(expected.filter((value) => value === 0).length / expected.length).toBeCloseTo(1 / 3, 1)
    expect(made['output/weights']).toEqual(weights['output/weights'])
    // Those that did not move have not become smaller.
    expect(treat({ network, how: 'zero-decreased' }, weights, { masks, trained: weights })).toEqual(weights)
  })

  it('is not made up', () => {
    const lacks = thrown(() => treat({ network, how: 'zero-decreased' }, weights, { masks }))
    expect(lacks).toMatchObject({ code: 'bad-input' })
  })
})
