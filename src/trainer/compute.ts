import { TicketLabError } from '../support/errors'
import { checkCounts, checkNested, checkTotal } from '../training/exactness'
import { initialize } from '../training/initialize'
import { countsOf } from '../support/tensor'
import { treat } from '../training/treatments'
import type { TaskOf } from '../tasks/kinds/all'
import type {
  EvaluateTask,
  GivenTask,
  InitializeTask,
  PruneTask,
  Task,
  TaskKind,
  TreatTask,
} from '../tasks/tasks'
import { maskFile, weightsFile } from '../store/layout'
import { align } from './align'
import { bend } from './bend'
import { begin, type TaskContext } from './context'
import { evaluateSplit } from './evaluate'
import { takeGradients } from './gradients'
import { interpolate } from './interpolate'
import { plane } from './plane'
import type { Product } from './protocol'
import { pruneInRounds } from './prune-in-rounds'
import { train } from './train'

type OfEveryTask = {
  readonly [K in TaskKind]: (task: TaskOf<K>, context: TaskContext) => Promise<Product>
}

/** How every kind of task is computed: one without a line does not compile. */
const computations: OfEveryTask = {
  initialize: computeInitialize,
  treat: computeTreat,
  train,
  prune: computePrune,
  evaluate: computeEvaluate,
  interpolate,
  bend,
  gradients: takeGradients,
  plane,
  align,
  given: (task) => Promise.reject(missingGiven(task)),
}

/** Computes a task in its folder. @throws TicketLabError see the kinds of task */
export function compute(task: Task, context: TaskContext): Promise<Product> {
  return computationOf(task.kind)(task, context)
}

function computationOf<K extends TaskKind>(
  kind: K,
): (task: TaskOf<K>, context: TaskContext) => Promise<Product> {
  return computations[kind]
}

async function computeInitialize(task: InitializeTask, context: TaskContext): Promise<Product> {
  const seconds = begin(context)
  await context.work.writeWeights(0, initialize(task))
  return {
    facts: { kind: 'initialize' },
    files: await context.work.sums([weightsFile(0)]),
    seconds: seconds(),
  }
}

async function computeTreat(task: TreatTask, context: TaskContext): Promise<Product> {
  const seconds = begin(context)
  const { store, work } = context
  const { weights, mask, drawn, trained } = task
  const treated = treat(task, await store.readWeights(weights), {
    masks: await store.readMask(mask),
    drawn: drawn && (await store.readWeights(drawn)),
    trained: trained && (await store.readWeights(trained)),
  })
  await work.writeWeights(weights.step, treated)
  const files = await work.sums([weightsFile(weights.step)])
  return { facts: { kind: 'treat' }, files, seconds: seconds() }
}

/** @throws TicketLabError `inexact` when the mask is not nested, or does not keep what was asked for */
async function computePrune(task: PruneTask, context: TaskContext): Promise<Product> {
  const seconds = begin(context)
  const { store, work } = context
  const weights = task.weights && (await store.readWeights(task.weights))
  const initial = task.initial && (await store.readWeights(task.initial))
  const previous = task.previous === undefined ? undefined : await store.readMask(task.previous)
  const masks = await pruneInRounds(task, { weights, initial, previous }, context)

  const kept = countsOf(masks)
  if (task.criterion === 'shuffle') checkCounts(masks, countsOf(previous ?? {}))
  else {
    if (task.keepTotal) checkTotal(masks, task.keepTotal)
    else checkCounts(masks, task.keep ?? {})
    if (previous) checkNested(masks, previous)
  }
  await work.writeMask(masks)
  return { facts: { kind: 'prune', kept }, files: await work.sums([maskFile]), seconds: seconds() }
}

async function computeEvaluate(task: EvaluateTask, context: TaskContext): Promise<Product> {
  const seconds = begin(context)
  const { store, work, signal } = context
  const parameters = await store.readWeights(task.weights)
  const masks = task.mask === undefined ? {} : await store.readMask(task.mask)
  const { session, dataset } = await context.open(task)
  session.load({ step: task.weights.step, parameters, slots: {} }, masks)
  const figures = await evaluateSplit(session, dataset, task.split, signal)
  return { facts: { kind: 'evaluate', ...figures }, files: await work.sums([]), seconds: seconds() }
}

/** Nobody but who has them can write them: they are no result of anything. */
function missingGiven({ holds, content }: GivenTask): TicketLabError {
  return new TicketLabError(
    'given-missing',
    `Expected ${holds === 'mask' ? 'a mask' : 'weights'} brought along by a cell or a file in the store (content ` +
      `${content.slice(0, 8)}), found none. Run the cell again that made ${holds === 'mask' ? 'it' : 'them'}.`,
  )
}
