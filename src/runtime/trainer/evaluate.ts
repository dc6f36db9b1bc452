import type { SplitName, TrainingSession } from '../../backends/backend'
import type { Dataset } from '../../datasets/dataset'
import { breathe } from './pace'

/**
 * Examples evaluated in one call. Sums over examples are rounded within a call, so this number must not depend on
 * how fast the machine is: the same task would have other last digits elsewhere, or when resumed.
 */
const unit = 500
/** Milliseconds after which an evaluation listens for messages. */
const patience = 100

/**
 * Mean loss, and accuracy in [0, 1], of a session's current weights on a split.
 * @param examples how many of the split, from its first on; by default all
 */
export async function evaluateSplit(
  session: TrainingSession,
  dataset: Dataset,
  split: SplitName,
  signal: AbortSignal,
  examples = dataset[split].count,
): Promise<{ loss: number; accuracy: number; count: number }> {
  const count = Math.min(examples, dataset[split].count)
  let loss = 0
  let correct = 0
  let since = performance.now()
  for (let from = 0; from < count; from += unit) {
    const sums = session.evaluate(split, from, Math.min(from + unit, count))
    loss += sums.loss
    correct += sums.correct
    if (performance.now() - since > patience) {
      await breathe(signal)
      since = performance.now()
    }
  }
  return { loss: loss / count, accuracy: correct / count, count }
}
