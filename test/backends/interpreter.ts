import type { Primitive } from '../../src/backends/primitives'
import * as images from './interpreter-images'

/** A value in double precision, with the shape it really has. */
export interface Value {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export type Values = Readonly<Record<string, Value>>

/**
 * Runs primitives as their descriptions say, slowly: what compiled programs are checked against.
 * @param given the values to begin with; where dropout is, the factors `kept` too, which every backend draws its way
 */
export function interpret(primitives: readonly Primitive[], given: Values): Values {
  const values: Record<string, Value> = { ...given }
  for (const primitive of primitives)
    Object.assign(
      values,
      run(primitive, (name) => values[name]!),
    )
  return values
}

function run(primitive: Primitive, at: (name: string) => Value): Values {
  switch (primitive.op) {
    case 'reshape': {
      const { shape, data } = at(primitive.input)
      return { [primitive.output]: { shape: [shape[0]!, ...primitive.shape], data } }
    }
    case 'matmul': {
      const left = primitive.transposeLeft ? transposed(at(primitive.left)) : at(primitive.left)
      const right = primitive.transposeRight ? transposed(at(primitive.right)) : at(primitive.right)
      const [rows, inner, columns] = [left.shape[0]!, left.shape[1]!, right.shape[1]!]
      const data = Array.from({ length: rows * columns }, (_, index) => {
        const [row, column] = [Math.floor(index / columns), index % columns]
        return sum(
          Array.from(
            { length: inner },
            (_, k) => left.data[row * inner + k]! * right.data[k * columns + column]!,
          ),
        )
      })
      return { [primitive.output]: { shape: [rows, columns], data } }
    }
    case 'addBias': {
      const bias = at(primitive.bias).data
      return { [primitive.output]: map(at(primitive.input), (x, index) => x + bias[index % bias.length]!) }
    }
    case 'relu':
      return { [primitive.output]: map(at(primitive.input), (x) => Math.max(x, 0)) }
    case 'softmaxCrossEntropy': {
      const logits = at(primitive.logits)
      const labels = at(primitive.labels).data
      const probabilities = rowsOf(logits).map((row) => {
        const exponentials = row.map((x) => Math.exp(x))
        return exponentials.map((x) => x / sum(exponentials))
      })
      const residual = probabilities.flatMap((row, example) =>
        row.map((probability, index) => probability - (index === labels[example] ? 1 : 0)),
      )
      return {
        [primitive.losses]: vector(probabilities.map((row, example) => -Math.log(row[labels[example]!]!))),
        [primitive.residual]: { shape: logits.shape, data: residual },
      }
    }
    case 'mean': {
      const { data } = at(primitive.input)
      return { [primitive.output]: { shape: [], data: [sum(data) / data.length] } }
    }
    case 'correct': {
      const labels = at(primitive.labels).data
      const hits = rowsOf(at(primitive.logits)).map((row, example) =>
        row.indexOf(Math.max(...row)) === labels[example] ? 1 : 0,
      )
      return { [primitive.output]: vector(hits) }
    }
    case 'constant':
      return { [primitive.output]: { shape: [], data: [primitive.value] } }
    case 'spread': {
      const count = at('labels').data.length
      return { [primitive.output]: vector(Array<number>(count).fill(at(primitive.input).data[0]! / count)) }
    }
    case 'scaleRows': {
      const input = at(primitive.input)
      const factors = at(primitive.factors).data
      const width = input.data.length / factors.length
      return { [primitive.output]: map(input, (x, index) => x * factors[Math.floor(index / width)]!) }
    }
    case 'biasGradient':
      return { [primitive.output]: channelSums(at(primitive.input)) }
    case 'reluGradient': {
      const activation = at(primitive.activation).data
      return {
        [primitive.output]: map(at(primitive.gradient), (x, index) => (activation[index]! > 0 ? x : 0)),
      }
    }
    case 'add': {
      const right = at(primitive.right).data
      return { [primitive.output]: map(at(primitive.left), (x, index) => x + right[index]!) }
    }
    case 'multiply': {
      const right = at(primitive.right).data
      return { [primitive.output]: map(at(primitive.left), (x, index) => x * right[index]!) }
    }
    case 'dropout': {
      const kept = at(primitive.kept).data
      return { [primitive.output]: map(at(primitive.input), (x, index) => x * kept[index]!) }
    }
    case 'concatenate':
      return { [primitive.output]: concatenated(primitive.inputs.map(at)) }
    case 'channels':
      return { [primitive.output]: channels(at(primitive.input), primitive.from, primitive.to) }
    case 'convolution':
      return { [primitive.output]: images.convolution(at(primitive.input), at(primitive.filter), primitive) }
    case 'convolutionInputGradient': {
      const { gradient, filter, shape } = primitive
      return {
        [primitive.output]: images.convolutionInputGradient(at(gradient), at(filter), shape, primitive),
      }
    }
    case 'convolutionFilterGradient': {
      const { input, gradient } = primitive
      return { [primitive.output]: images.convolutionFilterGradient(at(input), at(gradient), primitive) }
    }
    case 'maxPool':
      return { [primitive.output]: images.maxPool(at(primitive.input), primitive) }
    case 'maxPoolGradient': {
      const { input, gradient } = primitive
      return { [primitive.output]: images.maxPoolGradient(at(input), at(gradient), primitive) }
    }
    case 'averagePool':
      return { [primitive.output]: images.averagePool(at(primitive.input), primitive) }
    case 'averagePoolGradient': {
      const { gradient, shape } = primitive
      return { [primitive.output]: images.averagePoolGradient(at(gradient), shape, primitive) }
    }
    // The same as one window over everything.
    case 'globalAveragePool': {
      const input = at(primitive.input)
      const [batch, height, width, count] = input.shape as [number, number, number, number]
      const { data } = images.averagePool(input, everything([height, width]))
      return { [primitive.output]: { shape: [batch, count], data } }
    }
    case 'globalAveragePoolGradient': {
      const { shape, data } = at(primitive.gradient)
      const [height, width] = primitive.shape as [number, number]
      const above = { shape: [shape[0]!, 1, 1, shape[1]!], data }
      return {
        [primitive.output]: images.averagePoolGradient(above, primitive.shape, everything([height, width])),
      }
    }
    case 'batchNorm': {
      const { input, scale, offset, epsilon } = primitive
      const { mean, variance } = moments(at(input))
      return {
        [primitive.output]: normalized(at(input), at(scale), at(offset), mean, variance, epsilon),
        [primitive.mean]: mean,
        [primitive.variance]: variance,
      }
    }
    case 'batchNormInference': {
      const { input, scale, offset, mean, variance, epsilon } = primitive
      return {
        [primitive.output]: normalized(at(input), at(scale), at(offset), at(mean), at(variance), epsilon),
      }
    }
    case 'rowDot': {
      const [left, right] = [rowsOf(at(primitive.left)), rowsOf(at(primitive.right))]
      return {
        [primitive.output]: vector(left.map((row, i) => sum(row.map((x, column) => x * right[i]![column]!)))),
      }
    }
    case 'softmaxGradient': {
      const labels = at(primitive.labels).data
      const gradient = rowsOf(at(primitive.gradient))
      const data = rowsOf(at(primitive.residual)).flatMap((row, example) => {
        const p = row.map((x, index) => x + (index === labels[example] ? 1 : 0))
        const along = sum(p.map((x, index) => x * gradient[example]![index]!))
        return p.map((x, index) => x * (gradient[example]![index]! - along))
      })
      return { [primitive.output]: { shape: at(primitive.residual).shape, data } }
    }
    case 'maxPoolTangent': {
      const { input, tangent } = primitive
      return { [primitive.output]: images.maxPoolTangent(at(input), at(tangent), primitive) }
    }
    case 'batchNormCurvature': {
      // The derivative of gradient . batchNormGradient(slope) by a central difference in double precision.
      const { input, slope, gradient, scale, epsilon } = primitive
      const product = (x: Value, factor: Value): number => {
        const { mean, variance } = moments(x)
        const made = run(
          {
            op: 'batchNormGradient',
            ...{ input: 'x', gradient: 'a', scale: 's', mean: 'm', variance: 'v', epsilon },
            ...{ output: 'dx', scaleGradient: 'ds', offsetGradient: 'do' },
          },
          (name) => ({ x, a: at(slope), s: factor, m: mean, v: variance })[name]!,
        )
        return sum(made['dx']!.data.map((value, index) => value * at(gradient).data[index]!))
      }
      const step = 1e-4
      const derivative = (value: Value, of: (moved: Value) => number): Value =>
        map(value, (_, index) => {
          const moved = (by: number) => map(value, (other, i) => (i === index ? other + by : other))
          return (of(moved(step)) - of(moved(-step))) / (2 * step)
        })
      return {
        [primitive.output]: derivative(at(input), (x) => product(x, at(scale))),
        [primitive.scaleGradient]: derivative(at(scale), (factor) => product(at(input), factor)),
      }
    }
    case 'batchNormGradient': {
      const { input, scale, mean, variance, epsilon } = primitive
      const [ones, zeros] = [1, 0].map((value) => map(at(mean), () => value)) as [Value, Value]
      const standard = normalized(at(input), ones, zeros, at(mean), at(variance), epsilon)
      const above = at(primitive.gradient)
      const byScale = channelSums(map(above, (x, index) => x * standard.data[index]!))
      const byOffset = channelSums(above)
      const count = above.data.length / byOffset.data.length
      const byInput = map(above, (x, index) => {
        const channel = index % byOffset.data.length
        const rest = (byOffset.data[channel]! + standard.data[index]! * byScale.data[channel]!) / count
        return (at(scale).data[channel]! / Math.sqrt(at(variance).data[channel]! + epsilon)) * (x - rest)
      })
      return {
        [primitive.output]: byInput,
        [primitive.scaleGradient]: byScale,
        [primitive.offsetGradient]: byOffset,
      }
    }
  }
}

function map({ shape, data }: Value, change: (x: number, index: number) => number): Value {
  return { shape, data: data.map(change) }
}

function vector(data: readonly number[]): Value {
  return { shape: [data.length], data }
}

function rowsOf({ shape, data }: Value): number[][] {
  const width = shape[1]!
  return Array.from({ length: shape[0]! }, (_, row) => data.slice(row * width, (row + 1) * width))
}

function transposed({ shape: [rows, columns], data }: Value): Value {
  const swapped = Array.from(
    { length: data.length },
    (_, index) => data[(index % rows!) * columns! + Math.floor(index / rows!)]!,
  )
  return { shape: [columns!, rows!], data: swapped }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0)
}

function channelSums({ shape, data }: Value): Value {
  const width = shape.at(-1)!
  const sums = Array<number>(width).fill(0)
  for (const [index, x] of data.entries()) sums[index % width]! += x
  return vector(sums)
}

function moments(input: Value): { mean: Value; variance: Value } {
  const width = input.shape.at(-1)!
  const perChannel = (value: Value) => map(channelSums(value), (x) => (x * width) / input.data.length)
  const mean = perChannel(input)
  return { mean, variance: perChannel(map(input, (x, index) => (x - mean.data[index % width]!) ** 2)) }
}

function normalized(
  input: Value,
  scale: Value,
  offset: Value,
  mean: Value,
  variance: Value,
  epsilon: number,
): Value {
  return map(input, (x, index) => {
    const channel = index % scale.data.length
    const standard = (x - mean.data[channel]!) / Math.sqrt(variance.data[channel]! + epsilon)
    return standard * scale.data[channel]! + offset.data[channel]!
  })
}

/** The last axis, as rows of everything before it. */
function concatenated(values: readonly Value[]): Value {
  const widths = values.map(({ shape }) => shape.at(-1)!)
  const rows = values[0]!.data.length / widths[0]!
  const data = Array.from({ length: rows }, (_, row) =>
    values.flatMap(({ data: numbers }, index) =>
      numbers.slice(row * widths[index]!, (row + 1) * widths[index]!),
    ),
  ).flat()
  return { shape: [...values[0]!.shape.slice(0, -1), sum(widths)], data }
}

function channels({ shape, data }: Value, from: number, to: number): Value {
  const width = shape.at(-1)!
  return {
    shape: [...shape.slice(0, -1), to - from],
    data: data.filter((_, index) => index % width >= from && index % width < to),
  }
}

function everything(window: readonly [number, number]) {
  return { window, stride: 1, padding: 'valid' } as const
}
