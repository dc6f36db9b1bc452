import type { EmptyLayer, Series } from '../../experiments/series'
import { barNames, type Bars } from './bars'
import { seriesNames } from './data'

/** How a figure calls what it shows: the one network, or all of them. */
export function networkCaption(series: readonly Series[]): string {
  return [...new Set(series.map(({ network }) => network))].join(', ')
}

/**
 * Says what the spread drawn is and over how many replicates; `drawn` names its marks, such as `error bars`.
 * While some of what is drawn has fewer replicates than planned, it says that too.
 */
export function spreadCaption(
  series: readonly Series[],
  drawn: string,
  rows: readonly { readonly series: string; readonly replicates: number }[],
  bars: Bars = 'range',
): string {
  const names = seriesNames(series)
  const planned = new Map(series.map(({ replicates }, index) => [names[index]!, replicates]))
  const counts = [...planned.values()]
  const most = Math.max(0, ...counts)
  if (most <= 1) return `1 replicate${drawsCaption(series)}`
  const over = counts.every((count) => count === most)
    ? `${most} replicates`
    : `replicates (${[...planned].map(([name, count]) => `${name}: ${count}`).join(', ')})`
  const incomplete = rows.some((row) => row.replicates < planned.get(row.series)!)
  return `${drawn}: ${barNames[bars].name} over ${over}${incomplete ? ', some still to come' : ''}${drawsCaption(series)}`
}

/** Spreads are over replicates, of which some series have the means of several draws. */
function drawsCaption(series: readonly Series[]): string {
  const names = seriesNames(series)
  return series
    .flatMap(({ draws = 1 }, index) =>
      draws > 1 ? [`; ${names[index]!}: each replicate the mean of ${draws} draws`] : [],
    )
    .join('')
}

/**
 * One line with what differs from the preset: what all series have in common, and then what some have alone; `undefined`
 * when nothing differs.
 */
export function deviationsCaption(series: readonly Series[]): string | undefined {
  const common = (series[0]?.deviations ?? []).filter((text) =>
    series.every(({ deviations }) => deviations.includes(text)),
  )
  const lists = series.map(({ deviations }) => deviations.filter((text) => !common.includes(text)).join(', '))
  const names = seriesNames(series)
  const parts = [...new Set(lists)].flatMap((list) => {
    if (list === '') return []
    const which = series.flatMap((_, index) => (lists[index] === list ? [index] : []))
    const networks = new Set(which.map((index) => series[index]!.network))
    const [network] = networks
    // A network's name says it all if nothing else of that network is shown with other deviations.
    const alone = series.every((one, index) => one.network !== network || lists[index] === list)
    const severalNetworks = new Set(series.map((one) => one.network)).size > 1
    const label =
      severalNetworks && networks.size === 1 && alone
        ? network!
        : which.map((index) => names[index]!).join(', ')
    return [`${label}: ${list}`]
  })
  return [...(common.length > 0 ? [common.join(', ')] : []), ...parts].join('; ') || undefined
}

/** The first layer of which pruning has left nothing, for each series; `undefined` where it has left something of all. */
export function collapseCaption(series: readonly Series[]): string | undefined {
  const names = seriesNames(series)
  const parts = series.flatMap(({ empty = [] }, index) => {
    if (empty.length === 0) return []
    const [first, ...more] = empty as [EmptyLayer, ...EmptyLayer[]]
    const others = more.length === 0 ? '' : ` (${more.length} more later)`
    const which = series.length > 1 ? `${names[index]!}: ` : ''
    return [`${which}layer ${first.layer} is empty at level ${first.level}${others}`]
  })
  return parts.length > 0 ? `collapse: ${parts.join('; ')}` : undefined
}
