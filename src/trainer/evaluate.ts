import type { SplitName, TrainingSession } from '../backends/backend'
import type { Dataset } from '../datasets/dataset'
import { breathe } from './pace'

/** Milliseconds after which an evaluation listens for messages. */
const patience = 100

/**
 * Mean loss, and accuracy in [0, 1], of a session's current weights on a split. Sums over examples are rounded within a
 * call, so how many a call takes is the session's decision, which no machine's speed changes: the same task would have
 * other last digits elsewhere, or when resumed.
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
  for (let from = 0; from < count; from += session.block) {
    const sums = session.evaluate(split, from, Math.min(from + session.block, count))
    loss += sums.loss
    correct += sums.correct
    if (performance.now() - since > patience) {
      await breathe(signal)
      since = performance.now()
    }
  }
  return { loss: loss / count, accuracy: correct / count, count }
}
