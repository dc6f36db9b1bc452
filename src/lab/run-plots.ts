import { densityOf } from '../experiments/density'
import { nameOf } from '../experiments/experiment'
import type { Series } from '../experiments/series'
import { durationText } from '../support/quantities'
import { livePlot, type Plot } from './plots/plot'
import type { Run } from './run'

/** The plot of several experiments at once. */
export function variantsPlot(runs: readonly Run[], progress: string | undefined): Plot {
  const names = [...new Set(runs.map(({ experiment }) => experiment.setup.name))]
  const densities = runs.flatMap(({ experiment: { counts, setup } }) =>
    counts.map((kept) => densityOf(setup.network, kept)),
  )
  return livePlot(
    runs.map((run) => run.series()),
    { title: `IMP ${names.join(', ')}`, progress, densities: [...new Set(densities)] },
  )
}

/** The plot of an experiment beside others. */
export function trainingPlot(run: Run, beside: readonly Series[], progress: string | undefined): Plot {
  const { experiment } = run
  const { network } = experiment.setup
  const densities = experiment.counts.map((counts) => densityOf(network, counts))
  return livePlot([...beside, run.series()], { title: nameOf(experiment), progress, densities })
}

/** Such as `level 3 of 8, 18 of 36 tasks, 1,234 steps/s, 40 s left`. */
export function progressLine(run: Run): string {
  const { levels, done, total, stepsPerSecond, secondsLeft } = run.activity()
  const { levels: last, setup } = run.experiment
  const variant = setup.variant === undefined ? [] : [setup.variant]
  const analysis = run.experiment.instability !== undefined
  const where =
    levels && !analysis ? [`level ${levels[0] === levels[1] ? levels[0] : levels.join('-')} of ${last}`] : []
  const speed = stepsPerSecond > 0 ? [`${Math.round(stepsPerSecond).toLocaleString('en')} steps/s`] : []
  const left = secondsLeft === undefined ? [] : [`${durationText(secondsLeft)} left`]
  return [...variant, ...where, `${done} of ${total} tasks`, ...speed, ...left].join(', ')
}
