import { sizeOf } from '../support/tensor'
import type { ConvolutionLayer, Layer, PoolLayer, ResidualLayer } from './network'

/** The shape of one example, without the batch. */
export type ExampleShape = readonly number[]

/** Reports what is wrong with a network, after a guess at what was meant; never returns. */
export type Fail = (problem: string, guess?: string) => never

/** Height and width of the window of a convolution or a pool. */
export function windowOf(layer: ConvolutionLayer | PoolLayer): readonly [number, number] {
  const { window = layer.kind === 'convolution' ? 3 : 2 } = layer
  return typeof window === 'number' ? [window, window] : window
}

/** The stride of a convolution or a pool. */
export function strideOf(layer: ConvolutionLayer | PoolLayer): number {
  return layer.stride ?? (layer.kind === 'convolution' ? 1 : (layer.window ?? 2))
}

/** The padding of a convolution or a pool. */
export function paddingOf(layer: ConvolutionLayer | PoolLayer): 'same' | 'valid' {
  return layer.padding ?? (layer.kind === 'convolution' ? 'same' : 'valid')
}

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
  switch (layer.kind) {
    case 'dense':
      return [layer.units]
    case 'convolution':
      return [...places(layer, input, fail), layer.filters]
    case 'max-pool':
    case 'average-pool':
      return [...places(layer, input, fail), input[2]!]
    case 'global-average-pool':
      checkImages(layer, input, fail)
      return [input[2]!]
    case 'dropout':
      return input
    case 'residual':
      return residual(layer, input, fail)
    case 'branches': {
      const shapes = layer.branches.map((branch) => shapeAfterAll(branch, input, fail))
      const rest = shapes[0]!.slice(0, -1)
      if (!shapes.every((shape) => same(shape.slice(0, -1), rest) && shape.length === shapes[0]!.length)) {
        fail(
          `the branches of "${layer.name}" end in ${shapes.map(show).join(', ')}, and must not differ but in ` +
            "the last number, the channels: give them the same strides, and windows with padding 'same'.",
        )
      }
      return [...rest, shapes.reduce((channels, shape) => channels + shape.at(-1)!, 0)]
    }
  }
}

/** The places of a window, down and across. */
function places(layer: ConvolutionLayer | PoolLayer, input: ExampleShape, fail: Fail): [number, number] {
  checkImages(layer, input, fail)
  const window = windowOf(layer)
  const stride = strideOf(layer)
  if (paddingOf(layer) === 'same') return [Math.ceil(input[0]! / stride), Math.ceil(input[1]! / stride)]
  if (window[0] > input[0]! || window[1] > input[1]!) {
    fail(
      `layer "${layer.name}" has a window of ${window.join('x')} that does not fit its input ${show(input)}: ` +
        "use padding 'same', pool less, or begin with larger images.",
    )
  }
  return [Math.floor((input[0]! - window[0]) / stride) + 1, Math.floor((input[1]! - window[1]) / stride) + 1]
}

function residual(layer: ResidualLayer, input: ExampleShape, fail: Fail): ExampleShape {
  const output = shapeAfterAll(layer.layers, input, fail)
  const other = layer.shortcut ? shapeAfter(layer.shortcut, input, fail) : input
  if (same(output, other)) return output
  const proposal =
    output.length === 3 && input.length === 3
      ? `give it ${layer.shortcut ? 'another' : 'a'} shortcut, such as ${proposeShortcut(layer, input, output)}`
      : `let its last layer end in ${show(other)}`
  return fail(
    `block "${layer.name}" adds ${show(output)}, from its layers, to ${show(other)}, from its ` +
      `${layer.shortcut ? 'shortcut' : 'input'}: ${proposal}.`,
  )
}

function proposeShortcut(layer: ResidualLayer, input: ExampleShape, output: ExampleShape): string {
  const stride = Math.max(1, Math.round(input[0]! / output[0]!))
  const strided = stride === 1 ? '' : `, stride: ${stride}`
  return (
    `{ kind: 'convolution', name: '${layer.name}-shortcut', filters: ${output[2]}, window: 1${strided}, ` +
    "activation: 'none' }"
  )
}

function checkImages(layer: Layer, input: ExampleShape, fail: Fail): void {
  if (input.length === 3) return
  const advice =
    input.length === 2
      ? `describe images of one channel as [${input.join(', ')}, 1]`
      : `put it before the layers that flatten, or use a dense layer`
  fail(
    `layer "${layer.name}" needs images [height, width, channels], its input is ${show(input)}: ${advice}.`,
  )
}

/** A shape as errors write it. */
export function show(shape: ExampleShape): string {
  return `[${shape.join(', ')}]`
}

function same(one: ExampleShape, other: ExampleShape): boolean {
  return one.length === other.length && one.every((extent, axis) => extent === other[axis])
}
