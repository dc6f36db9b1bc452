import { describe, expect, it } from 'vitest'
import { slotsOf, stepScalars, updateRule } from '../../src/backends/optimizers'

describe('the scalars of a step', () => {
  it('are the learning rate for SGD and momentum', () => {
    expect(stepScalars({ kind: 'sgd', learningRate: 1 }, 7, 0.25)).toEqual([0.25])
    expect(stepScalars({ kind: 'momentum', learningRate: 1, momentum: 0.9 }, 7, 0.25)).toEqual([0.25])
  })

  it('make the first step of Adam as long as the learning rate, whatever the gradient', () => {
    const gradient = 0.003
    const [rate, epsilon] = stepScalars({ kind: 'adam', learningRate: 1 }, 0, 0.01)
    const [m, v] = [(1 - Math.fround(0.9)) * gradient, (1 - Math.fround(0.999)) * gradient ** 2]
    expect((rate! * m) / (Math.sqrt(v) + epsilon!)).toBeCloseTo(0.01, 7)
  })

  it('approach the plain learning rate and epsilon as Adam goes on', () => {
    const [rate, epsilon] = stepScalars({ kind: 'adam', learningRate: 1, epsilon: 1e-4 }, 50_000, 0.01)
    expect(rate).toBeCloseTo(0.01, 12)
    expect(epsilon).toBeCloseTo(1e-4, 12)
  })
})

describe('the rule of an optimizer', () => {
  it('has its defaults filled in and names its slots after the parameter', () => {
    const adam = updateRule({ kind: 'adam', learningRate: 1 }, 'dense1/weights')
    expect(adam).toEqual({
      kind: 'adam',
      beta1: 0.9,
      beta2: 0.999,
      m: 'dense1/weights/m',
      v: 'dense1/weights/v',
    })
    expect(slotsOf(adam)).toEqual(['dense1/weights/m', 'dense1/weights/v'])
    expect(slotsOf(updateRule({ kind: 'sgd', learningRate: 1 }, 'a'))).toEqual([])
    const momentum = updateRule({ kind: 'momentum', learningRate: 1, momentum: 0.5 }, 'a')
    expect(momentum).toMatchObject({ momentum: 0.5, nesterov: false })
    expect(slotsOf(momentum)).toEqual(['a/velocity'])
  })
})
