import { readsOf, writesOf } from '../ends'
import type { Primitive } from '../primitives'

/** A primitive with those after it that are computed on the way out of it. */
export interface Step {
  readonly primitive: Primitive
  /** A bias that is added to its output. */
  readonly bias?: string
  readonly relu?: boolean
  /** What it writes instead of its output, when something is computed on the way. */
  readonly output?: string
}

/** What a step reads and writes. */
export function endsOf({ primitive, bias, output }: Step): {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
} {
  const writes = writesOf(primitive)
  return {
    reads: [...readsOf(primitive), ...(bias === undefined ? [] : [bias])],
    writes: output === undefined ? writes : [output, ...writes.slice(1)],
  }
}

/**
 * Lets convolutions and batch norm add the bias that follows them and apply relu themselves, where nobody reads what
 * is in between. Changes no bit of the results, only how often memory is read.
 */
export function fuse(primitives: readonly Primitive[]): readonly Step[] {
  const readers = new Map<string, Primitive[]>()
  for (const primitive of primitives) {
    for (const value of readsOf(primitive)) readers.set(value, [...(readers.get(value) ?? []), primitive])
  }
  const done = new Set<Primitive>()
  return primitives.flatMap((primitive): Step[] => {
    if (done.has(primitive)) return []
    if (!['convolution', 'batchNorm', 'batchNormInference'].includes(primitive.op)) return [{ primitive }]
    let step: Step = { primitive }
    let output = writesOf(primitive)[0]!
    for (;;) {
      const [next, ...others] = readers.get(output) ?? []
      if (!next || others.length > 0 || step.relu) return [step]
      if (next.op === 'addBias' && next.input === output && primitive.op === 'convolution' && !step.bias) {
        step = { ...step, bias: next.bias, output: next.output }
      } else if (next.op === 'relu') {
        step = { ...step, relu: true, output: next.output }
      } else return [step]
      done.add(next)
      output = step.output!
    }
  })
}

/** Where values lie in a piece of memory that they share. */
export interface Plan {
  readonly offsets: ReadonlyMap<string, number>
  /** How large the piece must be. */
  readonly bytes: number
}

/** Bytes between values, because kernels may read a little further than a value goes. */
const gap = 64

/**
 * Gives values places, in the order of steps: a place is free again after the last step that reads its value. A value
 * that is only a view of another one shares its place, and elementwise steps write over what nobody reads any more.
 * @param bytes of a value; undefined for one that lies elsewhere
 */
export function plan(steps: readonly Step[], bytes: (value: string) => number | undefined): Plan {
  const last = lastUses(steps)
  const offsets = new Map<string, number>()
  /** The values that are still needed, in the order of their places; views overlap what they are views of. */
  let taken: { value: string; from: number; to: number }[] = []
  let top = 0
  const take = (value: string, from: number, to: number): void => {
    taken.push({ value, from, to })
    taken.sort((one, other) => one.from - other.from)
    offsets.set(value, from)
    top = Math.max(top, to)
  }
  steps.forEach((step, index) => {
    const ends = (value: string): boolean => (last.get(value) ?? index) <= index
    for (const value of endsOf(step).writes) {
      const size = bytes(value)
      if (size === undefined) continue
      const view = step.primitive.op === 'reshape' ? step.primitive.input : undefined
      const base = view ?? overwritten(step, bytes)
      const there = taken.find((piece) => piece.value === base)
      const free = there && taken.every((piece) => piece.from !== there.from || ends(piece.value))
      if (there && (view !== undefined || free)) take(value, there.from, there.to)
      else if (view === undefined) {
        const from = firstGap(taken, size + gap)
        take(value, from, from + size + gap)
      }
    }
    taken = taken.filter(({ value }) => !ends(value))
  })
  return { offsets, bytes: top }
}

/** The last step that reads a value; absent for what nobody reads. */
function lastUses(steps: readonly Step[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>()
  steps.forEach((step, index) => {
    for (const value of endsOf(step).reads) last.set(value, index)
  })
  return last
}

/** The value that a step may write its output over, number by number. */
function overwritten({ primitive }: Step, bytes: (value: string) => number | undefined): string | undefined {
  switch (primitive.op) {
    case 'relu':
    case 'addBias':
    case 'scaleRows':
      return primitive.input
    case 'reluGradient':
    case 'batchNormGradient':
      return primitive.gradient
    case 'add':
    case 'multiply':
      return bytes(primitive.left) === undefined ? primitive.right : primitive.left
    // Those that read numbers of other places, or write numbers of another size.
    case 'averagePool':
    case 'averagePoolGradient':
    case 'batchNorm':
    case 'batchNormCurvature':
    case 'batchNormInference':
    case 'biasGradient':
    case 'channels':
    case 'concatenate':
    case 'constant':
    case 'convolution':
    case 'convolutionFilterGradient':
    case 'convolutionInputGradient':
    case 'correct':
    case 'dropout':
    case 'globalAveragePool':
    case 'globalAveragePoolGradient':
    case 'matmul':
    case 'maxPool':
    case 'maxPoolGradient':
    case 'maxPoolTangent':
    case 'mean':
    case 'reshape':
    case 'rowDot':
    case 'softmaxCrossEntropy':
    case 'softmaxGradient':
    case 'spread':
      return undefined
  }
}

/** The lowest place where so many bytes fit between what is taken. */
function firstGap(taken: readonly { from: number; to: number }[], size: number): number {
  let from = 0
  for (const piece of taken) {
    if (piece.from - from >= size) return from
    from = Math.max(from, piece.to)
  }
  return from
}
