import { InvalidArgumentError } from 'commander'

/** Far more than a machine has cores for. */
const mostTrainers = 1000

/** Reads `--trainers`. @throws InvalidArgumentError */
export function trainerCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > mostTrainers) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${mostTrainers}.`)
  }
  return count
}
