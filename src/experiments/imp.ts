import { TicketLabError } from '../support/errors'
import type { WeightsRef } from '../training/tasks'
import { keptCounts } from './density'
import { experimentDigest, type Experiment, type Training } from './experiment'
import { inputsOf } from '../runtime/digest'
import { Graph } from './graph'
import type { Setup } from './setup'

/**
 * Iterative magnitude pruning (Frankle & Carbin 2019, section 2): train the full network, prune the smallest
 * weights, rewind the survivors to W_k, train again, `levels` times over, for every replicate.
 *
 * @param levels how many times to prune; the result has `levels + 1` points, the full network being level 0
 * @throws TicketLabError `bad-input` when `levels` or the setup cannot be
 */
export function imp(setup: Setup, levels: number): Experiment {
  checkLevels(levels)
  const counts = keptCounts(setup, levels)
  const graph = new Graph(setup)
  const trainings: Training[] = []
  for (let replicate = 1; replicate <= setup.replicates; replicate++) {
    const full = trainFull(graph, setup, replicate)
    trainings.push({ level: 0, replicate, task: full.trained.task })
    let { trained } = full
    let mask: string | undefined
    for (let level = 1; level <= levels; level++) {
      mask = graph.prune(replicate, trained, counts[level]!, mask)
      trained = graph.train(replicate, full.rewindPoint, mask, counts[level])
      trainings.push({ level, replicate, task: trained.task, mask })
    }
  }
  return finish('imp', setup, levels, counts, trainings, graph)
}

/**
 * One-shot pruning to the densities of `levels` levels of IMP (Frankle & Carbin 2019, section 2 and appendix B):
 * each level prunes the trained full network directly.
 *
 * @throws TicketLabError `bad-input` when `levels` or the setup cannot be
 */
export function oneShot(setup: Setup, levels: number): Experiment {
  checkLevels(levels)
  const counts = keptCounts(setup, levels)
  const graph = new Graph(setup)
  const trainings: Training[] = []
  for (let replicate = 1; replicate <= setup.replicates; replicate++) {
    const { trained, rewindPoint } = trainFull(graph, setup, replicate)
    for (let level = 1; level <= levels; level++) {
      const mask = graph.prune(replicate, trained, counts[level]!)
      trainings.push({
        level,
        replicate,
        task: graph.train(replicate, rewindPoint, mask, counts[level]).task,
        mask,
      })
    }
  }
  return finish('one-shot', setup, levels, counts, trainings, graph)
}

/** The controls that a ticket is compared with. */
export type ControlKind = 'random-reinit' | 'random-mask'

/**
 * A control for tickets (Frankle & Carbin 2019, sections 2 and 3): `random-reinit` trains the tickets' own masks
 * from newly drawn weights; `random-mask` trains the tickets' W_k under masks that keep as many weights of every
 * layer in random places. Level 0 has no mask to control for and is left out.
 */
export function control(tickets: Experiment, kind: ControlKind): Experiment {
  const { setup, levels, counts } = tickets
  if (kind === 'random-reinit' && setup.rewindTo > 0) {
    throw new TicketLabError(
      'bad-input',
      `Expected tickets rewound to step 0 for the control random-reinit, found step ${setup.rewindTo}: ` +
        'newly drawn weights have no step k to start from. Use random-mask, or rewindTo: 0.',
    )
  }
  const graph = new Graph(setup)
  for (const [digest, task] of tickets.tasks) graph.tasks.set(digest, task)
  const trainings = tickets.trainings.flatMap(({ level, replicate, mask }): Training[] => {
    if (mask === undefined) return []
    if (kind === 'random-reinit') {
      const start = graph.initialize(replicate, 1)
      return [{ level, replicate, task: graph.train(replicate, start, mask, counts[level]).task, mask }]
    }
    const { rewindPoint } = trainFull(graph, setup, replicate)
    const shuffled = graph.shuffle(replicate, mask)
    return [
      {
        level,
        replicate,
        task: graph.train(replicate, rewindPoint, shuffled, counts[level]).task,
        mask: shuffled,
      },
    ]
  })
  return finish(kind, setup, levels, counts, trainings, graph)
}

/** The full network of a replicate: its weights at T, and those at k that pruned networks are rewound to. */
function trainFull(
  graph: Graph,
  setup: Setup,
  replicate: number,
): { readonly trained: WeightsRef; readonly rewindPoint: WeightsRef } {
  const start = graph.initialize(replicate)
  const trained = graph.train(replicate, start)
  const rewindPoint = setup.rewindTo > 0 ? { task: trained.task, step: setup.rewindTo } : start
  return { trained, rewindPoint }
}

function finish(
  kind: Experiment['kind'],
  setup: Setup,
  levels: number,
  counts: Experiment['counts'],
  trainings: readonly Training[],
  graph: Graph,
): Experiment {
  const digest = experimentDigest(kind, setup, levels)
  const tasks = neededBy(
    trainings.map(({ task }) => task),
    graph,
  )
  return { digest, kind, setup, levels, counts, trainings, tasks }
}

/** The tasks that `wanted` depend on, themselves included, in the order they were described. */
export function neededBy(wanted: readonly string[], graph: Graph): Experiment['tasks'] {
  const needed = new Set<string>()
  const visit = (digest: string): void => {
    if (needed.has(digest)) return
    needed.add(digest)
    for (const input of inputsOf(graph.tasks.get(digest)!)) visit(input)
  }
  for (const task of wanted) visit(task)
  return new Map([...graph.tasks].filter(([digest]) => needed.has(digest)))
}

function checkLevels(levels: number): void {
  if (Number.isInteger(levels) && levels >= 1) return
  throw new TicketLabError(
    'bad-input',
    `Expected levels to be a whole number of at least 1 (how many times the network is pruned), found ${levels}.`,
  )
}
