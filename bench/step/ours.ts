import { randomFillSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { buildStepProgram } from '../../src/networks/lower'
import { parametersOf } from '../../src/networks/parameters'
import { lenet } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'

const batchSize = 60
const chunk = 150
const learningRate = 1.2e-3
const split = (count: number) => ({
  images: randomFillSync(new Uint8Array(count * 784)),
  labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
  count,
})
const data = {
  shape: lenet.input,
  normalize: { mean: [0.1307], deviation: [0.3081] },
  splits: { train: split(55_000), validation: split(5_000), test: split(10_000) },
}
const program = buildStepProgram(lenet, { optimizer: { kind: 'adam', learningRate }, batchSize })
const parameters = Object.fromEntries(
  parametersOf(lenet).map(({ name, shape }) => [
    name,
    { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => (Math.random() - 0.5) * 0.1) },
  ]),
)
const masks = Object.fromEntries(
  program.parameters
    .filter(({ masked }) => masked)
    .map(({ name, shape }) => [
      name,
      { shape, data: Uint8Array.from({ length: sizeOf(shape) }, () => (Math.random() < 0.5 ? 1 : 0)) },
    ]),
)
const session = openTensorflow({ binding: process.argv[2]! }).open(program, data)
session.load({ step: 0, parameters, slots: {} }, masks)

console.log('ready')
createInterface({ input: process.stdin }).on('line', (line) => {
  const steps = Number(line)
  const batches = Int32Array.from({ length: steps * batchSize }, () => Math.random() * 55_000)
  const rates = new Float32Array(steps).fill(learningRate)
  const began = performance.now()
  for (let from = 0; from < steps; from += chunk) {
    const to = Math.min(from + chunk, steps)
    session.train(batches.subarray(from * batchSize, to * batchSize), rates.subarray(from, to))
  }
  console.log((performance.now() - began) / steps)
})
