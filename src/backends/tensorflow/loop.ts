import { scalarCount } from '../optimizers/all'
import { inputs, isSeeded } from '../program'
import type { StepProgram } from '../program'
import { entry } from './entry'
import type { DataShape } from './examples'
import { augmented, dataVariables, gather, normalized } from './examples'
import type { Ref } from './graph'
import { functionDef, GraphBuilder, typeAttr } from './graph'
import { lowerPrimitive } from './lowering'
import type { FunctionDef } from './graph-messages'
import { addStatistics, addUpdate } from './updates'
import { currentValues, placeholder, read } from './variables'

/** The loop over steps; the losses go into a list, element by element. */
export function addTrain(graph: GraphBuilder, program: StepProgram): void {
  const loopState = loopStateOf(program)
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
  if (program.augmentation) {
    state.push(placeholder(graph, entry.train.variants, 'int32', [-1, program.batchSize]))
  }
  if (isSeeded(program)) state.push(placeholder(graph, entry.train.seeds, 'int32', [-1]))
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
    { name: entry.train.losses, exact: true },
  )
}

type LoopState = readonly (readonly [name: string, type: 'int32' | 'variant' | 'float32'])[]

/** What goes round in the loop. */
function loopStateOf(program: StepProgram): LoopState {
  return [
    ['index', 'int32'],
    ['steps', 'int32'],
    ['losses', 'variant'],
    ['batches', 'int32'],
    ['scalars', 'float32'],
    ...(program.augmentation ? ([['variants', 'int32']] as const) : []),
    ...(isSeeded(program) ? ([['seeds', 'int32']] as const) : []),
  ]
}

/** Whether there is another step. */
export function conditionFunction(program: StepProgram): FunctionDef {
  const loopState = loopStateOf(program)
  const body = new GraphBuilder('function', loopState)
  const more = body.add('Less', [{ node: 'index' }, { node: 'steps' }], { T: typeAttr('int32') })
  return functionDef('more_steps', body, loopState, [['more', 'bool', more]])
}

/** One step: forward, backward, updates. */
export function stepFunction(program: StepProgram, data: DataShape): FunctionDef {
  const loopState = loopStateOf(program)
  const body = new GraphBuilder('function', loopState)
  const index: Ref = { node: 'index' }
  const row = (from: string, type: 'int32' | 'float32'): Ref => gather(body, { node: from }, index, type)
  const batch = row('batches', 'int32')
  const scalars = row('scalars', 'float32')
  const { images, labels } = dataVariables(data, 'train')
  let pixels = gather(body, read(body, images), batch, 'uint8')
  if (program.augmentation) {
    pixels = augmented(body, pixels, row('variants', 'int32'), program.augmentation, program)
  }
  const values = new Map<string, Ref>([
    [inputs.images, normalized(body, pixels, data)],
    [inputs.labels, gather(body, read(body, labels), batch, 'int32')],
    ...currentValues(body, program, 'parameter'),
  ])
  const known = { size: program.batchSize, ...(isSeeded(program) && { seed: row('seeds', 'int32') }) }
  for (const primitive of [...program.forward, ...program.backward]) {
    lowerPrimitive(body, primitive, values, program.shapes, known)
  }
  const scalar = Array.from({ length: scalarCount(program.optimizer) }, (_, position) =>
    gather(body, scalars, body.constant('int32', position), 'float32'),
  )
  const updates = [
    ...program.updates.map((update) => addUpdate(body, program, update, values, scalar)),
    ...addStatistics(body, program, values),
  ]
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
    ...loopState.slice(3).map(([name, type]) => [`same_${name}`, type, { node: name }] as const),
  ])
}

function firstElement(graph: GraphBuilder): Ref[] {
  return [graph.constant('int32', [0]), graph.constant('int32', [1]), graph.constant('int32', [1])]
}
