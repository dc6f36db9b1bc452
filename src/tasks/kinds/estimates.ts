import type { SplitName } from '../../backends/backend'
import type { LineStatistics } from './inputs'

/** Bytes of result.json; of a row of metrics; of a tensor's entry in a file's header. Estimates. */
export const around = { result: 500, row: 190, entry: 110 }

/** Examples that pass through the network at one point of a line or a plane. */
export function evaluatedAtOnce(
  { splits, examples: some, statistics }: Points,
  examples: Readonly<Record<SplitName, number>>,
): number {
  const observed = typeof statistics === 'object' ? statistics.examples : 0
  return observed + sum(splits.map((split) => some?.[split] ?? examples[split]))
}

interface Points {
  readonly splits: readonly SplitName[]
  readonly examples?: Readonly<Partial<Record<SplitName, number>>>
  readonly statistics?: LineStatistics
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
