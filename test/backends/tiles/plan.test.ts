import { describe, expect, it } from 'vitest'
import type { Primitive } from '../../../src/backends/primitives'
import { bytesOf, isBatch, tilesOf } from '../../../src/backends/tiles/layout'
import { endsOf, fuse, plan } from '../../../src/backends/tiles/plan'
import { buildStepProgram } from '../../../src/networks/lower'
import { networkByName } from '../../../src/networks/zoo'

const relu = (input: string, output: string): Primitive => ({ op: 'relu', input, output })
const sum = (left: string, right: string, output: string): Primitive => ({ op: 'add', left, right, output })
const steps = (...primitives: Primitive[]) => primitives.map((primitive) => ({ primitive }))

describe('the plan of a memory', () => {
  it('lets elementwise steps write over what nobody reads any more', () => {
    const { offsets, bytes } = plan(steps(relu('x', 'y'), relu('y', 'z'), relu('z', 'u')), () => 100)
    expect(new Set(offsets.values())).toEqual(new Set([0]))
    expect(bytes).toBeLessThan(200)
  })

  it('keeps what is read again', () => {
    const { offsets } = plan(steps(relu('x', 'y'), relu('y', 'z'), sum('y', 'z', 'u')), () => 100)
    expect(offsets.get('z')).not.toBe(offsets.get('y'))
  })

  it('keeps what a view is of', () => {
    const view: Primitive = { op: 'reshape', input: 'y', shape: [4], output: 'flat' }
    const { offsets } = plan(steps(relu('x', 'y'), view, relu('y', 'z'), sum('flat', 'z', 'u')), () => 100)
    expect(offsets.get('flat')).toBe(offsets.get('y'))
    expect(offsets.get('z')).not.toBe(offsets.get('y'))
  })

  it.each(['conv2', 'resnet20', 'vgg19', 'inception-v3'])('of %s has no value over another', (name) => {
    const batchSize = 64
    const network = networkByName(name, { input: [75, 75, 3], classes: 10 })
    const program = buildStepProgram(network, { optimizer: { kind: 'sgd', learningRate: 1 }, batchSize })
    const given = ['images']
    const size = (value: string): number | undefined => {
      const shape = program.shapes[value]!
      const planned = isBatch(shape) && shape.length > 1 && !given.includes(value)
      return planned ? bytesOf(shape, tilesOf(batchSize)) : undefined
    }
    const all = fuse([...program.forward, ...program.backward])
    const { offsets, bytes } = plan(all, size)
    /** The value whose numbers lie in each piece, as [from, to]. */
    const there = new Map<string, readonly [number, number]>()
    let sumOfAll = 0
    for (const step of all) {
      const { reads, writes } = endsOf(step)
      for (const value of reads) {
        if (offsets.has(value)) expect(there.has(value), `${value} is still there`).toBe(true)
      }
      for (const value of writes) {
        const from = offsets.get(value)
        if (from === undefined) continue
        const piece = [from, from + size(value)!] as const
        sumOfAll += size(value)!
        if (step.primitive.op !== 'reshape') {
          for (const [other, [first, last]] of there) {
            if (first < piece[1] && piece[0] < last) there.delete(other)
          }
        }
        there.set(value, piece)
      }
    }
    expect(bytes).toBeLessThan(0.7 * sumOfAll)
  })
})

describe('what is computed on the way', () => {
  const convolution: Primitive = {
    ...{ op: 'convolution', input: 'x', filter: 'w', stride: 1, padding: 'same', output: 'y' },
  } as const
  const bias: Primitive = { op: 'addBias', input: 'y', bias: 'b', output: 'z' }

  it('is a bias and relu after a convolution', () => {
    const [step, ...others] = fuse([convolution, bias, relu('z', 'u'), sum('u', 'u', 'v')])
    expect(step).toEqual({ primitive: convolution, bias: 'b', relu: true, output: 'u' })
    expect(others).toHaveLength(1)
  })

  it('is nothing that somebody else reads', () => {
    expect(fuse([convolution, bias, relu('z', 'u'), sum('z', 'u', 'v')])).toEqual([
      { primitive: convolution, bias: 'b', output: 'z' },
      { primitive: relu('z', 'u') },
      { primitive: sum('z', 'u', 'v') },
    ])
    expect(fuse([convolution, bias, sum('y', 'z', 'v')])).toHaveLength(3)
  })
})
