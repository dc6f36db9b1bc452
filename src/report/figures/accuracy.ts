import type { Series } from '../../experiments/series'
import type { BarsChoice } from './bars'
import { collapseCaption, deviationsCaption, networkCaption, spreadCaption } from './captions'
import { levelRows } from './data'
import type { PlotSpec } from './figure'
import { figure } from './figure'
import { densityPanel, measureDomain } from './panels'
import { referenceCaption, referenceRows, type ReferenceChoice } from './reference'
import { placed, type XChoice } from './x-axis'

export const accuracyMeasures = ['earlyStopAccuracy', 'finalAccuracy'] as const

/**
 * Test accuracy against the percent of weights remaining or another measure of pruning, at early stop (the step of minimum validation loss)
 * and at the end of training (L1, figures 3 and 4). Both panels have the same scale, to be compared.
 */
export function accuracySpec(
  series: readonly Series[],
  { reference = false, bars = 'range', x = 'remaining' }: ReferenceChoice & BarsChoice & XChoice = {},
): PlotSpec {
  const rows = placed(levelRows(series, bars), series, x)
  const [early, final] = accuracyMeasures.map((measure) => (reference ? referenceRows(series, measure) : []))
  const all = [...early!, ...final!]
  const common = {
    series,
    rows,
    bars,
    x,
    yTitle: 'Test accuracy (%)',
    yDomain: measureDomain(rows, accuracyMeasures, 1, 100, all),
  }
  return figure({
    name: 'accuracy',
    title: `Test accuracy of ${networkCaption(series)}`,
    subtitle: [
      spreadCaption(series, 'error bars', rows, bars),
      deviationsCaption(series),
      collapseCaption(series),
      reference ? referenceCaption(all) : undefined,
    ],
    data: rows,
    panels: [
      densityPanel({
        ...common,
        measure: 'earlyStopAccuracy',
        references: early!,
        title: 'At early stop (minimum validation loss)',
      }),
      densityPanel({
        ...common,
        measure: 'finalAccuracy',
        references: final!,
        title: 'At the end of training',
      }),
    ],
    height: 280,
  })
}
