import { canonicalJson, sha256, type Json } from '../support/canonical'
import { ascending } from '../support/ascending'
import { badInput } from '../support/errors'
import type { Digest, TrainTask, WeightsRef } from '../tasks/tasks'
import { keptCounts } from './density'
import type { Experiment, InstabilityPlan, LineTask, SourceKind, Training } from './experiment'
import { Graph } from './task-graph'
import { control } from './control'
import { isControl } from './control-kinds'
import { imp, neededBy, oneShot } from './imp'
import {
  bendTask,
  linePlanOf,
  lineTask,
  planWithoutDefaults,
  type LineOptions,
  type LinePlan,
  type Pair,
} from './lines'
import { copySeedOf } from './orders'
import { afterPruningOf } from './retrain'
import { seedOf, type Setup } from './setup'

/** What is analysed for instability. */
export interface InstabilityOptions {
  /** Whose masks and initial weights the subnetworks (levels above 0) have. */
  readonly of: SourceKind
  /** What those are controls for, where that is not IMP. */
  readonly controlled?: 'one-shot'
  /** The steps k at which networks are copied, each at least 0 and below T. */
  readonly steps: readonly number[]
  /** Copies made of each, at least 2, every one trained with another order of the examples. */
  readonly orders: number
  /** 0 is the full network. */
  readonly levels: readonly number[]
  /** How the lines between copies are evaluated. */
  readonly line?: LineOptions
}

/**
 * Instability analysis (Frankle et al. 2020, section 2): train a network to step k, copy it, train the copies to T
 * on different SGD noise, and evaluate the line between every two of them; for every replicate, level and k.
 *
 * The full network's W_k are those of its own training, cut off at k. A subnetwork has the mask of its
 * level and starts from the weights that `of` rewinds it to at step k, so its first copy is that experiment's own
 * training. Copies start with a fresh optimizer: its state at step k is not copied, as after any rewind. The learning
 * rate goes on from step k. Subnetworks are compared with the full network of their replicate, trained to T.
 *
 * @throws TicketLabError `bad-input` when the steps, orders or levels cannot be
 */
export function instability(setup: Setup, options: InstabilityOptions): Experiment {
  const { of, controlled, orders } = options
  const steps = ascending(options.steps)
  const levels = ascending(options.levels)
  check(setup, steps, orders, levels)
  const deepest = Math.max(...levels)
  if (deepest > 0) checkRewound(setup)
  const base = withoutRewinding(setup)
  const line = linePlanOf(setup, options.line)
  const graph = new Graph(base)
  const trainings: Training[] = []
  const lines: LineTask[] = []

  /** Trains the copies of a network, the first of which is described by `training`, and draws lines between them. */
  const compare = (level: number, replicate: number, step: number, training: TrainTask): void => {
    const { mask } = training
    const copies = Array.from({ length: orders }, (_, index): WeightsRef => {
      const orderSeed = copySeedOf(base, training.orderSeed, index + 1)
      const task = graph.add({ ...training, orderSeed })
      trainings.push({
        level,
        replicate,
        task,
        ...(mask === undefined ? {} : { mask }),
        copy: { step, order: index + 1 },
      })
      return { task, step: training.until }
    })
    for (let one = 0; one < orders; one++) {
      for (let other = one + 1; other < orders; other++) {
        const ends = [copies[one]!, copies[other]!] as const
        const pair: Pair = { ends, training: compared(training, line), seed: seedOf(base, replicate) }
        const task = graph.add(lineTask(pair, line))
        const orders = [one + 1, other + 1] as const
        lines.push({ level, replicate, step, orders, task, ...addCurve(graph, pair, line) })
      }
    }
  }

  for (const step of steps) {
    if (levels.includes(0)) {
      for (let replicate = 1; replicate <= setup.replicates; replicate++) {
        compare(0, replicate, step, fullNetwork(graph, replicate, step))
      }
    }
    if (deepest === 0) continue
    const source = sourceOf(options, { ...base, rewindTo: step }, deepest)
    graph.include(source.tasks)
    for (const { level, replicate, task } of source.trainings) {
      if (level > 0 && levels.includes(level)) {
        compare(level, replicate, step, source.tasks.get(task) as TrainTask)
      }
    }
  }

  // Masks of IMP come from the same, so nothing more is trained.
  const full = deepest === 0 ? [] : fullNetworks(graph, base)
  const plan: InstabilityPlan = { of, steps, orders, levels, line, lines }
  return {
    digest: digestOfPlan(base, plan, controlled),
    kind: 'instability',
    ...(controlled === undefined ? {} : { of: controlled }),
    setup: base,
    levels: deepest,
    counts: keptCounts(base, deepest),
    trainings,
    instability: plan,
    tasks: neededBy(
      [...lines.flatMap(({ task, curve }) => (curve === undefined ? [task] : [task, curve])), ...full],
      graph,
    ),
  }
}

/** What lines lie between: weights that are frozen are no zeros, and belong to the network. */
function compared(training: TrainTask, { curveSteps }: LinePlan): TrainTask {
  if (!training.frozen) return training
  if (curveSteps !== undefined) {
    throw badInput(
      'networks whose pruned weights are 0 for a curve between copies',
      'frozen ones',
      'Leave curve out.',
    )
  }
  const whole = { ...training }
  delete (whole as { mask?: unknown }).mask
  return whole
}

/** The training of the full network from W_k to T. */
function fullNetwork(graph: Graph, replicate: number, step: number): TrainTask {
  return graph.tasks.get(graph.train(replicate, graph.trunk(replicate, step)).task) as TrainTask
}

/** The full networks, trained to T, that subnetworks are compared with. */
function fullNetworks(graph: Graph, { replicates }: Setup): readonly Digest[] {
  return Array.from({ length: replicates }, (_, index) => {
    return graph.train(index + 1, graph.initialize(index + 1)).task
  })
}

/** The trained curve beside a line, where one is asked for. */
function addCurve(graph: Graph, pair: Pair, line: LinePlan): Pick<LineTask, 'curve' | 'bend'> {
  const { curveSteps } = line
  if (curveSteps === undefined) return {}
  const bend = graph.add(bendTask(pair, curveSteps))
  return { bend, curve: graph.add(lineTask(pair, line, { task: bend, step: curveSteps })) }
}

function sourceOf({ of, controlled }: InstabilityOptions, setup: Setup, levels: number): Experiment {
  const tickets = isControl(of) ? controlled : of
  const source = tickets === 'one-shot' ? oneShot(setup, levels) : imp(setup, levels)
  return isControl(of) ? control(source, of) : source
}

/** Every k of the analysis is a rewind point of its own, so the setup's says nothing here. */
function withoutRewinding(setup: Setup): Setup {
  const deviations = setup.deviations.filter((text) => !text.startsWith('rewind to '))
  return { ...setup, rewindTo: 0, deviations }
}

function digestOfPlan(
  setup: Setup,
  { of, steps, orders, levels, line }: InstabilityPlan,
  controlled: Experiment['of'],
): Digest {
  const description = {
    kind: 'instability',
    of: Math.max(...levels) > 0 ? of : undefined,
    controlled,
    steps,
    orders,
    levels,
    line: planWithoutDefaults(line),
    setup: { ...setup, deviations: undefined },
  }
  return sha256(canonicalJson(description as unknown as Json))
}

/** Copies are made of W_k under a mask, which networks that keep their trained weights never were. */
function checkRewound(setup: Setup): void {
  if (afterPruningOf(setup) === 'rewind') return
  throw badInput(
    'subnetworks that are rewound to step k in an instability analysis',
    `afterPruning: '${afterPruningOf(setup)}'`,
    "Give results with afterPruning: 'rewind', or a setup.",
  )
}

function check({ recipe }: Setup, steps: readonly number[], orders: number, levels: readonly number[]): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0
  const badStep = steps.find((step) => !isCount(step) || step >= recipe.steps)
  if (badStep !== undefined || steps.length === 0) {
    throw badInput(
      `steps k from 0 to ${recipe.steps - 1}, below the ${recipe.steps} steps of a training`,
      badStep ?? 'none',
      'Copies made at the end would have nothing left to train.',
    )
  }
  if (!Number.isSafeInteger(orders) || orders < 2) {
    throw badInput('orders to be a whole number of at least 2', orders, 'A line needs two trained copies.')
  }
  const badLevel = levels.find((level) => !isCount(level))
  if (badLevel !== undefined || levels.length === 0) {
    throw badInput('levels to be whole numbers of at least 0', badLevel ?? 'none', '0 is the full network.')
  }
}
