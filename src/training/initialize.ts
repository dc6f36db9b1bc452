import { parametersOf } from '../networks/parameters'
import { randomStream } from '../support/random'
import { sizeOf, type Tensors } from '../support/tensor'
import { usualInitializer, type InitializeTask } from '../tasks/tasks'
import { initializers } from './initializers/all'

/**
 * Draws W_0: weights from the distribution of the task, Gaussian Glorot by default (Frankle & Carbin 2019, section 2,
 * fig. 2); scales of batch norm one, or uniform in [0, 1); running variances one; biases, offsets and running means zero.
 * Every parameter has a stream of its own, so that changing one layer leaves the others' weights as they were.
 */
export function initialize(task: Omit<InitializeTask, 'kind'>): Tensors {
  const { network, seed, draw, init = usualInitializer, batchNormScale = 1 } = task
  return Object.fromEntries(
    parametersOf(network).map(({ name, shape, role }) => {
      const stream = () => randomStream(seed, 'initialize', name, ...(draw ? [draw] : []))
      const data = (() => {
        switch (role) {
          case 'weights':
            return initializers[init].draw(shape, stream())
          case 'scale':
            return batchNormScale === 'uniform' ? uniform(sizeOf(shape), stream()) : ones(sizeOf(shape))
          case 'variance':
            return ones(sizeOf(shape))
          case 'bias':
          case 'offset':
          case 'mean':
            return new Float32Array(sizeOf(shape))
        }
      })()
      return [name, { shape, data }]
    }),
  )
}

function ones(length: number): Float32Array {
  return new Float32Array(length).fill(1)
}

function uniform(length: number, stream: ReturnType<typeof randomStream>): Float32Array {
  return Float32Array.from({ length }, () => stream.uniform())
}
