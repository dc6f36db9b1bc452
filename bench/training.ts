import { randomFillSync } from 'node:crypto'
import { kernelsFor } from '../src/backends/tensorflow/arithmetic'
import { buildStepProgram } from '../src/networks/lower'
import { hasConvolutions } from '../src/networks/parameters'
import { networkByName } from '../src/networks/zoo'
import { sizeOf } from '../src/support/tensor'
import { initialize } from '../src/training/initialize'

/** Examples in a step. */
export const batchSize = 60

/**
 * A network of the zoo with all that a session is opened and loaded with: random images, Adam, W_0; and the kernels of
 * TensorFlow that a trainer takes for it.
 */
export function trainingOf(name: string) {
  const network = networkByName(name)
  const convolutions = hasConvolutions(network)
  const learningRate = convolutions ? 2e-4 : 1.2e-3
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
    examples,
    /** Steps that a trainer takes at once, or few enough for that. */
    chunk: convolutions ? 1 : 100,
    kernels: kernelsFor(convolutions),
    data: {
      shape: network.input,
      normalize: { mean: [0.1307], deviation: [0.3081] },
      splits: { train: split(examples), validation: split(100), test: split(100) },
    },
    program: buildStepProgram(network, { optimizer: { kind: 'adam', learningRate }, batchSize }),
    parameters: initialize({ network, seed: 1 }),
  }
}
