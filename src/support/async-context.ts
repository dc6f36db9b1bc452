import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Whether Node can tell what started what and be interrupted all the same. Before version 24 it follows promises and
 * timers by hooks, and ends the whole process when V8 terminates a computation while one of those is open.
 */
export const followsWork = Number(process.versions.node.split('.')[0]) >= 24

/** `work` as something that belongs to whoever calls this, wherever it is called from later. */
export function belongingHere<Arguments extends unknown[], Result>(
  work: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  return followsWork ? AsyncLocalStorage.bind(work) : work
}
