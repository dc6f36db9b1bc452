import { inputs } from '../program'
import type { StepProgram } from '../program'
import { entry } from './entry'
import type { DataShape } from './examples'
import { dataVariables, gather, normalized } from './examples'
import type { GraphBuilder, Ref } from './graph'
import { typeAttr } from './graph'
import { lowerPrimitive } from './lowering'
import { addStatistics } from './updates'
import { addDone, currentValues, maskVariable, placeholder, read } from './variables'

/** The derivatives of the loss on one batch, without a step. */
export function addGradients(graph: GraphBuilder, program: StepProgram, data: DataShape): void {
  const names = entry.gradients
  const values = batchValues(graph, program, data, names.batch)
  for (const primitive of [...program.forward, ...program.backward]) {
    lowerPrimitive(graph, primitive, values, program.shapes, { size: program.batchSize })
  }
  const float = { T: typeAttr('float32') }
  const give = (value: Ref, name: string) => graph.add('Identity', [value], float, { name, exact: true })
  give(values.get(program.loss)!, names.loss)
  for (const { parameter, gradient } of program.updates) {
    const { shape, masked } = program.parameters.find(({ name }) => name === parameter)!
    const slope = values.get(gradient)!
    const mask = masked && read(graph, maskVariable(parameter, shape))
    give(mask ? graph.add('Mul', [slope, mask], float) : slope, names.gradient(parameter))
  }
}

/** The statistics of batch norm on one batch, without a step. */
export function addObserve(graph: GraphBuilder, program: StepProgram, data: DataShape): void {
  const names = entry.observe
  const values = batchValues(graph, program, data, names.batch)
  for (const primitive of program.forward) {
    lowerPrimitive(graph, primitive, values, program.shapes, { size: program.batchSize })
  }
  const decay = placeholder(graph, names.decay, 'float32', [])
  addDone(graph, names.done, addStatistics(graph, program, values, decay))
}

/** The examples of the train split that are fed as `batch`, and the parameters. */
function batchValues(
  graph: GraphBuilder,
  program: StepProgram,
  data: DataShape,
  batch: string,
): Map<string, Ref> {
  const indices = placeholder(graph, batch, 'int32', [program.batchSize])
  const { images, labels } = dataVariables(data, 'train')
  return new Map([
    [inputs.images, normalized(graph, gather(graph, read(graph, images), indices, 'uint8'), data)],
    [inputs.labels, gather(graph, read(graph, labels), indices, 'int32')],
    ...currentValues(graph, program, 'parameter'),
  ])
}
