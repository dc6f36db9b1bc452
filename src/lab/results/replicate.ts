import { checkOptions, wholeNumber } from '../../support/options'

/** Which of several replicates is meant. */
export interface ReplicateChoice {
  /** Counted from 1; 1 by default. */
  readonly replicate?: number
}

/** The replicate that a method is asked for. @param given options, or the number alone @throws TicketLabError `bad-input` */
export function replicateOf(given: ReplicateChoice | number | undefined, method: string): number {
  // A number that is none of the replicates is told with those that there are.
  if (typeof given === 'number') return given
  return checkOptions<ReplicateChoice>(given, { replicate: wholeNumber(1) }, method).replicate ?? 1
}
