import type { Watched } from '../../experiments/in-progress'
import type { Series } from '../../experiments/series'
import { collapseCaption, deviationsCaption, spreadCaption } from './captions'
import { toPercent } from '../words/numbers'
import { levelRows } from './data'
import { type PlotSpec, figure } from './figure'
import { densityPanel, measureDomain } from './panels'
import { watchPanel } from './watch-panel'

/** What is shown of a run while it goes on, and left out of the finished figure. */
export interface Live {
  /** What is going on, such as `level 3 of 8, 1,200 steps/s, 40 s left`. */
  readonly progress?: string | undefined
  /** What trains, once something does and until nothing is left to train. */
  readonly watched?: Watched | undefined
}

export interface LiveOptions extends Live {
  /** Such as `IMP lenet-mnist`. */
  readonly title: string
  /** Densities of all the levels planned, so that the axis stands still while the points arrive. */
  readonly densities?: readonly number[]
}

/**
 * What is shown while an experiment trains: both results against the percent of weights remaining, compact, and below them
 * the curves of what trains.
 */
export function liveSpec(series: readonly Series[], options: LiveOptions): PlotSpec {
  const { title, progress, densities, watched } = options
  const rows = levelRows(series)
  const common = { series, rows, percents: densities?.map(toPercent) }
  return figure({
    name: 'progress',
    title,
    subtitle: [
      progress,
      spreadCaption(series, 'error bars', rows),
      deviationsCaption(series),
      collapseCaption(series),
    ],
    data: rows,
    panels: [
      densityPanel({
        ...common,
        measure: 'finalAccuracy',
        title: 'Test accuracy at the end of training',
        yTitle: 'Test accuracy (%)',
        yDomain: measureDomain(rows, ['finalAccuracy'], 1, 100),
      }),
      densityPanel({
        ...common,
        measure: 'earlyStop',
        title: 'Early stop (minimum validation loss)',
        yTitle: 'Iteration',
        yDomain: measureDomain(rows, ['earlyStop'], 100),
      }),
    ],
    height: 190,
    below: watched && watchPanel(watched),
  })
}
