import type { TrainingInProgress, Watched } from '../../../src/experiments/in-progress'
import { sampleDensity, sampleSeries } from './sample'

/**
 * SAMPLE DATA, made up by a formula: a training of tickets that has come to `step` of `until`, with a row at every twentieth
 * part. For drawing plots in tests. Nothing was trained.
 */
export function sampleWatched(
  options: Partial<TrainingInProgress> & { readonly rows?: number } = {},
): TrainingInProgress {
  const { level = 0, replicate = 1, until = 2000, step = until / 2, rows = 20 } = options
  const point = sampleSeries({ levels: level, replicates: replicate, steps: until }).points.at(-1)
  const all = point!.curve.filter((row) => row.step <= step)
  // Validation is apart from test, so that both can be seen.
  const curve = all.map((row) => ({ ...row, validationAccuracy: row.testAccuracy - 0.004 }))
  return {
    ...{ task: `task ${level} ${replicate}`, networks: 'tickets', level, density: sampleDensity(level) },
    ...{ replicate, first: 0, until, partial: false, step },
    ...options,
    curve: options.curve ?? curve.slice(0, rows),
  }
}

/** What can be watched while these run. */
export function watchedNow(...trainings: readonly TrainingInProgress[]): Watched {
  return { trainings, steps: 2000 }
}
