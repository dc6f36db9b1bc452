import { randomFillSync } from 'node:crypto'
import type { Optimizer } from '../src/backends/optimizers/all'
import { kernelsFor } from '../src/backends/tensorflow/arithmetic'
import { buildStepProgram } from '../src/networks/lower'
import { hasConvolutions } from '../src/networks/parameters'
import { networkByName } from '../src/networks/zoo'
import { sizeOf } from '../src/support/tensor'
import { initialize } from '../src/training/initialize'

/** Networks with batch norm are trained as in both papers: with momentum and weight decay. */
const deep: readonly string[] = ['resnet20', 'vgg16']

/**
 * A network of the zoo with all that a session is opened and loaded with: random images, W_0 and the optimizer that the
 * papers have for it; and the kernels of TensorFlow that a trainer takes for it.
 */
export function trainingOf(name: string) {
  const network = networkByName(name)
  const convolutions = hasConvolutions(network)
  const isDeep = deep.includes(name)
  const batchSize = isDeep ? 128 : 60
  const learningRate = isDeep ? 0.01 : convolutions ? 2e-4 : 1.2e-3
  const optimizer: Optimizer = isDeep
    ? { kind: 'momentum', learningRate, momentum: 0.9 }
    : { kind: 'adam', learningRate }
  /** Of the train split. */
  const examples = convolutions ? 5_000 : 55_000
  const split = (count: number) => ({
    images: randomFillSync(new Uint8Array(count * sizeOf(network.input))),
    labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
    count,
  })
  return {
    network,
    learningRate,
    /** Examples in a step. */
    batchSize,
    examples,
    /** Steps that a trainer takes at once, or few enough for that. */
    chunk: convolutions ? 1 : 100,
    kernels: kernelsFor(convolutions),
    data: {
      shape: network.input,
      normalize: { mean: [0.1307], deviation: [0.3081] },
      splits: { train: split(examples), validation: split(100), test: split(100) },
    },
    program: buildStepProgram(network, { optimizer, batchSize, weightDecay: isDeep ? 1e-4 : 0 }),
    parameters: initialize({ network, seed: 1 }),
  }
}
