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

/**
 * The network with padding as networks of PyTorch have it where a stride makes the two differ: (window - 1) / 2 pixels on
 * each side, for odd windows.
 */
export function paddedAsInPyTorch(network: Network): Network {
  return mapLayers(network, (layer) => {
    const windows = rowOf(layer.kind).windows?.(layer)
    if (windows?.padding !== 'same' || windows.stride === 1) return layer
    const around = windows.window.map((size) => (size - 1) / 2)
    if (!around.every(Number.isInteger) || around.every((pixels) => pixels === 0)) return layer
    return { ...layer, padding: around[0] === around[1] ? around[0] : around } as Layer
  })
}
