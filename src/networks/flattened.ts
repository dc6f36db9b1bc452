import { inputs } from '../backends/program'
import { Tape } from '../backends/tape'
import { lowerLayers } from './lower'
import type { Network } from './network'
import { parametersOf } from './parameters'

/**
 * The shapes `[height, width, channels]` that dense layers flatten, by the name of their weights; a layer that takes
 * numbers without places is not among them.
 */
export function flattenedShapes(network: Network): ReadonlyMap<string, readonly number[]> {
  const tape = new Tape({
    [inputs.images]: ['batch', ...network.input],
    ...Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, shape])),
  })
  lowerLayers(network.layers, inputs.images, { tape })
  const shapes = new Map<string, readonly number[]>()
  for (const primitive of tape.primitives) {
    if (primitive.op === 'reshape')
      shapes.set(primitive.output, tape.shapeOf(primitive.input).slice(1) as number[])
  }
  return new Map(
    tape.primitives.flatMap((primitive): [string, readonly number[]][] => {
      const shape = primitive.op === 'matmul' ? shapes.get(primitive.left) : undefined
      return primitive.op === 'matmul' && shape ? [[primitive.right, shape]] : []
    }),
  )
}
