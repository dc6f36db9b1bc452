import { inputs } from '../backends/program'
import { Tape } from '../backends/tape'
import type { Primitive } from '../backends/primitives'
import { badInput } from '../support/errors'
import { sizeOf } from '../support/tensor'
import { lowerLayers } from './lower'
import type { Network } from './network'
import { parametersOf } from './parameters'

/**
 * Units, or channels, that can be put into another order together without a change of what the network computes: those of one
 * layer, or of all layers whose outputs are added, as in the stream of residual blocks.
 */
export interface UnitGroup {
  /** How many there are. */
  readonly size: number
  /** The layers that make them, in the network's order. */
  readonly layers: readonly string[]
}

/** Places one after the other along an axis: those of a group's units, or ones that have to stay. */
export interface AxisPart {
  readonly size: number
  /** Which of the groups; absent for what stays, such as the channels of images. */
  readonly group?: number
}

/** A parameter as `outer` matrices `[rows, columns]`, one behind the other, and what its rows and columns belong to. */
export interface ParameterAxes {
  /** Such as the places of a convolution's window. */
  readonly outer: number
  /** Inputs or channels; a single place for what has one number per unit. */
  readonly rows: readonly AxisPart[]
  /** Units or filters. */
  readonly columns: readonly AxisPart[]
}

/** The permutations of units that leave what a network computes as it is (Ainsworth et al. 2023, section 2). */
export interface Symmetries {
  readonly groups: readonly UnitGroup[]
  /** Of every parameter, by name. */
  readonly axes: ReadonlyMap<string, ParameterAxes>
}

/** Some channels of a value, while their group is being found out. */
interface Channels {
  readonly size: number
  readonly of: Origin
}

/** What channels belong to; joined ones lead to the same. */
interface Origin {
  joined?: Origin
  fixed: boolean
  readonly layers: Set<string>
}

/** One place, which stays. */
const single: readonly AxisPart[] = [{ size: 1 }]

/**
 * Follows the channels of every value through the network's primitives.
 * @throws TicketLabError `bad-input` naming the layers whose outputs are added although their channels are grouped otherwise
 */
export function symmetriesOf(network: Network): Symmetries {
  const parameters = parametersOf(network)
  const tape = new Tape({
    [inputs.images]: ['batch', ...network.input],
    ...Object.fromEntries(parameters.map(({ name, shape }) => [name, shape])),
  })
  const logits = lowerLayers(network.layers, inputs.images, { tape })
  const values = new Map<string, readonly Channels[]>([
    [inputs.images, [{ size: network.input.at(-1)!, of: origin([], true) }]],
  ])
  const found = new Map<
    string,
    { readonly rows?: readonly Channels[]; readonly columns: readonly Channels[] }
  >()
  for (const primitive of tape.primitives) {
    values.set((primitive as { output: string }).output, follow(primitive, values, found, tape, network.name))
  }
  // Classes have an order.
  for (const { of } of values.get(logits)!) rootOf(of).fixed = true

  const inOrder = parameters.flatMap(({ layer, role }) => (role === 'weights' ? layer : []))
  const numbers = new Map<Origin, number>()
  const groups: UnitGroup[] = []
  const partsOf = (channels: readonly Channels[]): readonly AxisPart[] =>
    channels.map(({ size, of }) => {
      const root = rootOf(of)
      if (root.fixed) return { size }
      const group = numbers.get(root) ?? groups.length
      if (group === groups.length)
        groups.push({ size, layers: inOrder.filter((layer) => root.layers.has(layer)) })
      numbers.set(root, group)
      return { size, group }
    })
  const axes = new Map(
    parameters.map(({ name, shape }): [string, ParameterAxes] => {
      const { rows, columns } = found.get(name)!
      return [
        name,
        {
          outer: sizeOf(shape.slice(0, -2)),
          rows: rows ? partsOf(rows) : single,
          columns: partsOf(columns),
        },
      ]
    }),
  )
  return { groups, axes }
}

/** The channels of what a primitive makes. @param found notes what the axes of its parameters belong to */
function follow(
  primitive: Primitive,
  values: ReadonlyMap<string, readonly Channels[]>,
  found: Map<string, { readonly rows?: readonly Channels[]; readonly columns: readonly Channels[] }>,
  tape: Tape,
  network: string,
): readonly Channels[] {
  const of = (value: string): readonly Channels[] => values.get(value)!
  const weighted = (input: string, weights: string): readonly Channels[] => {
    const columns = [{ size: tape.shapeOf(weights).at(-1) as number, of: origin([layerOf(weights)], false) }]
    found.set(weights, { rows: of(input), columns })
    return columns
  }
  const perUnit = (input: string, ...names: readonly string[]): readonly Channels[] => {
    for (const name of names) found.set(name, { columns: of(input) })
    return of(input)
  }
  switch (primitive.op) {
    case 'matmul':
      return weighted(primitive.left, primitive.right)
    case 'convolution':
      return weighted(primitive.input, primitive.filter)
    case 'addBias':
      return perUnit(primitive.input, primitive.bias)
    case 'batchNormInference': {
      const { input, scale, offset, mean, variance } = primitive
      return perUnit(input, scale, offset, mean, variance)
    }
    case 'relu':
    case 'maxPool':
    case 'averagePool':
    case 'globalAveragePool':
      return of(primitive.input)
    case 'reshape': {
      // Channels are innermost: each place of an image has all of them.
      const places = sizeOf((tape.shapeOf(primitive.input).slice(1) as number[]).slice(0, -1))
      return Array.from({ length: places }, () => of(primitive.input)).flat()
    }
    case 'concatenate':
      return primitive.inputs.flatMap(of)
    case 'add':
      return together(of(primitive.left), of(primitive.right), layerOf(primitive.output), network)
    // Those of derivatives, of training, and of losses.
    case 'averagePoolGradient':
    case 'batchNorm':
    case 'batchNormCurvature':
    case 'batchNormGradient':
    case 'biasGradient':
    case 'channels':
    case 'constant':
    case 'convolutionFilterGradient':
    case 'convolutionInputGradient':
    case 'correct':
    case 'dropout':
    case 'globalAveragePoolGradient':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'mean':
    case 'multiply':
    case 'reluGradient':
    case 'rowDot':
    case 'scaleRows':
    case 'softmaxCrossEntropy':
    case 'softmaxGradient':
    case 'spread':
      throw new RangeError(`No layer is evaluated by ${primitive.op}, of which no permutation is known.`)
  }
}

/** Channels that are added keep one order. */
function together(
  left: readonly Channels[],
  right: readonly Channels[],
  layer: string,
  network: string,
): readonly Channels[] {
  const alike = left.length === right.length && left.every(({ size }, at) => size === right[at]!.size)
  if (!alike) {
    throw badInput(
      `outputs whose channels are grouped alike where they are added, in the layer "${layer}" of ${network}`,
      `${told(left)} and ${told(right)}`,
      'Units of such a network cannot be permuted.',
    )
  }
  left.forEach(({ of }, at) => {
    const [one, other] = [rootOf(of), rootOf(right[at]!.of)]
    if (one === other) return
    other.joined = one
    one.fixed ||= other.fixed
    for (const name of other.layers) one.layers.add(name)
  })
  return left
}

function told(channels: readonly Channels[]): string {
  return channels
    .map(({ size, of }) => `${size} of ${[...rootOf(of).layers].join(', ') || 'the input'}`)
    .join(' + ')
}

function origin(layers: readonly string[], fixed: boolean): Origin {
  return { fixed, layers: new Set(layers) }
}

function rootOf(of: Origin): Origin {
  return of.joined ? rootOf(of.joined) : of
}

/** Parameters and values are called by their layer. */
function layerOf(name: string): string {
  return name.slice(0, name.indexOf('/'))
}
