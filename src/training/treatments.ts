import { parametersOf } from '../networks/parameters'
import { badInput } from '../support/errors'
import { permutation, randomStream, type RandomStream } from '../support/random'
import type { Masks, Tensor, Tensors } from '../support/tensor'
import type { PrunedTreatment, Treatment, TreatTask } from '../tasks/tasks'

/** The weights of a layer that are kept, and what others may be made of. */
interface KeptWeights {
  /** What they began with. */
  readonly initial: Float32Array
  /** Standard deviation of what all weights of the layer began with, pruned ones too. */
  readonly deviation: number
  /** What they began with in another draw, for treatments that draw weights. */
  readonly drawn: Float32Array
  readonly stream: RandomStream
}

/** What is known of a treatment. */
interface TreatmentKind {
  /** What is drawn for it: weights once more, orders or signs by a seed, or nothing. */
  readonly draws: 'weights' | 'by seed' | 'nothing'
  /** What plots call it. */
  readonly words: string
  /** What kept weights begin with in place of their own, in their order. */
  readonly made: (kept: KeptWeights) => Float32Array
}

/** What may become of kept weights (Zhou et al. 2019, section 5). */
export const treatments: { readonly [K in Treatment]: TreatmentKind } = {
  'random-reinit-same-sign': {
    draws: 'weights',
    words: 'random reinit, same sign',
    made: ({ initial, drawn }) => signedAs(initial, drawn),
  },
  reshuffle: { draws: 'by seed', words: 'reshuffle', made: reshuffled },
  'reshuffle-same-sign': {
    draws: 'by seed',
    words: 'reshuffle, same sign',
    made: (kept) => signedAs(kept.initial, reshuffled(kept)),
  },
  constant: {
    draws: 'by seed',
    words: 'constant, random sign',
    made: ({ initial, deviation, stream }) =>
      initial.map(() => (stream.below(2) === 0 ? -deviation : deviation)),
  },
  'constant-same-sign': {
    draws: 'nothing',
    words: 'constant, same sign',
    made: ({ initial, deviation }) => signedAs(initial, new Float32Array(initial.length).fill(deviation)),
  },
}

/** What treatments look at besides the weights that they change. */
export interface TreatmentInputs {
  /** Of pruned parameters; of others all weights are kept. */
  readonly masks: Masks
  /** Another draw of the same weights. */
  readonly drawn?: Tensors | undefined
  /** What training has made of them. */
  readonly trained?: Tensors | undefined
}

/**
 * Weights of which those that are kept, or those that are pruned, begin with others: of every layer by itself. The others,
 * biases and what batch norm has stay as they are.
 * @throws TicketLabError `bad-input` where a treatment lacks what it looks at
 */
export function treat(
  task: Pick<TreatTask, 'network' | 'how' | 'seed'>,
  weights: Tensors,
  { masks, drawn, trained }: TreatmentInputs,
): Tensors {
  const { network, how, seed } = task
  if (how === 'zero-decreased') return withoutDecreased(how, weights, masks, trained)
  const { draws, made } = treatments[how]
  const missing = { weights: drawn, 'by seed': seed, nothing: true }[draws] === undefined
  if (missing) throw badInput(`what ${how} draws (${draws})`, 'nothing')
  const names = new Set(parametersOf(network).flatMap(({ name, role }) => (role === 'weights' ? [name] : [])))
  return mapped(weights, (name, { shape, data }) => {
    if (!names.has(name)) return { shape, data }
    const isKept = (_: number, at: number): boolean => masks[name]?.data[at] !== 0
    const treated = made({
      initial: data.filter(isKept),
      deviation: deviationOf(data),
      drawn: (drawn ?? weights)[name]!.data.filter(isKept),
      stream: randomStream(seed ?? 0, 'treat', name),
    })
    let next = 0
    return { shape, data: data.map((own, at) => (isKept(own, at) ? treated[next++]! : own)) }
  })
}

/** The same with 0 for pruned weights that have become smaller. */
function withoutDecreased(
  how: PrunedTreatment,
  weights: Tensors,
  masks: Masks,
  trained: Tensors | undefined,
): Tensors {
  if (!trained) throw badInput(`what training has made of weights for ${how}`, 'nothing')
  return mapped(weights, (name, { shape, data }) => {
    const [mask, final] = [masks[name]?.data, trained[name]!.data]
    const isZero = (own: number, at: number): boolean =>
      mask?.[at] === 0 && Math.abs(final[at]!) < Math.abs(own)
    return { shape, data: data.map((own, at) => (isZero(own, at) ? 0 : own)) }
  })
}

function mapped(tensors: Tensors, change: (name: string, tensor: Tensor) => Tensor): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(name, tensor)]))
}

function reshuffled({ initial, stream }: KeptWeights): Float32Array {
  const order = permutation(initial.length, stream)
  return initial.map((_, at) => initial[order[at]!]!)
}

/** Magnitudes with the signs of other numbers; 0 where those are 0. */
function signedAs(signs: Float32Array, magnitudes: Float32Array): Float32Array {
  return magnitudes.map((magnitude, at) => Math.sign(signs[at]!) * Math.abs(magnitude))
}

/** Of all numbers, not of a sample: summed in double precision, in their order. */
function deviationOf(numbers: Float32Array): number {
  let sum = 0
  for (const number of numbers) sum += number
  const mean = sum / numbers.length
  let squares = 0
  for (const number of numbers) squares += (number - mean) ** 2
  return Math.sqrt(squares / numbers.length)
}
