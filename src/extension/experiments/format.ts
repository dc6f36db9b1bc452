import type { LevelView, Spread } from '../../experiments/view'
import { bytesText, countText } from '../../support/quantities'

/** A fraction as percent with as many digits as tell neighbouring levels apart: `100%`, `51.3%`, `1.47%`. */
export function percent(fraction: number): string {
  const value = 100 * fraction
  if (value >= 99.995) return '100%'
  return `${value.toFixed(value >= 10 ? 1 : 2)}%`
}

export function accuracyPercent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`
}

export function shapeText(shape: readonly number[]): string {
  return shape.join(' × ')
}

/** The spread and what it is: `97.90% (mean of 3 replicates; minimum 97.80%, maximum 98.01%)`. */
export function spreadText(spread: Spread): string {
  const mean = accuracyPercent(spread.mean)
  if (spread.count === 1) return `${mean} (1 replicate)`
  return (
    `${mean} (mean of ${spread.count} replicates; ` +
    `minimum ${accuracyPercent(spread.minimum)}, maximum ${accuracyPercent(spread.maximum)})`
  )
}

/** A ticket beside the full network: `97.3 KB of 1.07 MB at rest, 14,800 of 266,200 multiply-adds per example`. */
export function sizeText({ ticket, full }: NonNullable<LevelView['size']>): string {
  const of = (part: string, whole: string): string => (part === whole ? whole : `${part} of ${whole}`)
  return (
    `${of(bytesText(ticket.bytes), bytesText(full.bytes))} at rest, ` +
    `${of(countText(ticket.multiplyAdds), countText(full.multiplyAdds))} multiply-adds per example`
  )
}
