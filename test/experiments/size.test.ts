import { describe, expect, test } from 'vitest'
import { keptCounts } from '../../src/experiments/density'
import { bytesOf, multiplyAddsOf, networkSize, positionsOf } from '../../src/experiments/size'
import { lenet } from '../../src/networks/zoo'
import { parametersOf } from '../../src/networks/parameters'
import { randomStream } from '../../src/support/random'
import { sizeOf, type Tensor } from '../../src/support/tensor'
import { bytesAtRest, encodeTensors } from '../../src/support/tensor-file'

const rates = { dense: 0.2, output: 0.1 }
const counts = keptCounts({ network: lenet, rates }, 20)

describe('the size of a ticket', () => {
  test('of the full LeNet is that of its numbers, and one multiply-add for each weight', () => {
    expect(networkSize(lenet)).toEqual({ bytes: 4 * (266_200 + 410), multiplyAdds: 266_200 })
    expect(parametersOf(lenet).map((parameter) => positionsOf(lenet, parameter))).toEqual(Array(6).fill(1))
  })

  test('shrinks with every level; bytes only once storing survivors alone is worth it', () => {
    const bytes = counts.map((one) => bytesOf(lenet, one))
    expect(bytes.slice(1, 4)).toEqual(Array(3).fill(bytes[0]))
    expect(bytes.slice(4)).toEqual([...bytes.slice(4)].sort((one, other) => other - one))
    expect(bytes[4]!).toBeLessThan(0.5 * bytes[0]!)
    expect(multiplyAddsOf(lenet, counts[8]!)).toBe(
      Object.values(counts[8]!).reduce((sum, kept) => sum + kept, 0),
    )
  })

  test.for([
    [255, 3],
    [256, 127],
    [256, 128],
    [30_000, 2],
    [30_001, 14_000],
  ])('of %i numbers with %i survivors is what a file of them grows by', ([length, kept]) => {
    const data = new Float32Array(length!)
    const stream = randomStream(1, 'test')
    for (let index = 0; index < kept!; index++) data[index] = 1 + stream.uniform()
    const tensor: Tensor = { shape: [length!], data }
    expect(sizeOf(tensor.shape)).toBe(length)
    const bytes = encodeTensors({ one: tensor })
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(bytesAtRest(length!, kept!)).toBe(bytes.length - header)
  })
})
