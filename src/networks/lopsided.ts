import { inputs } from '../backends/program'
import { Tape } from '../backends/tape'
import { placesAlong } from '../backends/windows'
import { lowerLayers } from './lower'
import type { Network } from './network'
import { parametersOf } from './parameters'

/**
 * The layers whose padding `same` has fewer pixels above or on the left than below or on the right, as strides have it:
 * PyTorch has (window - 1) / 2 on both sides, so that there the windows are elsewhere. Even windows have no such padding.
 */
export function lopsidedLayers(network: Network): readonly string[] {
  const parameters = parametersOf(network)
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]))
  const tape = new Tape({ [inputs.images]: ['batch', ...network.input], ...Object.fromEntries(shapes) })
  lowerLayers(network.layers, inputs.images, { tape })
  return tape.primitives.flatMap((primitive) => {
    if (primitive.op !== 'convolution' && primitive.op !== 'maxPool' && primitive.op !== 'averagePool')
      return []
    const { stride, padding } = primitive
    if (padding !== 'same' || stride === 1) return []
    const window =
      primitive.op === 'convolution'
        ? (shapes.get(primitive.filter)!.slice(0, 2) as [number, number])
        : primitive.window
    const image = tape.shapeOf(primitive.input) as [unknown, number, number]
    const lopsided = ([0, 1] as const).some((axis) => {
      const { before } = placesAlong(image[axis + 1] as number, axis, { window, stride, padding })
      const both = (window[axis] - 1) / 2
      return Number.isInteger(both) && before !== both
    })
    // Values are called by the layer that makes them.
    return lopsided ? [primitive.output.slice(0, primitive.output.indexOf('/'))] : []
  })
}
