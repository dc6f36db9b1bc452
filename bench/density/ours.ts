/**
 * A network on one of our backends. argv: a network of the zoo, and the path of TensorFlow's binding, or nothing for
 * wasm. Every line on stdin, `DENSITY OUTPUT STEPS`, is a training under masks that keep these shares of the output
 * layer (the second one) and of all others; answered with the milliseconds of a step, those of loading weights and
 * masks, and those that processors worked in a step.
 */
import { randomFillSync } from 'node:crypto'
import { createInterface } from 'node:readline'
import { convolutionKernels, denseKernels } from '../../src/backends/tensorflow/arithmetic'
import { openTensorflow } from '../../src/backends/tensorflow/tensorflow'
import { openWasm } from '../../src/backends/wasm/wasm'
import { buildStepProgram } from '../../src/networks/lower'
import { hasConvolutions } from '../../src/networks/parameters'
import { networkByName } from '../../src/networks/zoo'
import { sizeOf } from '../../src/support/tensor'
import { initialize } from '../../src/training/initialize'
import { prune } from '../../src/training/prune'

const [, , name, binding] = process.argv
const network = networkByName(name!)
const convolutions = hasConvolutions(network)
const batchSize = 60
/** About the length of a trainer's chunks. */
const chunk = convolutions ? 1 : 50
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
  splits: { train: split(examples), validation: split(100), test: split(100) },
}
const program = buildStepProgram(network, { optimizer: { kind: 'adam', learningRate }, batchSize })
const parameters = initialize({ network, seed: 1 })
const backend =
  binding === undefined
    ? openWasm()
    : openTensorflow({ binding, ...(convolutions ? convolutionKernels : denseKernels) })
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
