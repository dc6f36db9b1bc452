import { sizeOf } from '../support/tensor'
import { rowOf, type Layer } from './layers/all'
import type { ExampleShape, Fail } from './layers/kind'
import { show } from './layers/shape'

/** The shape that a list of layers makes of `input`. */
export function shapeAfterAll(layers: readonly Layer[], input: ExampleShape, fail: Fail): ExampleShape {
  return layers.reduce((shape, layer) => {
    const after = shapeAfter(layer, shape, fail)
    if (sizeOf(after) <= mostValues) return after
    return fail(
      `layer "${layer.name}" makes ${show(after)} of one example, and ${mostValues} numbers are the most: ` +
        'give it fewer units or filters, a stride, or smaller images.',
    )
  }, input)
}

/** Numbers that one layer may make of one example: 400 MB. The largest layer of ResNet-50 makes 0.8 million. */
export const mostValues = 1e8

/**
 * The shape that `layer` makes of `input`.
 * @param fail is told the layer, what it got and what would fit
 */
export function shapeAfter(layer: Layer, input: ExampleShape, fail: Fail): ExampleShape {
  const afterAll = (layers: readonly Layer[], from: ExampleShape): ExampleShape =>
    shapeAfterAll(layers, from, fail)
  return rowOf(layer.kind).shapeAfter(layer, input, { fail, afterAll })
}
