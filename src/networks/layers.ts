import type { ProgramStatistic } from '../backends/program'
import type { Tape } from '../backends/tape'
import { sizeOf } from '../support/tensor'
import type { Activation, ConvolutionLayer, DenseLayer, Layer } from './network'
import { paddingOf, strideOf, windowOf } from './shapes'

/** Added to variances before the square root, as in PyTorch and in Ioffe & Szegedy's reference. */
const epsilon = 1e-5

/**
 * How much of a running statistic stays in a step; PyTorch counts the other way round and calls it a momentum of 0.1.
 */
const decay = 0.9

/** What layers are lowered into. */
export interface Lowering {
  readonly tape: Tape
  /**
   * Present when lowering for training: batch norm takes the batch's statistics, which are noted here, and dropout
   * drops. In an evaluation, batch norm reads the running statistics and dropout does nothing.
   */
  readonly training?: {
    /** Examples per step. */
    readonly batchSize: number
    readonly statistics: ProgramStatistic[]
  }
}

/** Appends layers, one after the other, and returns the value that the last one writes. */
export function lowerLayers(layers: readonly Layer[], input: string, lowering: Lowering): string {
  return layers.reduce((value, layer) => lowerLayer(layer, value, lowering), input)
}

/** Appends one layer and returns the value that it writes. */
function lowerLayer(layer: Layer, input: string, lowering: Lowering): string {
  const { tape } = lowering
  const { name } = layer
  switch (layer.kind) {
    case 'dense':
      return lowerDense(layer, input, lowering)
    case 'convolution':
      return lowerConvolution(layer, input, lowering)
    case 'max-pool':
    case 'average-pool': {
      const output = `${name}/pooled`
      const op = layer.kind === 'max-pool' ? 'maxPool' : 'averagePool'
      const sliding = { stride: strideOf(layer), padding: paddingOf(layer) }
      tape.append({ op, input, window: windowOf(layer), ...sliding, output })
      return output
    }
    case 'global-average-pool': {
      const output = `${name}/pooled`
      tape.append({ op: 'globalAveragePool', input, output })
      return output
    }
    case 'dropout': {
      if (!lowering.training) return input
      const output = `${name}/dropped`
      const stream = tape.primitives.filter(({ op }) => op === 'dropout').length
      tape.append({ op: 'dropout', input, rate: layer.rate, stream, output, kept: `${name}/kept` })
      return output
    }
    case 'residual': {
      const left = lowerLayers(layer.layers, input, lowering)
      const right = layer.shortcut ? lowerConvolution(layer.shortcut, input, lowering) : input
      const sum = `${name}/sum`
      tape.append({ op: 'add', left, right, output: sum })
      return activate(name, layer.activation, sum, lowering)
    }
    case 'branches': {
      const inputs = layer.branches.map((branch) => lowerLayers(branch, input, lowering))
      const output = `${name}/branches`
      tape.append({ op: 'concatenate', inputs, output })
      return output
    }
  }
}

function lowerDense(layer: DenseLayer, input: string, lowering: Lowering): string {
  const { tape } = lowering
  const { name } = layer
  const shape = tape.shapeOf(input).slice(1) as number[]
  let value = input
  if (shape.length !== 1) {
    const output = `${name}/flat`
    tape.append({ op: 'reshape', input: value, shape: [sizeOf(shape)], output })
    value = output
  }
  const product = `${name}/product`
  tape.append({ op: 'matmul', left: value, right: `${name}/weights`, output: product })
  return activate(name, layer.activation, center(layer, product, lowering), lowering)
}

function lowerConvolution(layer: ConvolutionLayer, input: string, lowering: Lowering): string {
  const { name } = layer
  const output = `${name}/convolution`
  const sliding = { stride: strideOf(layer), padding: paddingOf(layer) }
  lowering.tape.append({ op: 'convolution', input, filter: `${name}/weights`, ...sliding, output })
  return activate(name, layer.activation, center(layer, output, lowering), lowering)
}

/** Bias or batch norm. */
function center(layer: DenseLayer | ConvolutionLayer, input: string, lowering: Lowering): string {
  const { name, batchNorm = false } = layer
  const { tape, training } = lowering
  if (!batchNorm) {
    const sum = `${name}/sum`
    tape.append({ op: 'addBias', input, bias: `${name}/bias`, output: sum })
    return sum
  }
  const output = `${name}/norm`
  const [running, batch] = [
    { mean: `${name}/mean`, variance: `${name}/variance` },
    { mean: `${name}/batch-mean`, variance: `${name}/batch-variance` },
  ]
  const norm = { input, scale: `${name}/scale`, offset: `${name}/offset`, epsilon, output }
  if (!training) {
    tape.append({ op: 'batchNormInference', ...norm, ...running })
    return output
  }
  tape.append({ op: 'batchNorm', ...norm, ...batch })
  const example = tape.shapeOf(input).slice(1) as number[]
  const shape = example.slice(-1)
  const count = training.batchSize * sizeOf(example.slice(0, -1))
  training.statistics.push(
    { name: running.mean, shape, value: batch.mean, decay, factor: 1 },
    { name: running.variance, shape, value: batch.variance, decay, factor: count / Math.max(count - 1, 1) },
  )
  return output
}

function activate(name: string, activation: Activation, input: string, { tape }: Lowering): string {
  if (activation === 'none') return input
  const output = `${name}/${activation}`
  tape.append({ op: activation, input, output })
  return output
}
