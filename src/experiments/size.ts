import { buildStepProgram } from '../networks/lower'
import type { Network } from '../networks/network'
import { parametersOf } from '../networks/parameters'
import { sizeOf } from '../support/tensor'
import { bytesAtRest } from '../support/tensor-file'
import type { NetworkSize } from './view'
import { shared, type Counts, type LayerCounts } from './density'

/**
 * Size of a network of which `counts` weights are left; parameters that are not named are whole. Of parameters that are
 * ranked together it is an estimate, in which all lose the same share.
 */
export function networkSize(network: Network, counts: Counts = {}): NetworkSize {
  const kept = shared(network, counts)
  return { bytes: bytesOf(network, kept), multiplyAdds: multiplyAddsOf(network, kept) }
}

/** Bytes of all parameters at rest, sparse ones as bits and survivors. */
export function bytesOf(network: Network, counts: LayerCounts): number {
  return parametersOf(network).reduce((sum, { name, shape }) => {
    const length = sizeOf(shape)
    return sum + bytesAtRest(length, counts[name] ?? length)
  }, 0)
}

/** Multiply-adds of surviving weights for one example. */
export function multiplyAddsOf(network: Network, counts: LayerCounts): number {
  const positions = positionsIn(network)
  return parametersOf(network)
    .filter(({ role }) => role === 'weights')
    .reduce((sum, { name, shape }) => sum + (counts[name] ?? sizeOf(shape)) * (positions.get(name) ?? 1), 0)
}

const known = new WeakMap<Network, ReadonlyMap<string, number>>()

/** At how many places of an example the weights of every convolution are used. */
function positionsIn(network: Network): ReadonlyMap<string, number> {
  const found = known.get(network)
  if (found) return found
  const { forward, shapes } = buildStepProgram(network, {
    optimizer: { kind: 'sgd', learningRate: 0 },
    batchSize: 2,
  })
  const positions = new Map(
    forward.flatMap((primitive): [string, number][] =>
      primitive.op === 'convolution'
        ? [[primitive.filter, sizeOf(shapes[primitive.output]!.slice(1, 3) as number[])]]
        : [],
    ),
  )
  known.set(network, positions)
  return positions
}
