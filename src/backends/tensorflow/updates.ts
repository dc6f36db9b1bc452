import { madeOf, slotsOf, type OfEveryRule } from '../optimizers/all'
import type { StepProgram, Update } from '../program'
import type { GraphBuilder, Ref } from './graph'
import { typeAttr } from './graph'
import type { AttrValue } from './graph-messages'
import type { Variable } from './variables'
import { handle, maskVariable, read } from './variables'

/**
 * Adds the updates of batch norm's statistics from the values of a batch.
 * @param decay a scalar; of the program by default
 * @returns the nodes that make the change
 */
export function addStatistics(
  graph: GraphBuilder,
  { statistics }: StepProgram,
  values: ReadonlyMap<string, Ref>,
  decay?: Ref,
): Ref[] {
  const float = { T: typeAttr('float32') }
  const number = (value: number): Ref => graph.constant('float32', value)
  const product = (one: Ref, other: Ref): Ref => graph.add('Mul', [one, other], float)
  return statistics.map(({ name, shape, value, decay: usual, factor }) => {
    const variable: Variable = { name, type: 'float32', shape }
    const rest = decay
      ? product(graph.add('Sub', [number(1), decay], float), number(factor))
      : number((1 - usual) * factor)
    const old = product(read(graph, variable), decay ?? number(usual))
    const next = graph.add('AddV2', [old, product(values.get(value)!, rest)], float)
    return graph.add('AssignVariableOp', [handle(graph, variable), next], { dtype: typeAttr('float32') })
  })
}

/**
 * Adds the update of one parameter.
 * @param values the nodes of parameters and gradients
 * @param scalars the scalars of the step
 * @returns the node that makes the change
 */
export function addUpdate(
  graph: GraphBuilder,
  program: StepProgram,
  { parameter, gradient, weightDecay, rule }: Update,
  values: ReadonlyMap<string, Ref>,
  scalars: readonly Ref[],
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
  const apply: Apply = (op, inputs, attributes = {}) =>
    graph.add(op, [...own, ...inputs], { ...float, ...attributes }, { name: `update/${parameter}` })
  return madeOf(operations, rule, { apply, number, scalars, slope })
}

/** What the operation of a rule is made with. */
interface Updating {
  /** Adds an operation on the parameter and what is kept of it, followed by other inputs. */
  readonly apply: Apply
  readonly number: (value: number) => Ref
  /** Those of the step, the rate first. */
  readonly scalars: readonly Ref[]
  /** The gradient, with weight decay, masked. */
  readonly slope: Ref
}

type Apply = (
  op: Parameters<GraphBuilder['add']>[0],
  inputs: readonly Ref[],
  attributes?: Readonly<Record<string, AttrValue>>,
) => Ref

/** The operation that computes each rule. */
const operations: OfEveryRule<Updating, Ref> = {
  sgd: (_, { apply, scalars, slope }) => apply('ResourceApplyGradientDescent', [scalars[0]!, slope]),
  momentum: ({ momentum, nesterov }, { apply, number, scalars, slope }) =>
    apply('ResourceApplyMomentum', [scalars[0]!, slope, number(momentum)], {
      use_nesterov: { b: nesterov },
    }),
  adam({ beta1, beta2 }, { apply, number, scalars, slope }) {
    const [rate, epsilon] = scalars
    // The bias correction is in the step's scalars already; powers of 0 switch off the kernel's own.
    const powers = [number(0), number(0)]
    const betas = [number(beta1), number(beta2)]
    return apply('ResourceApplyAdam', [...powers, rate!, ...betas, epsilon!, slope])
  },
}
