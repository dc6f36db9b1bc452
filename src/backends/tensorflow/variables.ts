import { slotsOf } from '../optimizers/all'
import type { StepProgram } from '../program'
import type { ElementType } from './binding'
import type { GraphBuilder, Ref } from './graph'
import { shapeOf, typeAttr } from './graph'

/** A resource variable of the graph; it is found by its name from every function. */
export interface Variable {
  readonly name: string
  readonly type: 'float32' | 'int32' | 'uint8'
  readonly shape: readonly number[]
}

/** A variable that is part of the training's state. */
export interface StateVariable extends Variable {
  readonly role: 'parameter' | 'slot' | 'statistic'
  /** The mask that prunes it, where one may. */
  readonly mask?: Variable
}

/** The variables that hold the state of a training: every parameter, each with its slots, then the statistics. */
export function stateVariables(program: StepProgram): readonly StateVariable[] {
  const statistics = program.statistics.map(
    ({ name, shape }) => ({ name, type: 'float32', shape, role: 'statistic' }) as const,
  )
  const trained = program.parameters.flatMap(({ name, shape, masked }): StateVariable[] => {
    const common = { type: 'float32', shape, ...(masked && { mask: maskVariable(name, shape) }) } as const
    const update = program.updates.find(({ parameter }) => parameter === name)
    const slots = update ? slotsOf(update.rule) : []
    return [
      { ...common, name, role: 'parameter' },
      ...slots.map((slot) => ({ ...common, name: slot, role: 'slot' }) as const),
    ]
  })
  return [...trained, ...statistics]
}

/** The nodes of the current parameters and, for an evaluation, statistics. */
export function currentValues(
  graph: GraphBuilder,
  program: StepProgram,
  ...roles: readonly ('parameter' | 'statistic')[]
): Map<string, Ref> {
  return new Map(
    stateVariables(program)
      .filter(({ role }) => roles.some((wanted) => wanted === role))
      .map((variable) => [variable.name, read(graph, variable)]),
  )
}

export function maskVariable(parameter: string, shape: readonly number[]): Variable {
  return { name: `mask/${parameter}`, type: 'float32', shape }
}

export function handle(graph: GraphBuilder, { name, type, shape }: Variable): Ref {
  return graph.add(
    'VarHandleOp',
    [],
    { dtype: typeAttr(type), shape: { shape: shapeOf(shape) }, shared_name: { s: Buffer.from(name) } },
    { name: `variable/${name}` },
  )
}

export function read(graph: GraphBuilder, variable: Variable): Ref {
  return graph.add('ReadVariableOp', [handle(graph, variable)], { dtype: typeAttr(variable.type) })
}

/** Sets a variable to a copy of `value`: a fed value may share its memory with a JavaScript array. */
export function assign(graph: GraphBuilder, variable: Variable, value: Ref): Ref {
  const copy = graph.add('DeepCopy', [value], { T: typeAttr(variable.type) })
  return graph.add('AssignVariableOp', [handle(graph, variable), copy], { dtype: typeAttr(variable.type) })
}

export function placeholder(
  graph: GraphBuilder,
  name: string,
  type: ElementType,
  shape: readonly number[],
): Ref {
  return graph.add(
    'Placeholder',
    [],
    { dtype: typeAttr(type), shape: { shape: shapeOf(shape) } },
    { name, exact: true },
  )
}

/** What can be fetched to have `after` run. */
export function addDone(graph: GraphBuilder, name: string, after: readonly Ref[]): void {
  graph.add('Identity', [graph.constant('int32', 0)], { T: typeAttr('int32') }, { name, exact: true, after })
}
