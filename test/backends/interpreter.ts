import type { Primitive } from '../../src/backends/primitives'

/** A value in double precision, with the shape it really has. */
export interface Value {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export type Values = Readonly<Record<string, Value>>

/** Runs primitives as their descriptions say, slowly: what compiled programs are checked against. */
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
    case 'biasGradient': {
      const { shape, data } = at(primitive.input)
      const width = shape.at(-1)!
      return {
        [primitive.output]: vector(
          Array.from({ length: width }, (_, channel) =>
            sum(data.filter((_, index) => index % width === channel)),
          ),
        ),
      }
    }
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
