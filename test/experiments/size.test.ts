import { describe, expect, test } from 'vitest'
import { keptCounts, type LayerCounts } from '../../src/experiments/density'
import { bytesOf, multiplyAddsOf, networkSize } from '../../src/experiments/size'
import { lenet, networkByName } from '../../src/networks/zoo'
import { randomStream } from '../../src/support/random'
import { sizeOf, type Tensor } from '../../src/support/tensor'
import { bytesAtRest, encodeTensors } from '../../src/support/tensor-file'

const rates = { dense: 0.2, output: 0.1 }
const counts = keptCounts({ network: lenet, rates }, 20) as readonly LayerCounts[]

describe('the size of a ticket', () => {
  test('of the full LeNet is that of its numbers, and one multiply-add for each weight', () => {
    expect(networkSize(lenet)).toEqual({ bytes: 4 * (266_200 + 410), multiplyAdds: 266_200 })
  })

  test('has a multiply-add for every place where a filter is used', () => {
    const conv2 = networkByName('conv2')
    const filters = 3 * 3 * 3 * 64 + 3 * 3 * 64 * 64
    const dense = 16 * 16 * 64 * 256 + 256 * 256 + 256 * 10
    expect(networkSize(conv2).multiplyAdds).toBe(32 * 32 * filters + dense)
    expect(networkSize(conv2, { 'conv2/weights': 100 }).multiplyAdds).toBe(
      32 * 32 * (3 * 3 * 3 * 64 + 100) + dense,
    )
  })

  test('of layers that are ranked together is what it would be if all lost the same share', () => {
    const among = ['dense1/weights', 'dense2/weights']
    expect(networkSize(lenet, { total: 132_600, among }).multiplyAdds).toBe(132_600 + 1000)
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
