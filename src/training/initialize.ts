import { parametersOf } from '../networks/parameters'
import { randomStream } from '../support/random'
import { sizeOf, type Tensors } from '../support/tensor'
import type { InitializeTask } from '../tasks/tasks'

/**
 * Draws W_0: weights from the Gaussian Glorot distribution, with standard deviation
 * sqrt(2 / (fan in + fan out)) (Frankle & Carbin 2019, section 2, fig. 2), scales and running variances of batch norm
 * one, biases, offsets and running means zero. Every parameter has a stream of its own, so that changing one layer
 * leaves the others' weights as they were.
 */
export function initialize(task: Pick<InitializeTask, 'network' | 'seed' | 'draw'>): Tensors {
  return Object.fromEntries(
    parametersOf(task.network).map((parameter) => {
      const data = new Float32Array(sizeOf(parameter.shape))
      if (parameter.role === 'weights') {
        const stream = randomStream(
          task.seed,
          'initialize',
          parameter.name,
          ...(task.draw ? [task.draw] : []),
        )
        const deviation = glorotDeviation(parameter.shape)
        for (let i = 0; i < data.length; i++) data[i] = deviation * stream.normal()
      } else if (parameter.role === 'scale' || parameter.role === 'variance') {
        data.fill(1)
      }
      return [parameter.name, { shape: parameter.shape, data }]
    }),
  )
}

/**
 * The standard deviation of weights `[..., inputs, outputs]`, where `...` is the window of a convolution:
 * sqrt(2 / (fan in + fan out)).
 */
export function glorotDeviation(shape: readonly number[]): number {
  const window = sizeOf(shape.slice(0, -2))
  return Math.sqrt(2 / (window * (shape.at(-2)! + shape.at(-1)!)))
}
