import { TicketLabError } from '../support/errors'
import type { Digest, WeightsRef } from '../tasks/tasks'
import { keptCounts } from './density'
import { experimentDigest, type Experiment, type Training } from './experiment'
import { Graph } from './task-graph'
import { orderSeedOf } from './orders'
import { inputsFirst, resuming } from './resuming'
import { criteriaThat } from '../training/criteria/all'
import { afterPruningOf, checkRetraining, criterionKindOf, criterionOf } from './retrain'
import type { Setup } from './setup'
import { survivorsOf } from './survivors'

/**
 * Iterative magnitude pruning (Frankle & Carbin 2019, section 2): train the full network, prune the smallest
 * weights, rewind the survivors to W_k, train again, `levels` times over, for every replicate. With the criterion
 * `random`, weights are drawn instead; `afterPruning` says what else may happen to the survivors, `kept` and
 * `pruned` what weights are at every level that go back to W_k (Zhou et al. 2019, section 5).
 *
 * @param levels how many times to prune; the result has `levels + 1` points, the full network being level 0
 * @throws TicketLabError `bad-input` when `levels` or the setup cannot be
 */
export function imp(setup: Setup, levels: number): Experiment {
  checkLevels(levels)
  checkRetraining(setup)
  if (!criterionKindOf(setup).iterative) {
    const able = criteriaThat(({ iterative }) => iterative).join(' or ')
    throw new TicketLabError(
      'bad-input',
      `Expected the criterion of iterative pruning to be ${able}, found ${criterionOf(setup)}, which is for pruning ` +
        'before training. Use lab.oneShot.',
    )
  }
  const counts = keptCounts(setup, levels)
  const graph = new Graph(setup)
  const trainings: Training[] = []
  for (let replicate = 1; replicate <= setup.replicates; replicate++) {
    const full = trainFull(graph, setup, replicate)
    trainings.push({ level: 0, replicate, task: full.trained.task })
    let { trained } = full
    let mask: Digest | undefined
    let initial: WeightsRef | undefined
    for (let level = 1; level <= levels; level++) {
      mask = graph.prune(replicate, trained, counts[level]!, mask, initial)
      const survivors = survivorsOf(graph, setup, replicate, { ...full, trained, mask })
      const orderSeed = orderSeedOf(setup, replicate, { level })
      trained = graph.retrain(replicate, survivors.retraining, mask, counts[level]!, orderSeed)
      initial = survivors.initial
      trainings.push({ level, replicate, task: trained.task, mask })
    }
  }
  return finish('imp', setup, levels, counts, trainings, graph)
}

/**
 * One-shot pruning to the densities of `levels` levels of IMP: each level prunes a full network directly. By magnitude,
 * that is the trained one, W_T (Frankle & Carbin 2019, section 2 and appendix B). By the other criteria it is the
 * network before training, W_0, or W_k when rewinding to step k: nothing needs to be trained to find the mask.
 * The full network is trained all the same, to compare with: it is that of IMP.
 *
 * @throws TicketLabError `bad-input` when `levels` or the setup cannot be
 */
export function oneShot(setup: Setup, levels: number): Experiment {
  checkLevels(levels)
  checkRetraining(setup)
  const beforeTraining = criterionKindOf(setup).atOnce === 'before-training'
  if (beforeTraining && afterPruningOf(setup) !== 'rewind') {
    throw new TicketLabError(
      'bad-input',
      `Expected afterPruning to be 'rewind' when pruning before training (criterion: '${criterionOf(setup)}'), found ` +
        `'${afterPruningOf(setup)}': there are no trained weights to go on with.`,
    )
  }
  const counts = keptCounts(setup, levels)
  const graph = new Graph(setup)
  const trainings: Training[] = []
  for (let replicate = 1; replicate <= setup.replicates; replicate++) {
    const { trained, rewindPoint } = trainFull(graph, setup, replicate)
    trainings.push({ level: 0, replicate, task: trained.task })
    for (let level = 1; level <= levels; level++) {
      const mask = graph.prune(replicate, beforeTraining ? rewindPoint : trained, counts[level]!)
      const { retraining } = survivorsOf(graph, setup, replicate, { rewindPoint, trained, mask })
      const orderSeed = orderSeedOf(setup, replicate, { level })
      const { task } = graph.retrain(replicate, retraining, mask, counts[level]!, orderSeed)
      trainings.push({ level, replicate, task, mask })
    }
  }
  return finish('one-shot', setup, levels, counts, trainings, graph)
}

/** The full network of a replicate: its weights at T, and those at k that pruned networks are rewound to. */
export function trainFull(
  graph: Graph,
  setup: Setup,
  replicate: number,
): { readonly trained: WeightsRef; readonly rewindPoint: WeightsRef } {
  const trained = graph.train(replicate, graph.initialize(replicate))
  return { trained, rewindPoint: graph.trunk(replicate, setup.rewindTo) }
}

export function finish(
  kind: Experiment['kind'],
  setup: Setup,
  levels: number,
  counts: Experiment['counts'],
  trainings: readonly Training[],
  graph: Graph,
  more: Pick<Experiment, 'of' | 'only' | 'draws'> = {},
): Experiment {
  const digest = experimentDigest(kind, setup, levels, more)
  const tasks = neededBy(
    trainings.map(({ task }) => task),
    graph,
  )
  return { digest, kind, setup, levels, counts, trainings, tasks, ...more }
}

/** The tasks that `wanted` depend on, themselves included; inputs come before what needs them. */
export function neededBy(wanted: readonly string[], graph: Graph): Experiment['tasks'] {
  const needed = inputsFirst(graph.tasks, wanted)
  return resuming(new Map([...graph.tasks].filter(([digest]) => needed.has(digest))))
}

function checkLevels(levels: number): void {
  if (Number.isInteger(levels) && levels >= 1) return
  throw new TicketLabError(
    'bad-input',
    `Expected levels to be a whole number of at least 1 (how many times the network is pruned), found ${levels}.`,
  )
}
