import type { ConvolutionLayer, DenseLayer, Layer } from '../network'

/** What a network of the zoo is fitted to. */
export interface Form {
  /** Shape of one example. */
  readonly input: readonly number[]
  readonly classes: number
}

type Options = Partial<Omit<ConvolutionLayer, 'kind' | 'name' | 'filters'>>

/** A convolution followed by relu. */
export function convolution(name: string, filters: number, options: Options = {}): ConvolutionLayer {
  return { kind: 'convolution', name, filters, activation: 'relu', ...options }
}

/** A convolution followed by batch norm and relu. */
export function normalized(name: string, filters: number, options: Options = {}): ConvolutionLayer {
  return convolution(name, filters, { batchNorm: true, ...options })
}

export function maxPool(name: string): Layer {
  return { kind: 'max-pool', name }
}

export function dense(name: string, units: number): DenseLayer {
  return { kind: 'dense', name, units, activation: 'relu' }
}

/** The layer that gives the logits. */
export function output(classes: number): DenseLayer {
  return { kind: 'dense', name: 'output', units: classes, activation: 'none' }
}

/** The mean over all positions and then the logits. */
export function averageAndOutput(classes: number): readonly Layer[] {
  return [{ kind: 'global-average-pool', name: 'average' }, output(classes)]
}
