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
  const variants = [...new Set(series.map(variantOf))]
  const names = [...new Set(series.map(({ name }) => name))]
  return series.map((one, index): Look => {
    const variant = variants.indexOf(variantOf(one))
    const several = variants.length > 1
    const shape = !several ? index : names.length > 1 ? names.indexOf(one.name) : variant
    return {
      color: cycled(seriesColors, several ? variant : index),
      shape: cycled(seriesShapes, shape),
      dashed: one.role === 'control',
    }
  })
}

/** What makes a variant: the preset and all that was changed of it. */
function variantOf({ network, deviations }: Series): string {
  return [network, ...deviations].join('\n')
}
