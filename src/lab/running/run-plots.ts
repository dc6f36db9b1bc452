import { densityOf } from '../../experiments/density'
import { lastStep, nameOf } from '../../experiments/experiment'
import type { TrainingInProgress, Watched } from '../../experiments/in-progress'
import type { Series } from '../../experiments/series'
import { paceParts } from '../../report/words/pace'
import type { Live } from '../../report/figures/live'
import { learningCurvesPlot, livePlot, type Plot } from '../../report/figures/plot'
import type { Run } from './run-state'

/** What is shown of runs while they go on. @param active those that do */
export function liveOf(active: readonly Run[]): Live {
  if (active.length === 0) return {}
  const watched = active.map((run) => run.watched()).filter((one) => one !== undefined)
  return {
    progress: active.map(progressLine).join('; '),
    ...(watched.length > 0 ? { watched: together(watched) } : {}),
  }
}

/** Trainings that several experiments wait for, such as that of the full network, once: of no variant. */
function together(watched: readonly Watched[]): Watched {
  const once = new Map<string, TrainingInProgress>()
  for (const one of watched.flatMap(({ trainings }) => trainings)) {
    const { variant, ...shared } = one
    const other = once.get(one.task)
    once.set(one.task, other && other.variant !== variant ? shared : one)
  }
  return { trainings: [...once.values()], steps: Math.max(...watched.map(({ steps }) => steps)) }
}

/** The plot of several experiments at once. */
export function variantsPlot(runs: readonly Run[], live: Live): Plot {
  const names = [...new Set(runs.map(({ experiment }) => experiment.setup.name))]
  const densities = runs.flatMap(({ experiment: { counts, setup } }) =>
    counts.map((kept) => densityOf(setup.network, kept)),
  )
  return livePlot(
    runs.map((run) => run.series()),
    { ...live, title: `IMP ${names.join(', ')}`, densities: [...new Set(densities)] },
  )
}

/** The plot of an experiment beside others. */
export function trainingPlot(run: Run, beside: readonly Series[], live: Live): Plot {
  const { experiment } = run
  if (experiment.kind === 'training') return stepPlot(run, live)
  const { network } = experiment.setup
  const densities = experiment.counts.map((counts) => densityOf(network, counts))
  return livePlot([...beside, run.series()], { ...live, title: nameOf(experiment), densities })
}

/** The curve of one training, of which nothing else is shown. */
function stepPlot(run: Run, live: Live): Plot {
  const { experiment } = run
  const [training] = experiment.trainings
  const last = lastStep(experiment, training!.task)
  return learningCurvesPlot([run.series()], {}, { title: nameOf(experiment), progress: live.progress, last })
}

/** Such as `level 3 of 8, 18 of 36 tasks, 1,234 steps/s, 40 s left`. */
export function progressLine(run: Run): string {
  const activity = run.activity()
  const { levels, done, total, where: away } = activity
  const { levels: last, setup } = run.experiment
  const variant = setup.variant === undefined ? [] : [setup.variant]
  const analysis = run.experiment.instability !== undefined || run.experiment.plane !== undefined
  const where =
    levels && !analysis ? [`level ${levels[0] === levels[1] ? levels[0] : levels.join('-')} of ${last}`] : []
  return [
    ...variant,
    ...where,
    `${done} of ${total} tasks`,
    ...paceParts(activity),
    ...(away === undefined ? [] : [away]),
  ].join(', ')
}
