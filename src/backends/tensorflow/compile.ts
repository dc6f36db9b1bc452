import type { SessionData, SplitName } from '../backend'
import { scalarCount, slotsOf } from '../optimizers'
import { inputs } from '../program'
import type { StepProgram, Update } from '../program'
import type { Ref } from './graph'
import { functionDef, GraphBuilder, nodeName, typeAttr } from './graph'
import { lowerPrimitive } from './lowering'
import type { FunctionDef } from './messages'
import { encodeSavedModel } from './messages'
import type { Variable } from './variables'
import { assign, handle, maskVariable, placeholder, read, stateVariables } from './variables'

/** How the data looks that a graph is compiled for. */
export interface DataShape {
  readonly shape: readonly number[]
  readonly normalize: SessionData['normalize']
  readonly counts: Readonly<Record<SplitName, number>>
}

/**
 * The names that a session feeds and fetches. Fetching what an entry point returns runs it, and nothing else.
 */
export const entry = {
  /** Feeds: `images`, `labels` of the split. Fetch: `done`. */
  data: (split: SplitName) => ({
    images: nodeName(`data/${split}/images`),
    labels: nodeName(`data/${split}/labels`),
    done: nodeName(`data/${split}/done`),
  }),
  /** Feeds: `value(name)` of every state variable, `mask(parameter)` of every masked one. Fetch: `done`. */
  load: {
    value: (name: string) => nodeName(`load/${name}`),
    mask: (parameter: string) => nodeName(`load/mask/${parameter}`),
    done: 'load_done',
  },
  /** Feeds: `batches` [steps, batchSize] int32, `scalars` [steps, scalarCount]. Fetch: `losses` [steps]. */
  train: { batches: 'train_batches', scalars: 'train_scalars', losses: 'train_losses' },
  /** Feeds: `from` [1] and `count` [1], int32. Fetches: `losses` and `correct`, one of each per example. */
  evaluate: (split: SplitName) => ({
    from: 'evaluate_from',
    count: 'evaluate_count',
    losses: nodeName(`evaluate/${split}/losses`),
    correct: nodeName(`evaluate/${split}/correct`),
  }),
  /** Fetch: `value(name)` of any state variable. */
  read: { value: (name: string) => nodeName(`read/${name}`) },
}

/** The bytes of a SavedModel with the entry points above. */
export function compile(program: StepProgram, data: DataShape): Uint8Array {
  const graph = new GraphBuilder('graph')
  for (const split of splitNames) addData(graph, data, split)
  addLoad(graph, program)
  addRead(graph, program)
  addTrain(graph, program)
  addEvaluate(graph, program, data)
  return encodeSavedModel(graph.nodes, [conditionFunction(), stepFunction(program, data)])
}

export const splitNames = ['train', 'validation', 'test'] as const

function dataVariables(
  { shape, counts }: DataShape,
  split: SplitName,
): Record<'images' | 'labels', Variable> {
  const count = counts[split]
  return {
    images: { name: `data/${split}/images`, type: 'uint8', shape: [count, ...shape] },
    labels: { name: `data/${split}/labels`, type: 'int32', shape: [count] },
  }
}

function addData(graph: GraphBuilder, data: DataShape, split: SplitName): void {
  const { images, labels } = dataVariables(data, split)
  const names = entry.data(split)
  const after = [
    assign(graph, images, placeholder(graph, names.images, 'uint8', images.shape)),
    assign(graph, labels, placeholder(graph, names.labels, 'int32', labels.shape)),
  ]
  addDone(graph, names.done, after)
}

/** What can be fetched to have `after` run. */
function addDone(graph: GraphBuilder, name: string, after: readonly Ref[]): void {
  graph.add('Identity', [graph.constant('int32', 0)], { T: typeAttr('int32') }, { name, after })
}

function addLoad(graph: GraphBuilder, program: StepProgram): void {
  const after: Ref[] = []
  const kept = new Map<string, Ref>()
  const convert = (bytes: Ref, type: 'float32' | 'bool'): Ref =>
    graph.add('Cast', [bytes], { SrcT: typeAttr('uint8'), DstT: typeAttr(type) })
  for (const { name, shape, masked } of program.parameters) {
    if (!masked) continue
    const fed = placeholder(graph, entry.load.mask(name), 'uint8', shape)
    const variable = maskVariable(name, shape)
    kept.set(variable.name, convert(fed, 'bool'))
    after.push(assign(graph, variable, convert(fed, 'float32')))
  }
  const zero = graph.constant('float32', 0)
  for (const variable of stateVariables(program)) {
    const fed = placeholder(graph, entry.load.value(variable.name), 'float32', variable.shape)
    const keep = variable.mask && kept.get(variable.mask.name)
    // Not a product with the mask, which would make some of the zeros negative.
    const value = keep ? graph.add('SelectV2', [keep, fed, zero], { T: typeAttr('float32') }) : fed
    after.push(assign(graph, variable, value))
  }
  addDone(graph, entry.load.done, after)
}

function addRead(graph: GraphBuilder, program: StepProgram): void {
  for (const variable of stateVariables(program)) {
    const value = read(graph, variable)
    graph.add('Identity', [value], { T: typeAttr('float32') }, { name: entry.read.value(variable.name) })
  }
}

/** The loop over steps; the losses go into a list, element by element. */
function addTrain(graph: GraphBuilder, program: StepProgram): void {
  const batches = placeholder(graph, entry.train.batches, 'int32', [-1, program.batchSize])
  const scalars = placeholder(graph, entry.train.scalars, 'float32', [-1, scalarCount(program.optimizer)])
  const shape = graph.add('Shape', [batches], { T: typeAttr('int32'), out_type: typeAttr('int32') })
  const steps = graph.add('StridedSlice', [shape, ...firstElement(graph)], {
    T: typeAttr('int32'),
    Index: typeAttr('int32'),
    shrink_axis_mask: { i: 1 },
  })
  const scalarShape = graph.constant('int32', [])
  const losses = graph.add('TensorListReserve', [scalarShape, steps], {
    element_dtype: typeAttr('float32'),
    shape_type: typeAttr('int32'),
  })
  const state = [graph.constant('int32', 0), steps, losses, batches, scalars]
  const loop = graph.add('While', state, {
    T: { list: { type: loopState.map(([, type]) => typeAttr(type).type!) } },
    cond: { func: { name: 'more_steps' } },
    body: { func: { name: 'step' } },
    parallel_iterations: { i: 1 },
    // The loop becomes part of the graph instead of a call per step.
    _lower_using_switch_merge: { b: true },
  })
  graph.add(
    'TensorListStack',
    [{ ...loop, index: loopState.findIndex(([name]) => name === 'losses') }, scalarShape],
    { element_dtype: typeAttr('float32') },
    { name: entry.train.losses },
  )
}

/** What goes round in the loop. */
const loopState = [
  ['index', 'int32'],
  ['steps', 'int32'],
  ['losses', 'variant'],
  ['batches', 'int32'],
  ['scalars', 'float32'],
] as const

function conditionFunction(): FunctionDef {
  const body = new GraphBuilder('function', loopState)
  const more = body.add('Less', [{ node: 'index' }, { node: 'steps' }], { T: typeAttr('int32') })
  return functionDef('more_steps', body, loopState, [['more', 'bool', more]])
}

function stepFunction(program: StepProgram, data: DataShape): FunctionDef {
  const body = new GraphBuilder('function', loopState)
  const index: Ref = { node: 'index' }
  const row = (from: string, type: 'int32' | 'float32'): Ref => gather(body, { node: from }, index, type)
  const batch = row('batches', 'int32')
  const scalars = row('scalars', 'float32')
  const { images, labels } = dataVariables(data, 'train')
  const values = new Map<string, Ref>([
    [inputs.images, normalized(body, gather(body, read(body, images), batch, 'uint8'), data)],
    [inputs.labels, gather(body, read(body, labels), batch, 'int32')],
  ])
  for (const variable of stateVariables(program)) {
    if (variable.role === 'parameter') values.set(variable.name, read(body, variable))
  }
  for (const primitive of [...program.forward, ...program.backward]) {
    lowerPrimitive(body, primitive, values, program.shapes, program.batchSize)
  }
  const scalar = Array.from({ length: scalarCount(program.optimizer) }, (_, position) =>
    gather(body, scalars, body.constant('int32', position), 'float32'),
  )
  const updates = program.updates.map((update) => addUpdate(body, program, update, values, scalar))
  // The next step begins when the index comes round, so the index must wait for every update.
  const next = body.add(
    'AddV2',
    [index, body.constant('int32', 1)],
    { T: typeAttr('int32') },
    { name: 'next', after: updates },
  )
  const losses = body.add('TensorListSetItem', [{ node: 'losses' }, index, values.get(program.loss)!], {
    element_dtype: typeAttr('float32'),
  })
  return functionDef('step', body, loopState, [
    ['next_index', 'int32', next],
    ['same_steps', 'int32', { node: 'steps' }],
    ['more_losses', 'variant', losses],
    ['same_batches', 'int32', { node: 'batches' }],
    ['same_scalars', 'float32', { node: 'scalars' }],
  ])
}

function addUpdate(
  graph: GraphBuilder,
  program: StepProgram,
  { parameter, gradient, weightDecay, rule }: Update,
  values: ReadonlyMap<string, Ref>,
  [rate, epsilon]: readonly Ref[],
): Ref {
  const float = { T: typeAttr('float32') }
  const number = (value: number): Ref => graph.constant('float32', value)
  const { shape, masked } = program.parameters.find(({ name }) => name === parameter)!
  const variable = (name: string): Ref => handle(graph, { name, type: 'float32', shape })
  let slope = values.get(gradient)!
  if (weightDecay !== 0) {
    const decay = graph.add('Mul', [values.get(parameter)!, number(weightDecay)], float)
    slope = graph.add('AddV2', [slope, decay], float)
  }
  if (masked) slope = graph.add('Mul', [slope, read(graph, maskVariable(parameter, shape))], float)
  const own = [parameter, ...slotsOf(rule)].map(variable)
  const options = { name: `update/${parameter}` }
  switch (rule.kind) {
    case 'sgd':
      return graph.add('ResourceApplyGradientDescent', [...own, rate!, slope], float, options)
    case 'momentum': {
      const attr = { ...float, use_nesterov: { b: rule.nesterov } }
      return graph.add('ResourceApplyMomentum', [...own, rate!, slope, number(rule.momentum)], attr, options)
    }
    case 'adam': {
      // The bias correction is in the step's scalars already; powers of 0 switch off the kernel's own.
      const powers = [number(0), number(0)]
      const betas = [number(rule.beta1), number(rule.beta2)]
      return graph.add(
        'ResourceApplyAdam',
        [...own, ...powers, rate!, ...betas, epsilon!, slope],
        float,
        options,
      )
    }
  }
}

function addEvaluate(graph: GraphBuilder, program: StepProgram, data: DataShape): void {
  const { from, count } = entry.evaluate('train')
  const range = [placeholder(graph, from, 'int32', [1]), placeholder(graph, count, 'int32', [1])] as const
  const parameters = program.parameters.map(
    ({ name, shape }) => [name, read(graph, { name, type: 'float32', shape })] as const,
  )
  for (const split of splitNames) {
    const { images, labels } = dataVariables(data, split)
    const values = new Map<string, Ref>(parameters)
    values.set(inputs.images, normalized(graph, slice(graph, images, range), data))
    values.set(inputs.labels, slice(graph, labels, range))
    for (const primitive of program.evaluation.primitives) {
      lowerPrimitive(graph, primitive, values, program.shapes)
    }
    const { losses, correct } = entry.evaluate(split)
    const name = (node: string) => ({ name: node })
    graph.add('Identity', [values.get(program.evaluation.losses)!], { T: typeAttr('float32') }, name(losses))
    graph.add('Identity', [values.get(program.evaluation.correct)!], { T: typeAttr('bool') }, name(correct))
  }
}

/** Elements `from <= i < from + count` of a variable's first axis. */
function slice(graph: GraphBuilder, variable: Variable, [from, count]: readonly [Ref, Ref]): Ref {
  const rest = variable.shape.slice(1)
  const concat = (first: Ref, others: readonly number[]): Ref =>
    others.length === 0
      ? first
      : graph.add('ConcatV2', [first, graph.constant('int32', others), graph.constant('int32', 0)], {
          N: { i: 2 },
          T: typeAttr('int32'),
          Tidx: typeAttr('int32'),
        })
  const begin = concat(
    from,
    rest.map(() => 0),
  )
  return graph.add('Slice', [read(graph, variable), begin, concat(count, rest)], {
    T: typeAttr(variable.type),
    Index: typeAttr('int32'),
  })
}

/** Bytes to what the network sees: byte * 1/(255 deviation) - mean/deviation, per channel (the last axis). */
function normalized(graph: GraphBuilder, bytes: Ref, { normalize: { mean, deviation } }: DataShape): Ref {
  const float = { T: typeAttr('float32') }
  const cast = graph.add('Cast', [bytes], { SrcT: typeAttr('uint8'), DstT: typeAttr('float32') })
  const scale = deviation.map((channel) => 1 / (255 * channel))
  const scaled = graph.add('Mul', [cast, graph.constant('float32', scale)], float)
  if (mean.every((channel) => channel === 0)) return scaled
  const offset = mean.map((channel, index) => -channel / deviation[index]!)
  return graph.add('AddV2', [scaled, graph.constant('float32', offset)], float)
}

function gather(graph: GraphBuilder, from: Ref, indices: Ref, type: 'int32' | 'float32' | 'uint8'): Ref {
  return graph.add('GatherV2', [from, indices, graph.constant('int32', 0)], {
    Tparams: typeAttr(type),
    Tindices: typeAttr('int32'),
    Taxis: typeAttr('int32'),
  })
}

function firstElement(graph: GraphBuilder): Ref[] {
  return [graph.constant('int32', [0]), graph.constant('int32', [1]), graph.constant('int32', [1])]
}
