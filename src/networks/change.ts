import { rowOf, type Layer } from './layers/all'
import type { Network } from './network'

/** The same network with every layer changed, inner ones before those that hold them; left out where there is none. */
function mapLayers(network: Network, change: (layer: Layer) => Layer | undefined): Network {
  const all = (layers: readonly Layer[]): readonly Layer[] =>
    layers.flatMap((layer) => change(rowOf(layer.kind).inside?.changed(layer, { all }) ?? layer) ?? [])
  return { ...network, layers: all(network.layers) }
}

/** The network without its layers that compute with chance, such as dropout. */
export function withoutChance(network: Network): Network {
  return mapLayers(network, (layer) => (rowOf(layer.kind).random ? undefined : layer))
}

/** The network with biases where it has batch norm. */
export function withoutBatchNorm(network: Network): Network {
  return mapLayers(network, (layer) =>
    'batchNorm' in rowOf(layer.kind).options ? { ...layer, batchNorm: false } : layer,
  )
}
