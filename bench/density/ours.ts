/**
 * LeNet-300-100 on one of our backends. argv: the path of TensorFlow's binding, or nothing for wasm. Every line on
 * stdin, `DENSITY OUTPUT STEPS`, is a training under masks that keep these shares of the dense layers and of the
 * output layer; answered with the milliseconds of a step and those of loading weights and masks.
 */
import { randomFillSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { openWasm } from '../../src/backends/wasm/wasm'
import { buildStepProgram } from '../../src/networks/lower'
import { lenet } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'
import { prune } from '../../src/training/prune'

const batchSize = 60
/** About the length of a trainer's chunks. */
const chunk = 50
const learningRate = 1.2e-3
const split = (count: number) => ({
  images: randomFillSync(new Uint8Array(count * 784)),
  labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
  count,
})
const data = {
  shape: lenet.input,
  normalize: { mean: [0.1307], deviation: [0.3081] },
  splits: { train: split(55_000), validation: split(100), test: split(100) },
}
const program = buildStepProgram(lenet, { optimizer: { kind: 'adam', learningRate }, batchSize })
const parameters = initialize({ network: lenet, seed: 1 })
const binding = process.argv[2]
const session = (binding === undefined ? openWasm() : openTensorflow({ binding })).open(program, data)

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
  const masks =
    density < 1 ? prune({ kind: 'prune', network: lenet, criterion: 'random', keep, seed: 1 }, {}) : {}
  const began = performance.now()
  session.load({ step: 0, parameters, slots: {} }, masks)
  const loaded = performance.now()
  for (let from = 0; from < steps; from += chunk) {
    const count = Math.min(chunk, steps - from)
    const batches = Int32Array.from({ length: count * batchSize }, () => Math.random() * 55_000)
    session.train(batches, new Float32Array(count).fill(learningRate))
  }
  console.log(`${(performance.now() - loaded) / steps} ${loaded - began}`)
})
