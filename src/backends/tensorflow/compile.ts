import { inputs } from '../program'
import type { StepProgram } from '../program'
import { entry } from './entry'
import type { DataShape } from './examples'
import { splitNames } from '../checks'
import { dataVariables, normalized, slice } from './examples'
import type { SplitName } from '../backend'
import type { Ref } from './graph'
import { GraphBuilder, typeAttr } from './graph'
import { lowerPrimitive } from './lowering'
import { addTrain, conditionFunction, stepFunction } from './loop'
import { encodeSavedModel } from './graph-messages'
import { addGradients, addObserve } from './probes'
import { addDone, assign, currentValues, maskVariable, placeholder, read, stateVariables } from './variables'

/** The bytes of a SavedModel with the entry points of {@link entry}. */
export function compile(program: StepProgram, data: DataShape): Uint8Array {
  const graph = new GraphBuilder('graph')
  for (const split of splitNames) addData(graph, data, split)
  addLoad(graph, program)
  addRead(graph, program)
  addTrain(graph, program)
  addEvaluate(graph, program, data)
  addGradients(graph, program, data)
  if (program.statistics.length > 0) addObserve(graph, program, data)
  return encodeSavedModel(graph.nodes, [conditionFunction(program), stepFunction(program, data)])
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
    const isFrozen = program.frozen && variable.role === 'parameter'
    const keep = isFrozen ? undefined : variable.mask && kept.get(variable.mask.name)
    // Not a product with the mask, which would make some of the zeros negative.
    const value = keep ? graph.add('SelectV2', [keep, fed, zero], { T: typeAttr('float32') }) : fed
    after.push(assign(graph, variable, value))
  }
  addDone(graph, entry.load.done, after)
}

function addRead(graph: GraphBuilder, program: StepProgram): void {
  for (const variable of stateVariables(program)) {
    const value = read(graph, variable)
    graph.add(
      'Identity',
      [value],
      { T: typeAttr('float32') },
      { name: entry.read.value(variable.name), exact: true },
    )
  }
}

function addEvaluate(graph: GraphBuilder, program: StepProgram, data: DataShape): void {
  const { from, count } = entry.evaluate('train')
  const range = [placeholder(graph, from, 'int32', [1]), placeholder(graph, count, 'int32', [1])] as const
  const state = currentValues(graph, program, 'parameter', 'statistic')
  for (const split of splitNames) {
    const { images, labels } = dataVariables(data, split)
    const values = new Map(state)
    values.set(inputs.images, normalized(graph, slice(graph, images, range), data))
    values.set(inputs.labels, slice(graph, labels, range))
    for (const primitive of program.evaluation.primitives) {
      lowerPrimitive(graph, primitive, values, program.shapes)
    }
    const { losses, correct } = entry.evaluate(split)
    const name = (node: string) => ({ name: node, exact: true })
    graph.add('Identity', [values.get(program.evaluation.losses)!], { T: typeAttr('float32') }, name(losses))
    graph.add('Identity', [values.get(program.evaluation.correct)!], { T: typeAttr('bool') }, name(correct))
  }
}
