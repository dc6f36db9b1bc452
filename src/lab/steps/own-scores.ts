import { gradientsOf } from '../../experiments/gradients'
import type { MaskPlan, WeightsPlan } from '../../experiments/steps'
import { countsBelow, givenMask, maskOf } from '../../experiments/steps'
import { isTotal } from '../../experiments/density'
import { seedOf } from '../../experiments/setup'
import { givenMaskOf, type Given } from '../../runtime/given'
import { TicketLabError } from '../../support/errors'
import { show } from '../../support/show'
import { type Masks, type Tensor, type Tensors } from '../../support/tensor'
import { pruneByScores } from '../../training/prune'
import type { Scores } from '../../training/criteria/criterion'
import type { Pruning } from '../asked/prune-options'
import type { OwnScores, ScoredLayer } from './scored-layer'
import type { Compute } from './workshop'

/** What is read of a replicate, all by parameter name. */
interface Inputs {
  readonly weights: Tensors
  readonly initial: Tensors
  readonly previous: Masks | undefined
  readonly gradients: Later<Tensors>
}

/** What is computed once somebody asks for it. */
interface Later<Value> {
  /** Absent until {@link get} was called. */
  readonly value: Value | undefined
  get(): Promise<Value>
}

/**
 * Masks by a criterion of one's own, of every replicate; exactly as many weights are kept as by the criteria of the product,
 * and ties are decided as for those.
 * @returns the masks as what graphs refer to, and what is to be written into the store
 * @throws TicketLabError `bad-input` for scores that are no numbers or of another length, and what the function throws, with
 *   layer, level and replicate; `not-a-number` for a NaN
 */
export async function pruneByOwn(
  weights: WeightsPlan,
  { setup, title, how }: Pruning,
  scores: OwnScores,
  compute: Compute,
): Promise<{ readonly mask: MaskPlan; readonly given: readonly Given[] }> {
  const counts = countsBelow(setup, weights.mask, how)
  const keep = counts.at(-1)!
  const wanted = [...weights.at, ...weights.initial].map(({ task }) => task)
  const reader = await compute(wanted, weights.tasks, weights.title)
  const gradients = later(async () => {
    const { at, tasks } = gradientsOf(weights)
    const taken = await compute(
      at.map(({ task }) => task),
      tasks,
      `gradients of ${weights.title}`,
    )
    return Promise.all(at.map((one) => taken.readWeights(one)))
  })
  const given: ReturnType<typeof givenMaskOf>[] = []
  for (const [index, at] of weights.at.entries()) {
    const replicate = index + 1
    const inputs: Inputs = {
      weights: await reader.readWeights(at),
      initial: await reader.readWeights(weights.initial[index]!),
      previous: weights.mask && (await reader.readMask(maskOf(weights.mask, replicate))),
      gradients: part(gradients, (all) => all[index]!),
    }
    const place = { replicate, level: counts.length - 1 }
    const found = await scoresOf(isTotal(keep) ? keep.among : Object.keys(keep), inputs, place, scores)
    const { network, collapse } = setup
    const masks = told(place, () =>
      pruneByScores(
        {
          ...{ network, seed: seedOf(setup, replicate) },
          ...(isTotal(keep) ? { keepTotal: { count: keep.total, among: keep.among } } : { keep }),
          ...(collapse === undefined ? {} : { collapse }),
        },
        found,
        inputs.previous,
      ),
    )
    given.push(givenMaskOf(network, masks))
  }
  const tasks = given.map(({ task }) => task)
  return { mask: givenMask(setup, title, tasks, counts), given }
}

type Place = Pick<ScoredLayer, 'replicate' | 'level'>

async function scoresOf(
  names: readonly string[],
  { weights, initial, previous, gradients }: Inputs,
  place: Place,
  scores: OwnScores,
): Promise<Scores> {
  const all: Record<string, Float64Array> = {}
  for (const name of names) {
    const { shape, data } = weights[name]!
    const layer = (): Omit<ScoredLayer, 'gradients'> => ({
      ...{ name, shape: [...shape], ...place },
      ...{ weights: data.slice(), initial: initial[name]!.data.slice() },
      mask: previous?.[name]?.data.slice() ?? new Uint8Array(data.length).fill(1),
    })
    const ofLayer = part(gradients, (own) => own[name]!)
    all[name] = checked(await call(scores, layer, ofLayer), weights[name]!, { name, ...place })
  }
  return all
}

/** Ends a call that reads gradients before they are taken. */
class GradientsWanted extends Error {
  constructor() {
    super('Gradients are taken now that they were read, and the criterion is called anew.')
  }
}

/** Calls the function; again with gradients, once they are taken, where it has asked for them. */
async function call(
  scores: OwnScores,
  layer: () => Omit<ScoredLayer, 'gradients'>,
  gradients: Later<Tensor>,
): Promise<unknown> {
  const reading = { asked: false }
  const own = Object.defineProperty(layer(), 'gradients', {
    enumerable: true,
    get() {
      if (gradients.value) return gradients.value.data.slice()
      reading.asked = true
      throw new GradientsWanted()
    },
  }) as ScoredLayer
  try {
    const found: unknown = await scores(own)
    // Asked in a try that went on without them.
    if (!reading.asked) return found
  } catch (error) {
    if (!reading.asked) throw failureOf(own, error)
  }
  await gradients.get()
  return call(scores, layer, gradients)
}

function failureOf(layer: ScoredLayer, error: unknown): TicketLabError {
  const message = error instanceof Error ? error.message : show(error)
  return new TicketLabError(
    'bad-input',
    `The criterion of one's own failed ${placeText(layer, layer.name)}: ${message}`,
    { cause: error },
  )
}

/** @throws TicketLabError `bad-input` for what is no list of as many numbers as there are weights */
function checked(found: unknown, { data }: Tensor, layer: Place & { readonly name: string }): Float64Array {
  const where = placeText(layer, layer.name)
  const expected = `Expected ${data.length} scores ${where}, one for each weight`
  const list =
    typeof found === 'object' && found !== null && 'length' in found
      ? (found as ArrayLike<unknown>)
      : undefined
  if (!list || typeof list.length !== 'number') {
    throw new TicketLabError('bad-input', `${expected}, found ${show(found)}. Return a list of numbers.`)
  }
  if (list.length !== data.length) {
    throw new TicketLabError('bad-input', `${expected}, found ${list.length}.`)
  }
  const numbers = new Float64Array(data.length)
  for (let i = 0; i < numbers.length; i++) {
    const value = list[i]
    if (typeof value !== 'number') {
      throw new TicketLabError('bad-input', `${expected}, found ${show(value)} at place ${i}.`)
    }
    numbers[i] = value
  }
  return numbers
}

/** What is done, with where it failed if it does. */
function told<Result>({ level, replicate }: Place, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof TicketLabError)) throw error
    throw new TicketLabError(error.code, `At level ${level}, replicate ${replicate}: ${error.message}`, {
      cause: error,
    })
  }
}

function placeText({ level, replicate }: Place, name: string): string {
  return `for ${name} at level ${level}, replicate ${replicate}`
}

function later<Value>(make: () => Promise<Value>): Later<Value> {
  let value: Value | undefined
  return {
    get value() {
      return value
    },
    get: async () => (value ??= await make()),
  }
}

/** A part of what is computed once it, or the whole, is asked for. */
function part<Whole, Part>(whole: Later<Whole>, of: (whole: Whole) => Part): Later<Part> {
  return {
    get value() {
      return whole.value === undefined ? undefined : of(whole.value)
    },
    get: async () => of(await whole.get()),
  }
}
