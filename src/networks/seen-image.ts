import type { Windowed } from '../backends/primitives'
import { inputs } from '../backends/program'
import { Tape } from '../backends/tape'
import { lowerLayers } from './lower'
import type { Network } from './network'
import { parametersOf } from './parameters'

/** The images that a layer looks at itself, with no other layer in between. */
export interface SeenImage {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** How the window of a convolution slides over them; absent for a dense layer, of which each weight sees one number. */
  readonly windows?: Windowed
}

/**
 * What a layer sees of images, where they are its input: the network's own input shape decides, and layers that
 * do nothing but flatten (or, in an evaluation, nothing at all) may lie in between.
 * @param parameter such as `dense1/weights`
 * @returns `undefined` for layers that get what others made, and where examples are no images
 */
export function seenImage(network: Network, parameter: string): SeenImage | undefined {
  const [height, width, channels] = network.input
  if (height === undefined || width === undefined || channels === undefined) return undefined
  const shapes = parametersOf(network).map(({ name, shape }) => [name, shape] as const)
  const tape = new Tape({
    [inputs.images]: ['batch', ...network.input],
    ...Object.fromEntries(shapes),
  })
  lowerLayers(network.layers, inputs.images, { tape })
  const images = new Set<string>([inputs.images])
  for (const primitive of tape.primitives) {
    if (primitive.op === 'reshape' && images.has(primitive.input)) images.add(primitive.output)
    if (primitive.op === 'matmul' && primitive.right === parameter && images.has(primitive.left)) {
      return { height, width, channels }
    }
    if (primitive.op === 'convolution' && primitive.filter === parameter && images.has(primitive.input)) {
      const [high, wide] = tape.shapeOf(parameter) as readonly number[]
      const { stride, padding } = primitive
      return { height, width, channels, windows: { window: [high!, wide!], stride, padding } }
    }
  }
  return undefined
}
