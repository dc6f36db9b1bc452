import type { Series } from '../../experiments/series'
import type { BarsChoice } from './bars'
import { collapseCaption, deviationsCaption, networkCaption, spreadCaption } from './captions'
import { levelRows } from './data'
import type { PlotSpec } from './figure'
import { figure } from './figure'
import { densityPanel, measureDomain } from './panels'
import { referenceCaption, referenceRows, type ReferenceChoice } from './reference'

/** The iteration of minimum validation loss against the percent of weights remaining (L1, figures 3 and 4). */
export function earlyStopSpec(
  series: readonly Series[],
  { reference = false, bars = 'range' }: ReferenceChoice & BarsChoice = {},
): PlotSpec {
  const rows = levelRows(series, bars)
  const references = reference ? referenceRows(series, 'earlyStop') : []
  return figure({
    name: 'early-stop',
    title: `Early-stop iteration of ${networkCaption(series)}`,
    subtitle: [
      spreadCaption(series, 'error bars', rows, bars),
      deviationsCaption(series),
      collapseCaption(series),
      reference ? referenceCaption(references) : undefined,
    ],
    data: rows,
    panels: [
      densityPanel({
        series,
        rows,
        bars,
        measure: 'earlyStop',
        references,
        yTitle: 'Iteration of minimum validation loss',
        yDomain: measureDomain(rows, ['earlyStop'], 100, undefined, references),
      }),
    ],
    height: 300,
  })
}
