import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import { promiseHooks } from 'node:v8'
import timers from 'node:timers'

/** What has been started by whom: a value goes along with the work that it was given to, however late that goes on. */
export interface Following<Value> {
  /** Does some work; what it starts belongs to `value`, too. */
  readonly run: <Result>(value: Value, work: () => Result) => Result
  /** What the work that goes on now belongs to, if that is known. */
  readonly current: () => Value | undefined
  /** What the work that made a promise belongs to, if that is known: to be asked where a rejection is told. */
  readonly madeBy: (promise: Promise<unknown>) => Value | undefined
  /** To be called when work was ended from outside, by V8 or an error that nobody caught: it tells of no end itself. */
  readonly leave: () => void
}

/**
 * Node 24 and later say themselves what started what. Before, AsyncLocalStorage does it by hooks that push on a stack,
 * and Node ends the whole process when V8 terminates a computation in between: those versions get {@link followByHand}.
 */
const followsByItself = Number(process.versions.node.split('.')[0]) >= 24

/** Begins to follow work in this process: once, since on older versions of Node all who follow share what is known. */
export function followWork<Value>(): Following<Value> {
  if (!followsByItself) return followByHand() as Following<Value>
  const storage = new AsyncLocalStorage<Value>()
  return {
    run: (value, work) => storage.run(value, work),
    current: () => storage.getStore(),
    madeBy: () => storage.getStore(), // Node tells of rejections as if their promise did.
    leave: () => undefined,
  }
}

/** `work` as something that belongs to whoever calls this, wherever it is called from later. */
export function belongingHere<Arguments extends unknown[], Result>(
  work: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  return followsByItself ? AsyncLocalStorage.bind(work) : belongingTo(now, work)
}

/** What the work that goes on now belongs to, where Node does not follow it. */
let now: unknown

function belongingTo<Arguments extends unknown[], Result>(
  value: unknown,
  work: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  if (value === undefined) return work
  return function (this: unknown, ...given) {
    const before = now
    now = value
    const result = work.apply(this, given)
    // Not in `finally`: what is thrown here and caught by nobody belongs to `value` still where that is told.
    now = before
    return result
  }
}

/** Lets a constructor write a private field on an object that exists already. */
const Given = function (given: object) {
  return given
} as unknown as new (given: object) => object

/** What made a promise, kept where nobody sees it. */
class Made extends Given {
  readonly #by: unknown
  constructor(promise: Promise<unknown>, by: unknown) {
    super(promise)
    this.#by = by
  }
  static by(promise: object): unknown {
    return #by in promise ? promise.#by : undefined
  }
}

/**
 * Follows promises, timers, ticks and microtasks. What comes otherwise (an event of a socket, a callback of `fs`) belongs
 * to nobody, unless a promise waits for it.
 */
function followByHand(): Following<unknown> {
  promiseHooks.createHook({
    init(promise) {
      if (now !== undefined) new Made(promise, now)
    },
    before(promise) {
      now = Made.by(promise)
    },
    after() {
      now = undefined
    },
  })
  for (const [owner, names] of [
    [globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']],
    [timers, ['setTimeout', 'setInterval', 'setImmediate']],
    [process, ['nextTick']],
  ] as const) {
    for (const name of names) followCallsOf(owner as unknown as Record<string, Callable>, name)
  }
  syncBuiltinESMExports()
  return {
    run(value, work) {
      const before = now
      now = value
      try {
        return work()
      } finally {
        now = before
      }
    },
    current: () => now,
    madeBy: (promise) => Made.by(promise),
    leave() {
      now = undefined
    },
  }
}

type Callable = (...given: unknown[]) => unknown

/** Lets the first argument of a function, which it calls later, belong to whoever calls the function. */
function followCallsOf(owner: Record<string, Callable>, name: string): void {
  const original = owner[name]!
  const following: Callable = function (this: unknown, work, ...given) {
    return original.call(
      this,
      typeof work === 'function' ? belongingTo(now, work as Callable) : work,
      ...given,
    )
  }
  // Such as the name, and what `promisify` makes of it.
  Object.defineProperties(following, Object.getOwnPropertyDescriptors(original))
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)!
  Object.defineProperty(owner, name, { ...descriptor, value: following })
}
