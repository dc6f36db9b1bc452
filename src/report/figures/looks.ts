import type { Series } from '../../experiments/series'
import { cycled, seriesColors, seriesShapes } from './palette'

/** How a series is drawn wherever it is drawn. */
export interface Look {
  readonly color: string
  readonly shape: (typeof seriesShapes)[number]
  readonly dashed: boolean
}

/** Tickets are solid, controls dashed. */
export const dashes = { solid: [1, 0], dashed: [6, 4] } as const

/**
 * The looks of series in a plot. With one variant (a network with its hyperparameters) every series has a colour and a
 * point of its own. Where several are compared, the colour says the variant and the point what was done with it, so
 * that a ticket and its controls belong together to the eye.
 */
export function looksOf(series: readonly Series[]): readonly Look[] {
  const variantsOfSeries = series.map((one) => variantOf(one, series))
  const variants = [...new Set(variantsOfSeries)]
  const names = [...new Set(series.map(({ name }) => name))]
  if (variants.length === 1) return ownLooks(series)
  const looks = series.map((one, index): Look => {
    const variant = variants.indexOf(variantsOfSeries[index]!)
    return {
      ...pair(variant),
      ...(names.length > 1 ? { shape: cycled(seriesShapes, names.indexOf(one.name)) } : {}),
      dashed: one.role === 'control',
    }
  })
  // Two series of one variant and one name differ in something that only they know.
  const distinct = new Set(looks.map(({ color, shape }) => `${color} ${shape}`)).size
  const possible = Math.min(series.length, seriesColors.length * seriesShapes.length)
  return distinct < possible ? ownLooks(series) : looks
}

/** The looks of series in a plot whose colours mean something else: a point of its own for each. */
export function colorlessLooks(series: readonly Series[]): readonly Look[] {
  return ownLooks(series).map((look) => ({ ...look, color: '#7f7f7f' }))
}

function ownLooks(series: readonly Series[]): readonly Look[] {
  return series.map(({ role }, index) => ({
    ...pair(index),
    dashed: role === 'control',
  }))
}

/** A colour with a point: when colours begin anew, each has the next point, so that no pair comes twice. */
function pair(index: number): Pick<Look, 'color' | 'shape'> {
  return {
    color: cycled(seriesColors, index),
    shape: cycled(seriesShapes, index + Math.floor(index / seriesColors.length)),
  }
}

/**
 * What makes a variant: the preset and all that was changed of it. A change that all series of one name have, and no
 * other, is part of what was done, as fewer draws of a control are.
 */
function variantOf({ name, network, deviations }: Series, series: readonly Series[]): string {
  const isOfName = (text: string) =>
    series.every((one) => one.deviations.includes(text) === (one.name === name))
  return [network, ...deviations.filter((text) => !isOfName(text))].join('\n')
}
