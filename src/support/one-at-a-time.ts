/**
 * Makes calls of `work` come one after the other; what is asked for while one waits is done by that one.
 * @returns what asks for it: a promise of the end of a call that begins after it was asked for, and of its failure
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined
  const begin = (): Promise<void> => {
    waiting = undefined
    return work()
  }
  // Whoever asked for the call before hears of its failure.
  return () => (waiting ??= last = last.then(begin, begin))
}
