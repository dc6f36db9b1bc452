import { sizeOf } from '../../support/tensor'
import type { Activation, Lowering, Parameter, PruneGroup } from './kind'

/** A layer of weights, its bias or batch norm, and an activation. */
export interface Weighted {
  readonly name: string
  readonly batchNorm?: boolean
  readonly activation: Activation
}

/** Added to variances before the square root, as in PyTorch and in Ioffe & Szegedy's reference. */
const epsilon = 1e-5

/**
 * How much of a running statistic stays in a step; PyTorch counts the other way round and calls it a momentum of 0.1.
 */
const decay = 0.9

/** Weights, and then a bias, or with batch norm scale, offset, mean and variance: one number per output. */
export function tensorsOf(
  { name, batchNorm = false }: Weighted,
  shape: readonly number[],
  group: PruneGroup,
): readonly Parameter[] {
  const others = batchNorm ? (['scale', 'offset', 'mean', 'variance'] as const) : (['bias'] as const)
  return [
    { name: `${name}/weights`, layer: name, role: 'weights', shape, group },
    ...others.map((role): Parameter => ({
      name: `${name}/${role}`,
      layer: name,
      role,
      shape: [shape.at(-1)!],
    })),
  ]
}

/** Bias or batch norm, and the activation, of what was made of the weights. */
export function lowerEnd(layer: Weighted, product: string, lowering: Lowering): string {
  return activate(layer, center(layer, product, lowering), lowering)
}

/** Bias or batch norm. */
function center({ name, batchNorm = false }: Weighted, input: string, { tape, training }: Lowering): string {
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

/** Appends an activation, where there is one. */
export function activate(
  { name, activation }: { readonly name: string; readonly activation: Activation },
  input: string,
  { tape }: Lowering,
): string {
  if (activation === 'none') return input
  const output = `${name}/${activation}`
  tape.append({ op: activation, input, output })
  return output
}

/** `batch norm` and the activation, where there are any. */
export function endWords({ batchNorm, activation }: Omit<Weighted, 'name'>): readonly string[] {
  return [...(batchNorm ? ['batch norm'] : []), ...(activation === 'none' ? [] : [activation])]
}
