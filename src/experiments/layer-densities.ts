import type { Network, Parameter } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { apportioned } from '../support/apportion'
import { badInput } from '../support/errors'
import { sizeOf } from '../support/tensor'

/** How many of the weights that are kept each layer has, when layers are ranked each by itself. */
export type LayerDensities =
  /** All layers have one density. */
  | 'uniform'
  /** In proportion to (inputs + outputs) / (inputs * outputs) (Mocanu et al. 2018). */
  | 'erdos-renyi'
  /** In proportion to (inputs + outputs + height + width) / (inputs * outputs * height * width) (Evci et al. 2020, section 3). */
  | 'erk'
  /** Falling with the depth l of L layers as (L - l + 1)^2 + (L - l + 1), 30% of the output (Su et al. 2020, section 4). */
  | 'smart-ratios'

/** A layer, and where it is in its network. */
interface Place {
  /** `[inputs, outputs]`, or `[height, width, inputs, outputs]` of a convolution. */
  readonly shape: readonly number[]
  /** Layers with weights up to this one, itself among them: l. */
  readonly depth: number
  /** Layers with weights: L. */
  readonly layers: number
}

/** What is known of one way to share what is kept among layers. */
interface Sharing {
  /** What names of networks add, such as `with ERK densities`. */
  readonly words: string
  /** In proportion to which the layer's density is. */
  readonly densityOf: (place: Place) => number
  /** The density that the output layer has, however much is kept in all; as the others where absent. */
  readonly output?: number
}

/** The densities of layers that have a name. */
export const sharings: { readonly [K in LayerDensities]: Sharing } = {
  uniform: { words: 'with uniform densities', densityOf: () => 1 },
  'erdos-renyi': {
    words: 'with Erdős–Rényi densities',
    densityOf: ({ shape }) => sumOverProduct(shape.slice(-2)),
  },
  erk: { words: 'with ERK densities', densityOf: ({ shape }) => sumOverProduct(shape) },
  'smart-ratios': {
    words: 'by smart ratios',
    densityOf: ({ depth, layers }) => (layers - depth + 1) ** 2 + (layers - depth + 1),
    output: 0.3,
  },
}

function sumOverProduct(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0) / sizeOf(sizes)
}

/** Weights of a network to be kept, in all. */
export interface Kept {
  readonly network: Network
  /** The parameters that are pruned. */
  readonly prunable: readonly Pick<Parameter, 'name' | 'group'>[]
  /** Weights to keep of all of them together. */
  readonly total: number
  /** For errors, such as `at level 3`. */
  readonly where: string
}

/**
 * Weights to keep of each layer, exactly `total` in all: `round(f * density * size)` of each, at least 1 and at most all, at
 * one factor f for all. So a density that would be above 1 is 1, and the other layers keep more. Fewer weights in all are
 * never more of any layer, so that masks can be nested.
 * @throws TicketLabError `bad-input` where layers cannot have so few or so many in all
 */
export function sharedAmong(
  densities: LayerDensities,
  { network, prunable, total, where }: Kept,
): Readonly<Record<string, number>> {
  const { densityOf, output, words } = sharings[densities]
  const weights = parametersOf(network).filter(({ role }) => role === 'weights')
  const layers = weights.flatMap(({ name, shape, group }, index) => {
    if (!prunable.some((one) => one.name === name)) return []
    const size = sizeOf(shape)
    const fixed =
      group === 'output' && output !== undefined ? Math.max(1, Math.round(output * size)) : undefined
    const share = size * densityOf({ shape, depth: index + 1, layers: weights.length })
    return [{ name, fixed, share, most: size }]
  })
  const open = layers.filter(({ fixed }) => fixed === undefined)
  const settled = layers.reduce((sum, { fixed = 0 }) => sum + fixed, 0)
  const most = open.reduce((sum, { most }) => sum + most, settled)
  const least = settled + open.length
  if (total < least || total > most) {
    throw badInput(
      `from ${least} to ${most} weights to keep ${words} in ${layers.length} layers ${where}`,
      total,
      settled > 0 ? `The output keeps ${settled} weights, ${100 * output!}%, whatever the others do.` : '',
    )
  }
  const counts = apportioned(total - settled, open)
  return Object.fromEntries(
    layers.map(({ name, fixed }) => [name, fixed ?? counts[open.findIndex((one) => one.name === name)]!]),
  )
}
