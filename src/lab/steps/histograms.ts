import { parametersOf } from '../../networks/parameters'
import type { Network, Parameter } from '../../networks/network'
import { histogramPlot, type HistogramPanel } from '../../report/figures/histogram'
import { numbered } from '../../report/figures/data'
import type { Plot } from '../../report/figures/plot'
import { badInput } from '../../support/errors'
import type { Mask, Masks, Tensors } from '../../support/tensor'
import type { NetworkWeights } from './weights'
import { plan } from './plan'
import { checkMasks, checkWeights } from '../asked/given-results'

/** How large the weights of each layer are that are left, of all replicates together, a line for each network. */
export async function weightsPlot(given: readonly unknown[]): Promise<Plot> {
  const networks = checkWeights(given, 'lab.plot.weights')
  const all = await Promise.all(networks.map(ofEachReplicate))
  return histogramPlot({
    ...{ name: 'weights', title: 'Weights that are left', of: 'Weight', share: 'Percent of weights' },
    subtitle: 'all replicates together',
    series: numbered(networks.map(({ name }) => name)),
    panels: layersOf(
      networks.map((one) => one[plan].setup.network),
      (parameter) => all.map((replicates) => leftOf(replicates, parameter)),
    ),
  })
}

/** How many weights each unit keeps of those that come in, of all replicates together, a line for each mask. */
export async function degreesPlot(given: readonly unknown[]): Promise<Plot> {
  const masks = checkMasks(given, 'lab.plot.degrees')
  const all = await Promise.all(
    masks.map((mask) => Promise.all(mask[plan].masks.map((_, index) => mask.masks(index + 1)))),
  )
  const panelsOf = (of: 'unit' | 'input') =>
    layersOf(
      masks.map((one) => one[plan].setup.network),
      (parameter) => degrees(all, parameter, of),
      `${of}s of `,
    )
  return histogramPlot({
    ...{ name: 'degrees', title: 'Weights that units keep', share: 'Percent of units or inputs' },
    of: 'Weights kept of one unit, or of one of its inputs',
    subtitle: 'all replicates together',
    series: numbered(masks.map(({ name }) => name)),
    whole: true,
    panels: [...panelsOf('unit'), ...panelsOf('input')],
  })
}

interface Replicate {
  readonly weights: Tensors
  readonly mask: Masks
}

function ofEachReplicate(network: NetworkWeights): Promise<readonly Replicate[]> {
  return Promise.all(
    network[plan].at.map(async (_, index): Promise<Replicate> => {
      const weights = await network.weights(index + 1)
      return { weights, mask: (await network.mask?.masks(index + 1)) ?? {} }
    }),
  )
}

/** The weights of a parameter that are left. */
function leftOf(replicates: readonly Replicate[], parameter: string): Float32Array {
  return Float32Array.from(
    replicates.flatMap(({ weights, mask }) => {
      const bits = mask[parameter]?.data
      return Array.from(weights[parameter]!.data).filter((_, at) => bits?.[at] !== 0)
    }),
  )
}

/** How many weights are kept of each unit, or of each input, of a parameter, for each mask. */
function degrees(
  all: readonly (readonly Masks[])[],
  parameter: string,
  of: 'unit' | 'input',
): readonly ArrayLike<number>[] {
  return all.map((replicates) => replicates.flatMap((mask) => degreesIn(mask[parameter], of)))
}

/** Units are the last extent; inputs of a convolution are its channels, over all places of the window. */
function degreesIn(mask: Mask | undefined, of: 'unit' | 'input'): readonly number[] {
  if (!mask) return []
  const units = mask.shape.at(-1)!
  const inputs = mask.shape.at(-2)!
  const counts = new Array<number>(of === 'unit' ? units : inputs).fill(0)
  mask.data.forEach(
    (bit, at) => (counts[of === 'unit' ? at % units : Math.floor(at / units) % inputs]! += bit),
  )
  return counts
}

/** A panel for each parameter that has weights, and that has any numbers. */
function layersOf(
  networks: readonly Network[],
  values: (parameter: string) => readonly ArrayLike<number>[],
  title = '',
): readonly HistogramPanel[] {
  const weightsIn = (network: Network): readonly Parameter[] =>
    parametersOf(network).filter(({ role }) => role === 'weights')
  const [first, ...others] = networks.map((network) =>
    JSON.stringify(weightsIn(network).map(({ name, shape }) => [name, shape])),
  )
  if (others.some((one) => one !== first)) {
    throw badInput('networks of one shape in one plot', networks.map(({ name }) => name).join(', '))
  }
  return weightsIn(networks[0]!)
    .map(({ name, layer }) => ({ title: `${title}${layer}`, values: values(name) }))
    .filter(({ values: lists }) => lists.some((list) => list.length > 0))
}
