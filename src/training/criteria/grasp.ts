import { withoutChance } from '../../networks/change'
import { buildCurvatureProgram, directionOf } from '../../networks/curvature'
import { positive } from '../../support/options'
import type { Tensors } from '../../support/tensor'
import { graspTemperature } from '../../tasks/tasks'
import { masked } from '../interpolate'
import {
  need,
  scoringBatches,
  type CriterionKind,
  type Derivatives,
  type Scored,
  type Scorer,
  type Scores,
} from './criterion'
import { pick, timesWeights, weightNames } from './shared'

/**
 * w H g, H being the second derivative of the loss and g the first: removing a weight changes the squared length of g by
 * about -w H g, and what would make it shorter stays (Wang, Zhang & Grosse 2020, eq. 8 and algorithm 1).
 */
export const grasp = {
  networks: { imp: 'GraSP', 'one-shot': 'GraSP' },
  isControl: false,
  iterative: false,
  atOnce: 'before-training',
  ranksTogether: true,
  options: {
    temperature: {
      check: positive,
      usual: graspTemperature,
      text: (temperature) => `at temperature ${temperature}`,
    },
  },
  ranking: {
    by: 'derivatives',
    scoringOf: ({ examples, options, backend }) => ({
      examples: { ...examples, batches: scoringBatches },
      ...options,
      backend,
    }),
    open,
  },
} as const satisfies CriterionKind

/**
 * The gradient g first, then H along it. Biases and batch norm have no direction, as in its authors' code. The direction
 * has length 1, or a small gradient could lose digits to single precision.
 */
async function open({ task, scoring, weights }: Scored, { ofProgram }: Derivatives): Promise<Scorer> {
  const { network } = task
  const { temperature = graspTemperature } = scoring
  const examples = need(task, scoring.examples, 'scoring.examples')
  const { batchSize } = examples
  const program = buildCurvatureProgram(withoutChance(network), { batchSize, temperature })
  const derivativesOf = await ofProgram(program, examples)
  const names = weightNames(network)
  const derivatives = (at: Tensors, direction: Scores): Promise<Scores> => {
    const directions = names.map((name) => [
      directionOf(name),
      { shape: at[name]!.shape, data: Float32Array.from(direction[name]!) },
    ])
    return derivativesOf({ ...at, ...(Object.fromEntries(directions) as Tensors) })
  }
  return async (masks) => {
    const at = masked(weights, masks)
    const still = Object.fromEntries(names.map((name) => [name, at[name]!.data.map(() => 0)]))
    const first = await derivatives(at, still)
    // A pruned weight is not moved.
    const gradient = Object.fromEntries(
      names.map((name) => {
        const mask = masks[name]?.data
        return [name, first[directionOf(name)]!.map((value, i) => (mask?.[i] === 0 ? 0 : value))]
      }),
    )
    const length = lengthOf(gradient)
    if (length === 0) return timesWeights(gradient, at)
    const second = await derivatives(at, scaled(gradient, 1 / length))
    return timesWeights(scaled(pick(second, names), length), at)
  }
}

/** Euclidean length of all numbers together. */
function lengthOf(vector: Scores): number {
  let sum = 0
  for (const data of Object.values(vector)) for (const value of data) sum += value * value
  return Math.sqrt(sum)
}

function scaled(scores: Scores, factor: number): Scores {
  return Object.fromEntries(
    Object.entries(scores).map(([name, data]) => [name, Float64Array.from(data, (value) => value * factor)]),
  )
}
