import { createInterface } from 'node:readline'
import { openNative } from '../../src/backends/native/native'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { sizeOf } from '../../src/support/tensor'
import { trainingOf } from '../training'

// argv: a backend, the path of its addon, a network of the zoo, and the number of threads of TensorFlow if not that of a
// trainer.
const [, , id, binding, name, threads] = process.argv
const { program, data, parameters, kernels, batchSize, chunk, examples, learningRate } = trainingOf(name!)
// Half of the weights, which all backends compute densely.
const masks = Object.fromEntries(
  program.parameters
    .filter(({ masked }) => masked)
    .map(({ name, shape }) => [
      name,
      { shape, data: Uint8Array.from({ length: sizeOf(shape) }, (_, index) => 1 - (index % 2)) },
    ]),
)
const backend =
  id === 'native'
    ? openNative(binding!)
    : openTensorflow({ binding: binding!, ...kernels, ...(threads && { threads: Number(threads) }) })
const session = backend.open(program, data)
session.load({ step: 0, parameters, slots: {} }, masks)

console.log('ready')
createInterface({ input: process.stdin }).on('line', (line) => {
  const steps = Number(line)
  const batches = Int32Array.from({ length: steps * batchSize }, () => Math.random() * examples)
  const rates = new Float32Array(steps).fill(learningRate)
  const began = performance.now()
  for (let from = 0; from < steps; from += chunk) {
    const to = Math.min(from + chunk, steps)
    session.train(batches.subarray(from * batchSize, to * batchSize), rates.subarray(from, to))
  }
  console.log((performance.now() - began) / steps)
})
