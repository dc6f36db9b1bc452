import type { DensityReport } from '../density'

/** The fastest way of a library. */
export interface Best {
  readonly how: string
  readonly threads: number
  readonly milliseconds: number
}

/**
 * The fastest way of a library to take a step.
 * @param threads how many it may take; one that takes fewer is among them
 */
export function bestOf(
  { engines }: Pick<DensityReport, 'engines'>,
  { milliseconds }: DensityReport['steps'][number],
  library: string,
  threads: number,
): Best | undefined {
  const all = engines.flatMap((engine, index) =>
    engine.library === library && engine.threads <= threads
      ? [{ how: engine.how, threads: engine.threads, milliseconds: milliseconds[index]! }]
      : [],
  )
  return all.sort((one, other) => one.milliseconds - other.milliseconds)[0]
}

/** How many times as long the other takes, in words. */
export const lead = (ours: Best, other: Best): string =>
  `${(other.milliseconds / ours.milliseconds).toFixed(1)} x`

/** A row of a table in Markdown. */
export const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

export const fixed = (milliseconds: number): string =>
  milliseconds.toFixed(milliseconds < 1 ? 3 : milliseconds < 100 ? 2 : 0)

export const percent = (density: number): string => `${Number((density * 100).toPrecision(3))}%`
