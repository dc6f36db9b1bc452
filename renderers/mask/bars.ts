/** Bars beside each other, from the left; series stand on top of each other. */
export interface Bars {
  readonly series: readonly BarSeries[]
  /** What stands below the first and the last bar. */
  readonly ends: readonly [string, string]
  /** The height of the picture, in counts. */
  readonly most: number
}

export interface BarSeries {
  /** A count for each bar; all series have as many. */
  readonly values: ArrayLike<number>
  /** CSS colour. */
  readonly colour: string
  /** Whether stripes tell it from others, as colours may not. */
  readonly isStriped?: boolean
}

/** One column of pixels: the tallest of the bars that lie in it. */
export interface Column {
  /** Which bar. */
  readonly bar: number
  /** Where it begins and ends, in pixels. */
  readonly from: number
  readonly to: number
}

/** Where bars lie in `width` pixels: each as wide as there is room, or only the tallest of those that share a pixel. */
export function columnsOf(series: readonly BarSeries[], width: number): readonly Column[] {
  const count = series[0]?.values.length ?? 0
  if (count === 0 || width < 1) return []
  const height = (bar: number): number => series.reduce((sum, { values }) => sum + values[bar]!, 0)
  if (count <= width) {
    return Array.from({ length: count }, (_, bar) => ({
      bar,
      from: Math.round((bar * width) / count),
      to: Math.round(((bar + 1) * width) / count),
    }))
  }
  return Array.from({ length: width }, (_, from) => {
    let bar = Math.floor((from * count) / width)
    for (let next = bar + 1; next < Math.floor(((from + 1) * count) / width); next++) {
      if (height(next) > height(bar)) bar = next
    }
    return { bar, from, to: from + 1 }
  })
}

/** Which bar is at a pixel; `undefined` outside. */
export function barAt(count: number, width: number, x: number): number | undefined {
  const bar = Math.floor((x * count) / width)
  return bar >= 0 && bar < count ? bar : undefined
}
