/** Whether all of the campaigns run, with `TICKETLAB_CAMPAIGN=long`. */
export const isLong = process.env['TICKETLAB_CAMPAIGN'] === 'long'

/**
 * How much of a campaign runs: a little in `npm test`, all of it with `TICKETLAB_CAMPAIGN=long` (see docs/trust.md).
 * `TICKETLAB_CAMPAIGN_SEED` repeats one.
 */
export function campaign(brief: number, long: number): { readonly rounds: number; readonly seed: number } {
  const { TICKETLAB_CAMPAIGN_SEED: seed } = process.env
  return { rounds: isLong ? long : brief, seed: seed ? Number(seed) : Date.now() }
}

/** An hour: the long ones are many. */
export const patience = 3_600_000
