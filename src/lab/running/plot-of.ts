import { barrierPlot, liveInstabilityPlot } from '../../report/figures/instability'
import type { Live } from '../../report/figures/live'
import { planePlot } from '../../report/figures/plane'
import type { Plot } from '../../report/figures/plot'
import type { Store } from '../../store/store'
import { InstabilityResults, usualThresholds } from '../results/instability-results'
import { BarrierResults } from '../steps/barrier'
import { PlaneResults } from '../steps/plane'
import { trainingPlot } from './run-plots'
import type { Run } from './run-state'

/**
 * The plot of a run by its experiment alone, as far as it has come. What its cell was told to draw beside it is not known here,
 * and verdicts are about the usual thresholds.
 */
export function plotOf(run: Run, store: Store, live: Live): Plot {
  const { experiment } = run
  if (experiment.plane) return planePlot([new PlaneResults(experiment, run.planeRows())], {}, live)
  if (!experiment.instability) return trainingPlot(run, [], live)
  return experiment.kind === 'barrier'
    ? barrierPlot(new BarrierResults(experiment, run.analysed(), usualThresholds, store), live)
    : liveInstabilityPlot(new InstabilityResults(experiment, run.analysed(), usualThresholds, store), live)
}
