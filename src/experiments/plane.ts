import { badInput } from '../support/errors'
import type { PlaneTask } from '../tasks/tasks'
import { betasOfPlane } from '../tasks/plane-grid'
import { checkAlike, countsOfSparser } from './between'
import { densityOf, keptUnder } from './density'
import type { Experiment } from './experiment'
import { neededBy } from './imp'
import { linePlanOf, type LineOptions } from './lines'
import type { PlanePlan, PlaneRow, PlaneSplit } from './plane-plan'
import { backendOf } from './setup'
import { appliedMask, graphOf, levelOf, stepDigest, type WeightsPlan } from './steps'

/** How the plane through three networks is evaluated. */
export interface PlaneOptions extends Pick<
  LineOptions,
  'trainExamples' | 'statistics' | 'statisticsExamples'
> {
  /** About how many points the grid has in each direction; 21 by default. */
  readonly points?: number
  /** How far it goes beyond the three on each side, as a part of their extent; 0.2 by default. */
  readonly margin?: number
  /** The test split by default. */
  readonly splits?: readonly PlaneSplit[]
  /** Test examples at each point; by default all. */
  readonly testExamples?: number
  /** What the three are called; by default after how they were made. */
  readonly names?: readonly [string, string, string]
}

const usualPoints = 21
const usualMargin = 0.2

/**
 * The planes through three networks, replicate by replicate, as one experiment (Garipov et al. 2018, appendix). As on lines,
 * networks under one mask are compared under it.
 * @throws TicketLabError `bad-input` for networks of different shapes, data or numbers of replicates, and as lines are refused
 */
export function planeThrough(
  given: readonly [WeightsPlan, WeightsPlan, WeightsPlan],
  options: PlaneOptions = {},
): Experiment {
  const [first, second, third] = given
  for (const other of [second, third]) checkAlike(first, other)
  const { setup } = first
  const { network, dataset } = setup
  const { points = usualPoints, margin = usualMargin, splits = ['test'], testExamples, ...more } = options
  const { names = numbered(given.map(({ title }) => title)), ...line } = more
  const { trainExamples, statistics } = linePlanOf(setup, line)
  if (trainExamples !== undefined && !splits.includes('train')) {
    throw badInput(
      "splits with 'train' beside trainExamples in lab.plane",
      splits.join(', '),
      "For example { splits: ['test', 'train'], trainExamples: 1000 }.",
    )
  }
  const examples = {
    ...(testExamples === undefined ? {} : { test: testExamples }),
    ...(trainExamples === undefined ? {} : { train: trainExamples }),
  }
  const graph = graphOf(setup, ...given.flatMap((one) => [one, one.mask]))
  const rows = first.at.flatMap((_, index): PlaneRow[] => {
    const masks = given.map((one) => appliedMask(one, index + 1))
    const mask = masks.every((one) => one === masks[0]) ? masks[0] : undefined
    const task: PlaneTask = {
      kind: 'plane',
      ...{ network, dataset },
      corners: given.map(({ at }) => at[index]!) as unknown as PlaneTask['corners'],
      ...(mask === undefined ? {} : { mask }),
      ...{ points, margin, splits },
      ...(Object.keys(examples).length > 0 ? { examples } : {}),
      ...(statistics === undefined ? {} : { statistics }),
      backend: backendOf(setup, densityOf(network, keptUnder(mask, graph.tasks) ?? {})),
    }
    // The networks first, so that what is wrong with them is told at once.
    return [
      { replicate: index + 1, task: graph.add(task) },
      ...betasOfPlane(points, margin).map((_, row) => ({
        ...{ replicate: index + 1, row },
        task: graph.add({ ...task, row }),
      })),
    ]
  })
  const title = `plane through ${names.join(', ')}`
  return {
    digest: stepDigest('plane', title, rows),
    kind: 'plane',
    title,
    setup,
    levels: Math.max(...given.map(({ mask }) => (mask ? levelOf(mask) : 0))),
    counts: countsOfSparser(...given),
    trainings: [],
    plane: {
      ...{ names: names as PlanePlan['names'], points, margin, splits, examples, rows },
      ...(statistics === undefined ? {} : { statistics }),
    },
    tasks: neededBy(
      rows.map(({ task }) => task),
      graph,
    ),
  }
}

/** Names of which no two are the same. */
function numbered(names: readonly string[]): readonly string[] {
  if (new Set(names).size === names.length) return names
  return names.map((name, index) =>
    names.filter((one) => one === name).length > 1 ? `${name} ${index + 1}` : name,
  )
}
