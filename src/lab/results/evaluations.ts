import { densityOf } from '../../experiments/density'
import { lastStep, nameOf, type Experiment } from '../../experiments/experiment'
import { backendOf, type Setup } from '../../experiments/setup'
import { appliedMask, graphOf, levelOf, type WeightsPlan } from '../../experiments/steps'
import { digestOf } from '../../tasks/digest'
import type {
  BackendKey,
  Digest,
  EvaluateTask,
  SplitName,
  Task,
  TrainTask,
  WeightsRef,
} from '../../tasks/tasks'
import { TicketLabError } from '../../support/errors'
import { countText, percentText } from '../../support/quantities'
import { display, inLine, type Displayable } from '../../report/display'
import { tableBundle, type Table } from '../../report/showing/table'
import type { Runner } from '../running/runner'

/** What `lab.evaluate` is told. */
export interface EvaluateOptions {
  /** Which examples: `'train'` (with any label noise), `'validation'` or `'test'`; `'test'` by default. */
  readonly split?: SplitName
}

/** One evaluated network. */
export interface EvaluatedNetwork {
  /** Level of pruning; 0 is the full network. */
  readonly level: number
  /** Counted from 1. */
  readonly replicate: number
  /** Which of several draws of a control, counted from 1; absent where there is one. */
  readonly draw?: number
  /** Fraction of weights remaining, in (0, 1]. */
  readonly density: number
  /** Mean cross-entropy. */
  readonly loss: number
  /** In [0, 1]. */
  readonly accuracy: number
  /** Examples evaluated. */
  readonly count: number
}

/** Networks on one split; shown as a table. */
export interface Evaluation extends Displayable {
  /** On which examples. */
  readonly split: SplitName
  /** Every network, by level and replicate. */
  readonly networks: readonly EvaluatedNetwork[]
}

/** A network to evaluate: its weights under its mask. */
interface Candidate extends Pick<EvaluatedNetwork, 'level' | 'replicate' | 'draw' | 'density'> {
  readonly weights: WeightsRef
  readonly mask?: Digest | undefined
  readonly backend: BackendKey
}

/** What is evaluated, and everything that leads to it. */
interface Candidates {
  readonly title: string
  readonly setup: Setup
  readonly networks: readonly Candidate[]
  readonly tasks: ReadonlyMap<Digest, Task>
}

/** W_T of every training of `experiment`. */
export function trainedIn(experiment: Experiment): Candidates {
  const { setup, tasks } = experiment
  const networks = experiment.trainings.map(({ level, replicate, draw, task, mask }): Candidate => ({
    ...{ level, replicate },
    mask: isFrozen(tasks.get(task)) ? undefined : mask,
    ...(draw === undefined ? {} : { draw }),
    density: densityOf(setup.network, experiment.counts[level]!),
    weights: { task, step: lastStep(experiment, task) },
    backend: (tasks.get(task) as TrainTask).backend,
  }))
  return { title: nameOf(experiment), setup, networks, tasks }
}

/** Weights that a step of an experiment, a cell or a file gave, under the mask that they were trained or read with. */
export function weightsOf(weights: WeightsPlan): Candidates {
  const { title, setup, at, mask } = weights
  const { tasks } = graphOf(setup, weights, mask)
  const density = densityOf(setup.network, mask?.counts.at(-1) ?? {})
  const networks = at.map((own, index): Candidate => {
    const task = tasks.get(own.task)
    return {
      ...{ level: mask ? levelOf(mask) : 0, replicate: index + 1, density, weights: own },
      mask: appliedMask(weights, index + 1),
      // What has trained them evaluates them, so that the task is that of the same network in an experiment.
      backend: task?.kind === 'train' ? task.backend : backendOf(setup, density),
    }
  })
  return { title: `${title} of ${setup.name}`, setup, networks, tasks }
}

/** Whether pruned weights are not 0, and so a part of the network that is evaluated. */
function isFrozen(task: Task | undefined): boolean {
  return task?.kind === 'train' && task.frozen === true
}

/** Evaluates networks on a split. */
export async function evaluate(
  runner: Pick<Runner, 'compute'>,
  candidates: Candidates,
  split: SplitName,
): Promise<Evaluation> {
  const { network, dataset } = candidates.setup
  const evaluations = candidates.networks.map(({ weights, mask, backend, ...which }) => {
    const task: EvaluateTask = {
      ...{ kind: 'evaluate', network, dataset, weights },
      ...(mask === undefined ? {} : { mask }),
      ...{ split, backend },
    }
    return { which, digest: digestOf(task), task }
  })
  const store = await runner.compute(
    evaluations.map(({ digest }) => digest),
    new Map<Digest, Task>([
      ...candidates.tasks,
      ...evaluations.map(({ digest, task }) => [digest, task] as const),
    ]),
    'the evaluation',
  )
  const networks = await Promise.all(
    evaluations.map(async ({ which, digest }): Promise<EvaluatedNetwork> => {
      const facts = (await store.result(digest))?.facts
      if (facts?.kind !== 'evaluate') {
        throw new TicketLabError(
          'store-corrupt',
          `Expected an evaluation under ${digest} in ${store.folder}, found none.`,
        )
      }
      const { loss, accuracy, count } = facts
      return { ...which, loss, accuracy, count }
    }),
  )
  const title = `${candidates.title} on the ${split} split`
  return inLine(
    { split, networks, [display]: () => tableBundle(evaluationTable(title, networks)) },
    () => `Evaluation of ${title}: ${networks.length} networks`,
  )
}

function evaluationTable(title: string, networks: readonly EvaluatedNetwork[]): Table {
  return {
    title,
    header: ['level', 'remaining', 'replicate', 'accuracy (%)', 'loss', 'examples'],
    rows: networks.map(({ level, replicate, draw, density, loss, accuracy, count }) => [
      ...[
        String(level),
        percentText(density),
        draw === undefined ? String(replicate) : `${replicate}, draw ${draw}`,
      ],
      ...[(100 * accuracy).toFixed(2), loss.toFixed(4), countText(count)],
    ]),
  }
}
