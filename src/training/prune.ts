import { parametersOf } from '../networks/parameters'
import { TicketLabError } from '../support/errors'
import { randomStream, sample } from '../support/random'
import { sizeOf, type Mask, type Masks, type Tensor, type Tensors } from '../support/tensor'
import type { PruneTask } from './tasks'

/** What a prune task looks at, read from the store. */
export interface PruneInputs {
  readonly weights?: Tensors
  readonly previous?: Masks
}

/**
 * Makes the masks that a prune task describes. Exactly the asked number of weights is kept in every parameter;
 * a new mask is nested in the previous one, except for `shuffle`, which keeps the count of every parameter and
 * moves the places (the random-mask control). Weights of equal magnitude at the cut are chosen by the seed.
 *
 * @throws TicketLabError `bad-input` when more weights should be kept than are left, or none;
 *   `not-a-number` when a weight to be ranked is NaN
 */
export function prune(task: PruneTask, inputs: PruneInputs): Masks {
  if (task.criterion === 'shuffle') return shuffle(need(inputs.previous, 'a mask to shuffle'), task.seed)
  const masks: Record<string, Mask> = {}
  const shapes = new Map(parametersOf(task.network).map(({ name, shape }) => [name, shape]))
  for (const [name, count] of Object.entries(need(task.keep, 'the number of weights to keep'))) {
    const shape = need(shapes.get(name), `a parameter called ${name}`)
    const survivors = survivorsOf(inputs.previous?.[name], sizeOf(shape))
    checkCount(name, count, survivors.length)
    const stream = randomStream(task.seed, 'prune', name)
    const kept =
      task.criterion === 'random'
        ? sample(survivors, count, stream)
        : largest(name, need(inputs.weights?.[name], `weights of ${name}`), survivors, count, () =>
            stream.below(0x100000000),
          )
    masks[name] = maskOf(shape, kept)
  }
  return masks
}

/** The places, among `survivors`, of the `count` weights of largest magnitude. */
function largest(
  name: string,
  weights: Tensor,
  survivors: Uint32Array,
  count: number,
  tie: () => number,
): Uint32Array {
  const magnitudes = Float32Array.from(survivors, (place) => Math.abs(weights.data[place]!))
  const bad = magnitudes.findIndex(Number.isNaN)
  if (bad >= 0) {
    throw new TicketLabError(
      'not-a-number',
      `Expected numbers to rank by magnitude, found NaN at place ${survivors[bad]} of ${name}. ` +
        'Training diverged before pruning: lower the learning rate.',
    )
  }
  const cut = Float32Array.from(magnitudes).sort()[magnitudes.length - count]!
  const above = survivors.filter((_, i) => magnitudes[i]! > cut)
  const equal = survivors.filter((_, i) => magnitudes[i] === cut)
  const chosen = Array.from(equal, (place) => ({ place, key: tie() }))
    .sort((one, other) => one.key - other.key || one.place - other.place)
    .slice(0, count - above.length)
  return Uint32Array.from([...above, ...chosen.map(({ place }) => place)])
}

function shuffle(masks: Masks, seed: number): Masks {
  return Object.fromEntries(
    Object.entries(masks).map(([name, mask]) => {
      const everywhere = survivorsOf(undefined, mask.data.length)
      const kept = sample(everywhere, countKept(mask), randomStream(seed, 'shuffle', name))
      return [name, maskOf(mask.shape, kept)]
    }),
  )
}

/** The number of weights that a mask keeps. */
export function countKept(mask: Mask): number {
  return mask.data.reduce((sum, bit) => sum + bit, 0)
}

function maskOf(shape: readonly number[], kept: Uint32Array): Mask {
  const data = new Uint8Array(sizeOf(shape))
  for (const place of kept) data[place] = 1
  return { shape, data }
}

function survivorsOf(mask: Mask | undefined, size: number): Uint32Array {
  const all = Uint32Array.from({ length: size }, (_, i) => i)
  return mask ? all.filter((i) => mask.data[i] === 1) : all
}

function checkCount(name: string, count: number, left: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= left) return
  throw new TicketLabError(
    'bad-input',
    `Expected to keep between 1 and ${left} weights of ${name} (those still left), found ${count}. ` +
      'Use fewer levels or a lower pruning rate.',
  )
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TicketLabError('bad-input', `Pruning needs ${what}, but found none.`)
  return value
}
