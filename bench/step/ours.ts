import { randomFillSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { convolutionKernels, denseKernels } from '../../src/backends/tensorflow/arithmetic'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { buildStepProgram } from '../../src/networks/lower'
import { hasConvolutions } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'

// argv: the path of TensorFlow's addon, a network of the zoo, and the number of threads if not that of a trainer.
const [, , binding, name, threads] = process.argv
const network = networkByName(name!)
const convolutions = hasConvolutions(network)
const batchSize = 60
/** What a trainer does at once. */
const chunk = convolutions ? 1 : 150
const learningRate = convolutions ? 2e-4 : 1.2e-3
const examples = convolutions ? 5_000 : 55_000
const split = (count: number) => ({
  images: randomFillSync(new Uint8Array(count * sizeOf(network.input))),
  labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
  count,
})
const data = {
  shape: network.input,
  normalize: { mean: [0.1307], deviation: [0.3081] },
  splits: { train: split(examples), validation: split(500), test: split(500) },
}
const program = buildStepProgram(network, { optimizer: { kind: 'adam', learningRate }, batchSize })
const parameters = initialize({ network, seed: 1 })
const masks = Object.fromEntries(
  program.parameters
    .filter(({ masked }) => masked)
    .map(({ name, shape }) => [
      name,
      { shape, data: Uint8Array.from({ length: sizeOf(shape) }, () => (Math.random() < 0.5 ? 1 : 0)) },
    ]),
)
const backend = openTensorflow({
  binding: binding!,
  ...(convolutions ? convolutionKernels : denseKernels),
  ...(threads && { threads: Number(threads) }),
})
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
