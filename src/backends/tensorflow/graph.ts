import { type ElementType, types } from './binding'
import type { ArgDef, AttrValue, FunctionDef, NodeDef, TensorShape } from './graph-messages'

/** An output of a node, or an argument of a function. */
export interface Ref {
  readonly node: string
  /** Name of the output as the op declares it, absent for arguments; functions refer by it. */
  readonly output?: string
  /** Its place among the outputs; graphs refer by it. */
  readonly index?: number
}

export interface NodeOptions {
  /** The op, by default; a number is added where it is taken. */
  readonly name?: string
  /** Whether the node must have just this name, since it is fed or fetched. */
  readonly exact?: boolean
  /** Nodes that must have run before it. */
  readonly after?: readonly Ref[]
}

/** Builds the nodes of a graph, or of a function's body: the two differ in how an input is written down. */
export class GraphBuilder {
  readonly nodes: NodeDef[] = []
  readonly #names: Set<string>
  /** The number to try first for a name that is taken: large networks have thousands of nodes of one op. */
  readonly #next = new Map<string, number>()

  /** @param parameters the names of a function's parameters */
  constructor(
    readonly kind: 'graph' | 'function',
    parameters: Parameters = [],
  ) {
    this.#names = new Set(parameters.map(([name]) => name))
  }

  /**
   * Adds a node.
   * @returns its first output
   * @throws RangeError if an exact name is taken
   */
  add(
    op: keyof typeof outputNames,
    inputs: readonly Ref[],
    attr: Readonly<Record<string, AttrValue>> = {},
    { name = op, exact = false, after = [] }: NodeOptions = {},
  ): Ref {
    const unique = this.#unique(name)
    if (exact && unique !== name) throw new RangeError(`There are two nodes called ${name}.`)
    this.nodes.push({
      name: unique,
      op,
      input: [...inputs.map((ref) => this.reference(ref)), ...after.map(({ node }) => `^${node}`)],
      attr,
    })
    const output = outputNames[op]
    return { node: unique, ...(output !== undefined && { output }) }
  }

  /** How `ref` is written as an input. */
  reference({ node, output, index = 0 }: Ref): string {
    if (output === undefined) return node
    return this.kind === 'function' ? `${node}:${output}:${index}` : `${node}:${index}`
  }

  /**
   * Another output of a node than its first.
   * @param output as the op declares it
   * @param index its place among the outputs
   */
  other({ node }: Ref, output: string, index: number): Ref {
    // Functions count from each name, graphs from the first output.
    return { node, output, ...(this.kind === 'graph' && { index }) }
  }

  /** A vector, where no shape is given, or a scalar. */
  constant(
    type: 'float32' | 'int32',
    values: number | ArrayLike<number>,
    shape: readonly number[] = typeof values === 'number' ? [] : [values.length],
  ): Ref {
    const list = typeof values === 'number' ? [values] : values
    const data = type === 'float32' ? Float32Array.from(list) : Int32Array.from(list)
    return this.add('Const', [], {
      dtype: typeAttr(type),
      value: {
        tensor: {
          dtype: types[type],
          tensorShape: shapeOf(shape),
          tensorContent: new Uint8Array(data.buffer),
        },
      },
    })
  }

  #unique(name: string): string {
    const base = nodeName(name)
    let unique = base
    let count = this.#next.get(base) ?? 2
    while (this.#names.has(unique)) unique = `${base}_${count++}`
    this.#next.set(base, count)
    this.#names.add(unique)
    return unique
  }
}

/** The parameters of a function. */
type Parameters = readonly (readonly [name: string, type: ElementType])[]

/** A function of a graph's library, from a body and what it returns. */
export function functionDef(
  name: string,
  body: GraphBuilder,
  parameters: Parameters,
  results: readonly (readonly [name: string, type: ElementType, value: Ref])[],
): FunctionDef {
  const arg = ([argument, type]: readonly [string, ElementType, ...unknown[]]): ArgDef => ({
    name: argument,
    type: types[type],
  })
  return {
    signature: {
      name,
      inputArg: parameters.map(arg),
      outputArg: results.map(arg),
      isStateful: true,
    },
    nodeDef: body.nodes,
    ret: Object.fromEntries(results.map(([result, , value]) => [result, body.reference(value)])),
  }
}

/** A legal node name for one of our names; names of parameters stay what they are. */
function nodeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_./-]/g, '_').replace(/^[^A-Za-z0-9.]/, 'n')
}

export function typeAttr(type: ElementType): AttrValue {
  return { type: types[type] }
}

export function shapeOf(extents: readonly number[]): TensorShape {
  return { dim: extents.map((size) => ({ size })) }
}

/** The ops that we use, with the first output of each as TensorFlow declares it. */
export const outputNames = {
  AddV2: 'z',
  ArgMax: 'output',
  AssignVariableOp: undefined,
  AvgPool: 'output',
  AvgPoolGrad: 'output',
  BiasAdd: 'output',
  BiasAddGrad: 'output',
  BroadcastTo: 'output',
  Cast: 'y',
  ConcatV2: 'output',
  Const: 'output',
  Conv2D: 'output',
  Conv2DBackpropFilter: 'output',
  Conv2DBackpropInput: 'output',
  DeepCopy: 'y',
  Equal: 'z',
  ExpandDims: 'output',
  Fill: 'output',
  FusedBatchNormGradV3: 'x_backprop',
  FusedBatchNormV3: 'y',
  GatherV2: 'output',
  GreaterEqual: 'z',
  Identity: 'output',
  Less: 'z',
  MatMul: 'product',
  MaxPool: 'output',
  MaxPoolGrad: 'output',
  MaxPoolWithArgmax: 'output',
  Mean: 'output',
  Mul: 'z',
  OneHot: 'output',
  OnesLike: 'y',
  Pad: 'output',
  PadV2: 'output',
  Placeholder: 'output',
  ReadVariableOp: 'value',
  RealDiv: 'z',
  Relu: 'activations',
  ReluGrad: 'backprops',
  Reshape: 'output',
  ResourceApplyAdam: undefined,
  ResourceApplyGradientDescent: undefined,
  ResourceApplyMomentum: undefined,
  Rsqrt: 'y',
  SelectV2: 'output',
  Shape: 'output',
  Slice: 'output',
  SparseSoftmaxCrossEntropyWithLogits: 'loss',
  StatelessRandomUniform: 'output',
  StridedSlice: 'output',
  Sub: 'z',
  Sum: 'output',
  TensorListReserve: 'handle',
  TensorListSetItem: 'output_handle',
  TensorListStack: 'tensor',
  VarHandleOp: 'resource',
  While: 'output',
} as const satisfies Record<string, string | undefined>

/** What is known of a batch besides its shapes. */
export interface Batch {
  /** The examples in it, where that is known when the graph is built. */
  readonly size?: number
  /** What dropout follows from, a scalar; without it, nothing is dropped. */
  readonly seed?: Ref
}

/** For primitives that TensorFlow wants to know the whole shape of. */
export function sizeOfBatch({ size }: Batch): number {
  if (size === undefined) throw new RangeError('A derivative needs the size of the batch.')
  return size
}
