import { effective, variantCount } from '../backends/augmentation'
import type { Augmentation } from '../backends/program'
import type { StepNoise } from '../backends/backend'
import type { Recipe } from '../tasks/recipe'
import { permutation, randomStream } from '../support/random'

/**
 * Which examples each step sees, as a pure function of seed and step: every epoch visits all examples once in an
 * order of its own, and a batch may reach over the end of an epoch into the next. Nothing is replayed to resume.
 *
 * @param seed of the order
 * @param examples in the training split
 * @returns indices `[steps, batchSize]`, row-major, of the steps `from <= t < from + steps`
 */
export function batchIndices(
  seed: number,
  examples: number,
  batchSize: number,
  from: number,
  steps: number,
): Int32Array {
  const indices = new Int32Array(steps * batchSize)
  for (let filled = 0; filled < indices.length;) {
    const position = from * batchSize + filled
    const order = epochOrder(seed, examples, Math.floor(position / examples))
    const start = position % examples
    const part = order.subarray(start, start + indices.length - filled)
    indices.set(part, filled)
    filled += part.length
  }
  return indices
}

/**
 * Which random change every example of some steps gets, each as likely as any other; see `Augmentation`. A pure
 * function of seed and step, drawn from a stream of its own: the order of examples is the same with and without it.
 *
 * @returns `[steps, batchSize]`, row-major, of the steps `from <= t < from + steps`
 */
export function variantsOf(
  seed: number,
  augmentation: Augmentation,
  batchSize: number,
  from: number,
  steps: number,
): Int32Array {
  const count = variantCount(augmentation)
  const variants = new Int32Array(steps * batchSize)
  for (let step = 0; step < steps; step++) {
    const stream = randomStream(seed, 'augmentation', from + step)
    for (let example = 0; example < batchSize; example++) {
      variants[step * batchSize + example] = stream.below(count)
    }
  }
  return variants
}

/** What dropout follows from in the steps `from <= t < from + steps`: one seed in [0, 2^31) for each. */
export function dropoutSeeds(seed: number, from: number, steps: number): Int32Array {
  return Int32Array.from({ length: steps }, (_, step) =>
    randomStream(seed, 'dropout', from + step).below(2 ** 31),
  )
}

let remembered: { key: string; order: Uint32Array } | undefined

/** The last epoch's order is remembered: chunks of a training ask for the same one again and again. */
function epochOrder(seed: number, examples: number, epoch: number): Uint32Array {
  const key = `${seed}/${examples}/${epoch}`
  if (remembered?.key !== key) {
    remembered = { key, order: permutation(examples, randomStream(seed, 'order', epoch)) }
  }
  return remembered.order
}

/**
 * What is random in the steps `from <= t < from + steps` besides the order of examples; seeds of dropout matter only
 * where something is dropped.
 * @param seed of the order
 * @param augmentationSeed of the changes of examples
 */
export function noiseOf(
  { augmentation, batchSize }: Pick<Recipe, 'augmentation' | 'batchSize'>,
  seed: number,
  from: number,
  steps: number,
  augmentationSeed = seed,
): StepNoise {
  const augmented = effective(augmentation)
  return {
    ...(augmented && { variants: variantsOf(augmentationSeed, augmented, batchSize, from, steps) }),
    seeds: dropoutSeeds(seed, from, steps),
  }
}
