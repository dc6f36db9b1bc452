/**
 * A network on one of our backends. argv: a network of the zoo, a backend, the path of its
 * binding, and for TensorFlow the number of threads, if not that of a trainer. Every line on stdin, `DENSITY OUTPUT STEPS`, is a training under masks that keep these shares of the output
 * layer (the second one) and of all others; answered with the milliseconds of a step, those of loading weights and
 * masks, and those that processors worked in a step.
 */
import { createInterface } from 'node:readline'
import type { Backend } from '../../src/backends/backend'
import { openNative } from '../../src/backends/native/native'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { openWasm } from '../../src/backends/wasm/wasm'
import { sizeOf } from '../../src/support/tensor'
import { prune } from '../../src/training/prune'
import { trainingOf } from '../training'

const [, , name, id, binding, threads] = process.argv
const { network, program, data, parameters, kernels, batchSize, chunk, examples, learningRate } = trainingOf(
  name!,
)
const backends: Readonly<Record<string, () => Backend>> = {
  wasm: openWasm,
  native: () => openNative(binding!),
  tensorflow: () =>
    openTensorflow({ binding: binding!, ...kernels, ...(threads && { threads: Number(threads) }) }),
}
const backend = backends[id!]!()
const session = backend.open(program, data)

console.log('ready')
createInterface({ input: process.stdin }).on('line', (line) => {
  const [density, output, steps] = line.split(' ').map(Number) as [number, number, number]
  const keep = Object.fromEntries(
    program.parameters
      .filter(({ masked }) => masked)
      .map(({ name, shape }) => [
        name,
        Math.round(sizeOf(shape) * (name.startsWith('output') ? output : density)),
      ]),
  )
  const masks = density < 1 ? prune({ kind: 'prune', network, criterion: 'random', keep, seed: 1 }, {}) : {}
  const began = performance.now()
  session.load({ step: 0, parameters, slots: {} }, masks)
  const loaded = performance.now()
  const worked = process.cpuUsage()
  for (let from = 0; from < steps; from += chunk) {
    const count = Math.min(chunk, steps - from)
    const batches = Int32Array.from({ length: count * batchSize }, () => Math.random() * examples)
    session.train(batches, new Float32Array(count).fill(learningRate))
  }
  const milliseconds = (performance.now() - loaded) / steps
  const { user, system } = process.cpuUsage(worked)
  console.log(`${milliseconds} ${loaded - began} ${(user + system) / 1000 / steps}`)
})
