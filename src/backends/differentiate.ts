import { readsOf, writesOf } from './ends'
import type { Primitive, Shape } from './primitives'
import { applyRule, gradientOf } from './rules'
import type { Contribute } from './rules'
import { Tape } from './tape'

/** The derivative of a scalar by some values, as primitives to run after those it was derived from. */
export interface Derivative {
  readonly primitives: readonly Primitive[]
  /** Where the derivative by each value asked for is found. */
  readonly gradients: Readonly<Record<string, string>>
  /** The shapes of all values, those given included. */
  readonly shapes: Readonly<Record<string, Shape>>
}

/**
 * Reverse-mode differentiation of a program.
 * @param given shapes of the values that exist before the first primitive
 * @param loss a scalar that `forward` writes
 * @param by the values to differentiate by; others cost nothing
 */
export function differentiate(
  forward: readonly Primitive[],
  given: Readonly<Record<string, Shape>>,
  loss: string,
  by: readonly string[],
): Derivative {
  const tape = new Tape(given)
  for (const primitive of forward) tape.append(primitive)
  const forwardLength = tape.primitives.length
  const active = dependents(forward, by)
  const found = new Map<string, string>()
  const parts = new Map<string, number>()

  tape.append({ op: 'constant', value: 1, output: gradientOf(loss) })
  found.set(loss, gradientOf(loss))
  for (const primitive of [...forward].reverse()) {
    const contribute: Contribute = (value, part) => {
      if (!active.has(value)) return
      const earlier = found.get(value)
      const uses = (parts.get(value) ?? 0) + 1
      parts.set(value, uses)
      const name = uses === 1 ? gradientOf(value) : `${gradientOf(value)}#${uses}`
      if (typeof part !== 'string') tape.append(part(name))
      const added = typeof part === 'string' ? part : name
      if (earlier !== undefined) {
        tape.append({ op: 'add', left: earlier, right: added, output: `${name}+` })
      }
      found.set(value, earlier === undefined ? added : `${name}+`)
    }
    applyRule(primitive, { gradient: (value) => found.get(value), active, contribute, tape })
  }
  const gradients = Object.fromEntries(
    by.map((value) => {
      const gradient = found.get(value)
      if (gradient === undefined) throw new RangeError(`The loss does not depend on ${value}.`)
      return [value, gradient]
    }),
  )
  return { primitives: tape.primitives.slice(forwardLength), gradients, shapes: tape.shapes() }
}

/** Every value that depends on one of `sources`, these included. */
function dependents(primitives: readonly Primitive[], sources: readonly string[]): Set<string> {
  const active = new Set(sources)
  for (const primitive of primitives) {
    if (!readsOf(primitive).some((value) => active.has(value))) continue
    for (const value of writesOf(primitive)) active.add(value)
  }
  return active
}
