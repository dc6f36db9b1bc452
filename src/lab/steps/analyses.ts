import { alignedTo } from '../../experiments/aligning'
import { checkSameLayers, checkSameReplicates } from '../../experiments/between'
import { planeThrough } from '../../experiments/plane'
import { spreadOver } from '../../experiments/spread'
import type { WeightsPlan } from '../../experiments/steps'
import type { Spread } from '../../experiments/view'
import type { AlignFacts } from '../../tasks/facts'
import { checkAlign, checkPlane } from '../asked/analysis-options'
import type { Lab } from '../api'
import type { Runner } from '../running/runner'
import { AlignedNetwork } from './aligned'
import { distancesBetween } from './distances'
import { plan } from './plan'
import type { Workshop } from './workshop'

/**
 * What can be found out about any two or three networks.
 * @param weightsOf weights, or the initial ones of a setup, that a method was given
 */
export function createAnalyses(
  runner: Pick<Runner, 'runPlane'>,
  workshop: Workshop,
  weightsOf: (given: unknown, of: string) => WeightsPlan,
): Pick<Lab, 'align' | 'plane' | 'distances'> {
  return {
    async align(weights, options) {
      const from = weightsOf(weights, 'lab.align')
      const described = alignedTo(from, checkAlign(options).to[plan])
      const digests = described.at.map(({ task }) => task)
      const reader = await workshop.compute(digests, described.tasks, described.title)
      const facts = await Promise.all(digests.map(async (task) => (await reader.result(task))?.facts))
      const found = facts.filter((one) => one?.kind === 'align')
      const over = (of: (one: AlignFacts) => number): Spread => spreadOver(found.map(of))
      const figures = {
        ...{ before: over(({ l2 }) => l2[0]), after: over(({ l2 }) => l2[1]) },
        ...{ moved: over(({ moved }) => moved), units: found[0]!.units },
      }
      return new AlignedNetwork(described, figures, workshop)
    },

    async distances(one, other) {
      const [mine, its] = [one, other].map((given) => weightsOf(given, 'lab.distances'))
      checkSameLayers(mine!, its!)
      checkSameReplicates(mine!, its!)
      return distancesBetween(mine!, its!, workshop)
    },

    async plane(one, other, third, options) {
      const choice = checkPlane(options)
      const [a, b, c] = [one, other, third].map((given) => weightsOf(given, 'lab.plane'))
      return runner.runPlane(planeThrough([a!, b!, c!], choice))
    },
  }
}
