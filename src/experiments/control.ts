import { ascending } from '../support/ascending'
import { badInput } from '../support/errors'
import type { Digest, WeightsRef } from '../tasks/tasks'
import { treatments } from '../training/treatments'
import { controls, type ControlKind } from './control-kinds'
import { countsWith, totalOf } from './density'
import { nameOf, type Experiment, type Training } from './experiment'
import { Graph } from './task-graph'
import { finish } from './imp'
import { orderSeedOf } from './orders'
import { afterPruningOf, levelStartTexts } from './retrain'
import { prunedStart } from './pruned-start'

/**
 * A control for tickets (Frankle & Carbin 2019, sections 2 and 3):
 * `random-reinit` trains the tickets' own masks from newly drawn weights, for k > 0 trained to k as the full network;
 * `random-mask` the tickets' W_k under masks that keep as many weights of every layer in random places;
 * `random-mask-global` the same W_k under masks that keep as many weights in all, anywhere among the prunable ones;
 * `random-reinit-random-mask` newly drawn weights under the masks of `random-mask`;
 * `smart-ratios` newly drawn weights under masks that keep as many in all, in random places, of each layer what its depth
 * says (Su et al. 2020, section 4, who call these random tickets).
 * The others train the tickets' own masks (Zhou et al. 2019, section 5): from W_k of which the kept weights have been changed,
 * or with pruned weights that stay what they are there, `pruned-initial` all and `pruned-initial-unless-decreased` those that the
 * training which was pruned has not made smaller.
 * Level 0 has no mask to control for and is left out.
 *
 * @param only the levels to control; all by default
 * @param draws how often weights or masks are drawn for each replicate and level, at least once
 * @throws TicketLabError `bad-input` when there can be no such control of these tickets
 */
export function control(
  tickets: Experiment,
  kind: ControlKind,
  only?: readonly number[],
  draws = 1,
): Experiment {
  const { setup, levels } = tickets
  const { reinit, mask: place, treatment, pruned } = controls[kind]
  check(tickets, kind)
  const drawn = treatment ? treatments[treatment].draws !== 'nothing' : !pruned
  if (draws > 1 && !drawn) {
    throw badInput(`{ draws: 1 } for the control ${kind}, in which nothing is drawn`, `{ draws: ${draws} }`)
  }
  const wanted = only && checkLevels(tickets, only)
  const counts = tickets.counts.map((kept, level) => {
    // Smart ratios cannot be had at every density, so only of levels that are controlled.
    if (place === 'smart-ratios' && (wanted?.includes(level) ?? true)) {
      return countsWith(setup, place, totalOf(kept).total, `at level ${level}`)
    }
    return place === 'anywhere' ? totalOf(kept) : kept
  })
  const graph = new Graph(setup)
  graph.include(tickets.tasks)

  const maskOf = (replicate: number, level: number, ticket: Digest, draw: number): Digest => {
    switch (place) {
      case 'same':
        return ticket
      case 'shuffled':
        return graph.shuffle(replicate, ticket, draw)
      case 'anywhere':
      case 'smart-ratios':
        return graph.randomMask(replicate, counts[level]!, draw)
    }
  }
  const startOf = (replicate: number, draw: number, mask: Digest): WeightsRef => {
    const start = graph.trunk(replicate, setup.rewindTo, reinit ? draw : 0)
    if (pruned) return prunedStart(graph, start, { mask, title: nameOf(tickets) }, pruned)
    return treatment ? graph.treat(replicate, start, mask, treatment, draw) : start
  }

  const trainings = tickets.trainings.flatMap(({ level, replicate, mask: ticket }): Training[] => {
    if (ticket === undefined || (wanted && !wanted.includes(level))) return []
    return Array.from({ length: draws }, (_, index): Training => {
      const draw = index + 1
      const mask = maskOf(replicate, level, ticket, draw)
      const orderSeed = orderSeedOf(setup, replicate, { level, control: kind, draw: index })
      const retraining = {
        start: startOf(replicate, draw, mask),
        ...(pruned ? { frozen: true as const } : {}),
      }
      return {
        ...{ level, replicate, mask },
        ...(draws > 1 ? { draw } : {}),
        task: graph.retrain(replicate, retraining, mask, counts[level]!, orderSeed).task,
      }
    })
  })
  return finish(kind, setup, levels, counts, trainings, graph, {
    ...(tickets.kind === 'one-shot' ? { of: tickets.kind } : {}),
    ...(wanted ? { only: wanted } : {}),
    ...(draws > 1 ? { draws } : {}),
  })
}

function check({ setup, kind: of, ...rest }: Experiment, kind: ControlKind): void {
  if (of !== 'imp' && of !== 'one-shot') {
    throw badInput('results of lab.imp or lab.oneShot to control for', nameOf({ setup, kind: of, ...rest }))
  }
  if (afterPruningOf(setup) !== 'rewind') {
    throw badInput(
      `tickets that are rewound for the control ${kind}`,
      `afterPruning: '${afterPruningOf(setup)}': a control starts from W_k, and these networks do not`,
      "Compare with afterPruning: 'rewind'.",
    )
  }
  if (levelStartTexts(setup).length > 0) {
    throw badInput(
      `tickets that begin with W_k, and with 0 for what is pruned, for the control ${kind}`,
      `${nameOf({ setup, kind: of, ...rest })}, which do not`,
      'Train what is to be compared with lab.train, under the masks of lab.mask.',
    )
  }
}

function checkLevels({ trainings }: Experiment, only: readonly number[]): readonly number[] {
  const pruned = ascending(trainings.flatMap(({ level, mask }) => (mask === undefined ? [] : [level])))
  const missing = only.find((level) => !pruned.includes(level))
  if (missing === undefined && only.length > 0) return ascending(only)
  throw badInput(`levels to control among ${pruned.join(', ')}`, missing ?? 'none')
}
