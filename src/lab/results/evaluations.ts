import { densityOf } from '../../experiments/density'
import { lastStep, nameOf, type Experiment } from '../../experiments/experiment'
import { digestOf } from '../../tasks/digest'
import type { Digest, EvaluateTask, SplitName, Task, TrainTask } from '../../tasks/tasks'
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

/** Every trained network of an experiment on one split; shown as a table. */
export interface Evaluation extends Displayable {
  /** On which examples. */
  readonly split: SplitName
  /** Every trained network, by level and replicate. */
  readonly networks: readonly EvaluatedNetwork[]
}

/** Evaluates W_T of every training of `experiment` on a split. */
export async function evaluate(
  runner: Pick<Runner, 'compute'>,
  experiment: Experiment,
  split: SplitName,
): Promise<Evaluation> {
  const { network, dataset } = experiment.setup
  const evaluations = experiment.trainings.map((training) => {
    const task: EvaluateTask = {
      kind: 'evaluate',
      network,
      dataset,
      weights: { task: training.task, step: lastStep(experiment, training.task) },
      ...(training.mask === undefined ? {} : { mask: training.mask }),
      split,
      backend: (experiment.tasks.get(training.task) as TrainTask).backend,
    }
    return { training, digest: digestOf(task), task }
  })
  const store = await runner.compute(
    evaluations.map(({ digest }) => digest),
    new Map<Digest, Task>([
      ...experiment.tasks,
      ...evaluations.map(({ digest, task }) => [digest, task] as const),
    ]),
    'the evaluation',
  )
  const networks = await Promise.all(
    evaluations.map(async ({ training, digest }): Promise<EvaluatedNetwork> => {
      const facts = (await store.result(digest))?.facts
      if (facts?.kind !== 'evaluate') {
        throw new TicketLabError(
          'store-corrupt',
          `Expected an evaluation under ${digest} in ${store.folder}, found none.`,
        )
      }
      const { loss, accuracy, count } = facts
      const density = densityOf(network, experiment.counts[training.level]!)
      const { level, replicate, draw } = training
      return { level, replicate, ...(draw === undefined ? {} : { draw }), density, loss, accuracy, count }
    }),
  )
  const title = `${nameOf(experiment)} on the ${split} split`
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
