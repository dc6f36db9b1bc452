/**
 * SynFlow on one of our backends. argv: a network of the zoo, the share to keep in the end, and the path of TensorFlow's
 * binding, or nothing for wasm. Every line on stdin, a number of rounds, is answered with the seconds that they took.
 */
import { createInterface } from 'node:readline'
import { kernelsFor } from '../../src/backends/tensorflow/arithmetic'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { openWasm } from '../../src/backends/wasm/wasm'
import { parametersOf } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import { pruneInRounds } from '../../src/trainer/prune-in-rounds'
import { createSessions } from '../../src/trainer/sessions'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'
import type { PruneTask } from '../../src/tasks/tasks'

const [, , name, share, binding] = process.argv
const network = networkByName(name!)
const backend = binding === undefined ? openWasm() : openTensorflow({ binding, ...kernelsFor(true) })
const weights = initialize({ network, seed: 1 })
const prunable = parametersOf(network).filter(({ group }) => group !== undefined)
const sizes = Object.fromEntries(prunable.map((parameter) => [parameter.name, sizeOf(parameter.shape)]))
const among = Object.keys(sizes)
const count = Math.round(Object.values(sizes).reduce((sum, size) => sum + size, 0) * Number(share))

async function pruneIn(rounds: number): Promise<void> {
  const { id, arithmetic } = backend
  const task: PruneTask = {
    ...{ kind: 'prune', network, criterion: 'synflow', seed: 1, keepTotal: { among, count } },
    ...{ collapse: 'go on', scoring: { backend: { id, arithmetic }, rounds } },
  }
  const open = createSessions(() => backend)
  await pruneInRounds(task, { weights }, { open, signal: new AbortController().signal })
}

console.log('ready')
createInterface({ input: process.stdin }).on('line', (line) => {
  const began = performance.now()
  void pruneIn(Number(line)).then(() => console.log(`${(performance.now() - began) / 1000}`))
})
