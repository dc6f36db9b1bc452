import { describe, expect, it } from 'vitest'
import { evaluationBlock, multiplyAdds } from '../../src/backends/multiply-adds'
import { buildStepProgram } from '../../src/networks/lower'
import { lenet, networkByName } from '../../src/networks/zoo'

const options = { optimizer: { kind: 'sgd', learningRate: 0.1 }, batchSize: 60 } as const
const programOf = (name: string) => buildStepProgram(networkByName(name), options)

describe('the work of a network', () => {
  it('is one multiply-add for each weight and place that it is used at', () => {
    expect(multiplyAdds(buildStepProgram(lenet, options))).toBe(266_200)
    const convolutions = 32 * 32 * (9 * 3 * 64 + 9 * 64 * 64)
    const products = 16 * 16 * 64 * 256 + 256 * 256 + 256 * 10
    expect(multiplyAdds(programOf('conv2'))).toBe(convolutions + products)
  })

  it('decides how many examples are evaluated at once, except in dense networks, which keep their 500', () => {
    expect(evaluationBlock(buildStepProgram(lenet, options), 1e9)).toBe(500)
    expect(evaluationBlock(buildStepProgram(lenet, options), 1)).toBe(500)
    expect(evaluationBlock(programOf('conv2'), 1e9)).toBe(22)
    expect(evaluationBlock(programOf('conv2'), 1e12)).toBe(500)
    expect(evaluationBlock(programOf('vgg19'), 1e6)).toBe(1)
  })
})
