import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { wasmArithmetic } from '../../src/backends/wasm/arithmetic'
import { openWasm } from '../../src/backends/wasm/wasm'
import type { Network } from '../../src/networks/network'
import { parametersOf } from '../../src/networks/parameters'
import { pruneInRounds } from '../../src/trainer/prune-in-rounds'
import { createSessions } from '../../src/trainer/sessions'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'
import type { PruneTask } from '../../src/tasks/tasks'

const network: Network = {
  name: 'images',
  input: [12, 12, 3],
  layers: [
    { kind: 'convolution', name: 'conv1', filters: 16, batchNorm: true, activation: 'relu' },
    { kind: 'max-pool', name: 'pool' },
    { kind: 'convolution', name: 'conv2', filters: 32, activation: 'relu' },
    { kind: 'global-average-pool', name: 'average' },
    { kind: 'dense', name: 'hidden', units: 300, activation: 'relu' },
    { kind: 'dense', name: 'output', units: 10, activation: 'none' },
  ],
  classes: 10,
}

/*
 * Wasm gives the same bits on every machine, so the masks of a hundred rounds are known. These sums were made when every
 * score was copied and selected from: what is faster must not change a bit.
 */
it.each([
  [0.2, '33f3b3bbeae18d30d8a53472537e91e6dc4f8341a85764db3aca6068d4372602'],
  [0.01, 'c95407a7eae45105129d823a28c9a13a776075ad8d2f90c6812db7a210f34213'],
])('the masks of 100 rounds of SynFlow that keep %d are what they were', async (share, expected) => {
  const weights = initialize({ network, seed: 1 })
  const prunable = parametersOf(network).filter(({ group }) => group !== undefined)
  const sizes = Object.fromEntries(prunable.map(({ name, shape }) => [name, sizeOf(shape)]))
  const among = Object.keys(sizes)
  const count = Math.round(among.reduce((sum, name) => sum + sizes[name]!, 0) * share)
  const task: PruneTask = {
    ...{ kind: 'prune', network, criterion: 'synflow', seed: 1, keepTotal: { among, count } },
    ...{ collapse: 'go on', scoring: { backend: { id: 'wasm', arithmetic: wasmArithmetic }, rounds: 100 } },
  }
  const open = createSessions(() => openWasm())
  const masks = await pruneInRounds(task, { weights }, { open, signal: new AbortController().signal })
  const sum = createHash('sha256')
  for (const name of among) sum.update(masks[name]!.data)
  expect(sum.digest('hex')).toBe(expected)
})
