import { Session } from 'node:inspector'
import type { Runtime } from 'node:inspector'
import type { CellName } from './cell-names'
import type { Place } from './typescript'

/** How an evaluation ended. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `place` in the script is known when it could not be compiled. */
  | { readonly kind: 'thrown'; readonly thrown: unknown; readonly place?: Place }
  | { readonly kind: 'terminated' }

/** V8's REPL mode in this process: scripts share their variables, and may await. */
export interface Evaluator {
  evaluate(script: string): Promise<Evaluated>
  /**
   * What debuggers are told of a variable; no code of the user's runs for it.
   * @param name as V8 knows it
   * @returns `undefined` before it has a value
   */
  describe(name: string): Promise<Runtime.RemoteObject | undefined>
  /** Whether a script has declared these. */
  knows(names: ReadonlyMap<string, CellName>): Promise<boolean>
}

/** A value in a box, since a promise that resolves with a promise waits for it. */
interface Held {
  readonly value: unknown
}

/** Evaluated scripts hand their values over through this, since the inspector only describes them. */
const receiver = Symbol.for('ticketlab.receiveValue')

/** What V8 keeps for who has asked what a variable is. */
const described = 'ticketlab variables'

/** @param terminations how often V8 has been told to terminate what runs in this thread */
export function createEvaluator(terminations: () => number): Evaluator {
  const session = new Session()
  session.connect()

  const fetchObject = (objectId: string): Promise<Held> =>
    new Promise((resolve, reject) => {
      let value: unknown
      Object.defineProperty(globalThis, receiver, {
        configurable: true,
        value: (received: unknown) => (value = received),
      })
      session.post(
        'Runtime.callFunctionOn',
        {
          objectId,
          functionDeclaration: `function (value) { globalThis[Symbol.for('ticketlab.receiveValue')](value) }`,
          arguments: [{ objectId }],
          silent: true,
        },
        (error) => {
          session.post('Runtime.releaseObject', { objectId })
          if (error) reject(error)
          else resolve({ value })
        },
      )
    })

  const valueOf = async (object: Runtime.RemoteObject): Promise<Held> =>
    object.objectId === undefined ? { value: primitiveOf(object) } : fetchObject(object.objectId)

  return {
    async evaluate(script) {
      const before = terminations()
      const { error, result } = await new Promise<{
        error: Error | null
        result: Runtime.EvaluateReturnType | undefined
      }>((resolve) => {
        const parameters = { expression: script, replMode: true, awaitPromise: true }
        session.post('Runtime.evaluate', parameters, (error, result) =>
          resolve({ error, result: result as Runtime.EvaluateReturnType | undefined }),
        )
      })
      if (error) {
        // V8 words this differently from version to version, and sometimes as an internal error.
        if (terminations() > before) return { kind: 'terminated' }
        if (!/collected/i.test(error.message)) return { kind: 'thrown', thrown: error }
        const forgotten = new Error('The cell awaits a promise that nothing can fulfil any more.')
        forgotten.stack = `Error: ${forgotten.message}`
        return { kind: 'thrown', thrown: forgotten }
      }
      const { result: object, exceptionDetails: details } = result!
      if (!details) return { kind: 'value', ...(await valueOf(object)) }
      const thrown = details.exception ? (await valueOf(details.exception)).value : details.text
      const place = { line: details.lineNumber + 1, column: details.columnNumber + 1 }
      return { kind: 'thrown', thrown, place }
    },

    describe: (name) =>
      new Promise((resolve) => {
        const parameters = {
          ...{ expression: name, objectGroup: described, silent: true },
          ...{ generatePreview: true, throwOnSideEffect: true },
        }
        session.post('Runtime.evaluate', parameters, (error, result) => {
          const { result: object, exceptionDetails } = result as Partial<Runtime.EvaluateReturnType>
          session.post('Runtime.releaseObjectGroup', { objectGroup: described })
          resolve(error || exceptionDetails ? undefined : object)
        })
      }),

    knows: (names) =>
      new Promise((resolve, reject) => {
        session.post('Runtime.globalLexicalScopeNames', {}, (error, result) => {
          if (error) {
            reject(error)
            return
          }
          const lexical = new Set(result.names)
          // Functions are properties for good.
          const isFunction = (name: string): boolean =>
            Object.getOwnPropertyDescriptor(globalThis, name)?.configurable === false
          const isKnown = ({ internal, isFunction: is }: CellName): boolean =>
            is ? isFunction(internal) : lexical.has(internal)
          resolve([...names.values()].every(isKnown))
        })
      }),
  }
}

function primitiveOf(object: Runtime.RemoteObject): unknown {
  const text = object.unserializableValue
  if (text === undefined) return object.value
  return text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text)
}
