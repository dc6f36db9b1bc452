import type { Series } from '../../experiments/series'
import { deviationsCaption, networkCaption, spreadCaption } from './captions'
import { levelRows } from './data'
import type { PlotSpec } from './figure'
import { figure } from './figure'
import { densityPanel, measureDomain } from './panels'

/**
 * Test accuracy against the percent of weights remaining, at early stop (the step of minimum validation loss)
 * and at the end of training (L1, figures 3 and 4). Both panels have the same scale, to be compared.
 */
export function accuracySpec(series: readonly Series[]): PlotSpec {
  const rows = levelRows(series)
  const common = {
    series,
    rows,
    yTitle: 'Test accuracy (%)',
    yDomain: measureDomain(rows, ['earlyStopAccuracy', 'finalAccuracy'], 1, 100),
  }
  return figure({
    name: 'accuracy',
    title: `Test accuracy of ${networkCaption(series)}`,
    subtitle: [spreadCaption(series, 'error bars', rows), deviationsCaption(series)],
    data: rows,
    panels: [
      densityPanel({
        ...common,
        measure: 'earlyStopAccuracy',
        title: 'At early stop (minimum validation loss)',
      }),
      densityPanel({ ...common, measure: 'finalAccuracy', title: 'At the end of training' }),
    ],
    height: 280,
  })
}
