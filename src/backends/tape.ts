import type { Primitive, Shape } from './primitives'
import { shapesOf } from './shapes'

/** Primitives in the making: appends, and knows the shape of every value so far. */
export class Tape {
  readonly primitives: Primitive[] = []
  readonly #shapes = new Map<string, Shape>()

  /** @param given the values that exist before the first primitive */
  constructor(given: Readonly<Record<string, Shape>>) {
    for (const [name, shape] of Object.entries(given)) this.#define(name, shape)
  }

  append(primitive: Primitive): void {
    const shapes = shapesOf(primitive, (value) => this.shapeOf(value))
    this.primitives.push(primitive)
    for (const [name, shape] of Object.entries(shapes)) this.#define(name, shape)
  }

  shapeOf(value: string): Shape {
    const shape = this.#shapes.get(value)
    if (!shape) throw new RangeError(`Value ${value} is read before it is written.`)
    return shape
  }

  /** The shapes of all values. */
  shapes(): Record<string, Shape> {
    return Object.fromEntries(this.#shapes)
  }

  #define(name: string, shape: Shape): void {
    if (this.#shapes.has(name)) throw new RangeError(`Value ${name} is written twice.`)
    this.#shapes.set(name, shape)
  }
}
