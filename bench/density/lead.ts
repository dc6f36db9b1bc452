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
  { engines }: DensityReport,
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

/** How many times as long the other takes. */
export const lead = (ours: Best, other: Best): number => other.milliseconds / ours.milliseconds
