import type { Recipe, Schedule } from '../tasks/recipe'

/**
 * Learning rates of the steps `from <= t < from + steps`, for an optimizer whose own rate is multiplied by the
 * schedule's factor.
 */
export function learningRates(recipe: Recipe, from: number, steps: number): Float32Array {
  const base = recipe.optimizer.learningRate
  const schedule = recipe.schedule ?? { kind: 'constant' }
  return Float32Array.from({ length: steps }, (_, i) => base * factorAt(schedule, from + i))
}

/** The factor on the learning rate at step t, counted from 0. */
export function factorAt(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'steps':
      // Multiplied and not raised: the bits of ** differ between versions of Node.
      return schedule.boundaries.reduce(
        (factor, boundary) => (step >= boundary ? factor * schedule.factor : factor),
        1,
      )
    case 'linear-warmup': {
      // Frankle & Carbin 2019, section 5: the rate rises linearly from 0 over the first k iterations.
      const rise = Math.min(1, step / schedule.warmup)
      return rise * (schedule.then ? factorAt(schedule.then, step) : 1)
    }
  }
}
