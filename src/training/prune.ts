import { parametersOf } from '../networks/parameters'
import { TicketLabError } from '../support/errors'
import { randomStream, sample, type RandomStream } from '../support/random'
import { keepLargest, type Ranked } from '../support/select'
import { countKept, sizeOf, type Masks, type Tensors } from '../support/tensor'
import type { Criterion, PruneTask } from '../tasks/tasks'
import { criteria } from './criteria/all'
import type { Ranking, Scores } from './criteria/criterion'

/** What a prune task looks at, read from the store or computed from that. */
export interface PruneInputs {
  /** What criteria rank that look at nothing but a weight itself. */
  readonly weights?: Tensors
  /** W_0, for criteria that look at what became of it. */
  readonly initial?: Tensors
  /** What criteria rank that take derivatives. */
  readonly scores?: Scores
  readonly previous?: Masks
}

/**
 * Makes the masks that a prune task describes. Exactly the asked number of weights is kept, in every parameter or in
 * all that are ranked together; a new mask is nested in the previous one, except for `shuffle`, which keeps the count
 * of every parameter and moves the places (the random-mask control). Weights of equal rank at the cut are chosen by the
 * seed.
 *
 * @throws TicketLabError `bad-input` when more weights should be kept than are left, or none; `layer-died` when ranking
 *   parameters together leaves nothing of one; `not-a-number` when a weight to be ranked is NaN
 */
export function prune(task: PruneTask, inputs: PruneInputs): Masks {
  const { criterion } = task
  if (criterion === 'shuffle') return shuffle(need(inputs.previous, 'a mask to shuffle'), task.seed)
  const { ranking } = criteria[criterion]
  return keepIn(task, inputs.previous, (pool, count, stream) =>
    ranking.by === 'lot'
      ? chosen(pool, sample(indicesUpTo(pool.size), count, stream))
      : largest(rankedIn(ranking, inputs, pool), pool, count, stream, notANumber(criterion)),
  )
}

/** How many weights of what are kept: that part of a prune task which does not say by what they are ranked. */
export type Kept = Pick<PruneTask, 'network' | 'keep' | 'keepTotal' | 'collapse' | 'seed'>

/**
 * The same by scores that somebody else has given: the largest are kept, ties decided as for every criterion.
 * @param scores a number for each weight, by parameter
 * @throws TicketLabError as {@link prune}; `not-a-number` says of which parameter
 */
export function pruneByScores(kept: Kept, scores: Scores, previous?: Masks): Masks {
  return keepIn(kept, previous, (pool, count, stream) => {
    const ranked = rankedIn({ by: 'derivatives' }, { scores }, pool)
    return largest(ranked, pool, count, stream, (name, place) => {
      const advice = 'Return a number for every weight, which may be -Infinity for one to be pruned first.'
      return `Expected scores that are numbers, found NaN at place ${place} of ${name}. ${advice}`
    })
  })
}

/** Chooses what is kept in every group of parameters that are ranked together. */
function keepIn(
  kept: Kept,
  previous: Masks | undefined,
  choose: (pool: Pool, count: number, stream: RandomStream) => Masks,
): Masks {
  const sizes = sizesOf(kept)
  const masks = groupsOf(kept).map(({ names, count, label }) => {
    const pool = poolOf(names, sizes, previous)
    checkCount(label, count, pool.size)
    const stream = randomStream(kept.seed, 'prune', ...(names.length === 1 ? names : ['all', ...names]))
    return choose(pool, count, stream)
  })
  const all: Masks = Object.fromEntries(masks.flatMap((group) => Object.entries(group)))
  if (kept.keepTotal && kept.collapse !== 'go on') checkAlive(all, kept.keepTotal.count)
  return all
}

/** Parameters that are ranked together, and how many of their weights are kept. */
interface Group {
  readonly names: readonly string[]
  readonly count: number
  /** For errors. */
  readonly label: string
}

function groupsOf({ keep, keepTotal }: Kept): readonly Group[] {
  if (keepTotal) {
    const { among: names, count } = keepTotal
    return [{ names, count, label: names.length === 1 ? names[0]! : `${names.length} parameters together` }]
  }
  return Object.entries(need(keep, 'the number of weights to keep')).map(([name, count]) => ({
    names: [name],
    count,
    label: name,
  }))
}

/** The surviving weights of some parameters, one parameter after the other. */
interface Pool {
  readonly size: number
  readonly parts: readonly PoolPart[]
}

interface PoolPart {
  readonly name: string
  readonly shape: readonly number[]
  /** 1 where a weight is left. */
  readonly left: Uint8Array
}

function poolOf(
  names: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
  previous: Masks | undefined,
): Pool {
  const parts = names.map((name): PoolPart => {
    const shape = need(shapes.get(name), `a parameter called ${name}`)
    return { name, shape, left: previous?.[name]?.data ?? new Uint8Array(sizeOf(shape)).fill(1) }
  })
  return { size: parts.reduce((sum, { shape, left }) => sum + countKept({ shape, data: left }), 0), parts }
}

/** What is ranked, for each part of the pool. */
function rankedIn(
  ranking: Extract<Ranking, { by: 'value' | 'change' }> | { readonly by: 'derivatives' },
  { weights, initial, scores }: PruneInputs,
  { parts }: Pool,
): readonly Ranked[] {
  const numbersOf = (name: string): Ranked['numbers'] => {
    switch (ranking.by) {
      case 'value':
        return ranking.valuesOf(need(weights?.[name], `weights of ${name}`).data)
      case 'change': {
        const final = need(weights?.[name], `weights of ${name}`).data
        return ranking.valuesOf(final, need(initial?.[name], `initial weights of ${name}`).data)
      }
      case 'derivatives':
        return need(scores?.[name], `scores of ${name}`)
    }
  }
  return parts.map(({ name, left }) => ({ numbers: numbersOf(name), kept: left }))
}

/**
 * The masks that keep the `count` largest numbers of a pool, drawing lots among equal ones.
 * @param notANumber what is said of a number that is none
 */
function largest(
  ranked: readonly Ranked[],
  pool: Pool,
  count: number,
  stream: RandomStream,
  notANumber: (name: string, place: number) => string,
): Masks {
  const bits = keepLargest(ranked, pool.size, count, () => stream.uint32())
  if (!bits) throw new TicketLabError('not-a-number', notANumber(...placeOfNaN(ranked, pool)))
  return Object.fromEntries(pool.parts.map(({ name, shape }, part) => [name, { shape, data: bits[part]! }]))
}

/** The masks that keep those weights of a pool whose indices in it were chosen. */
function chosen({ parts, size }: Pool, indices: Uint32Array): Masks {
  const isKept = new Uint8Array(size)
  for (const index of indices) isKept[index] = 1
  let next = 0
  return Object.fromEntries(
    parts.map(({ name, shape, left }) => {
      const data = new Uint8Array(left.length)
      for (let i = 0; i < data.length; i++) if (left[i] === 1) data[i] = isKept[next++]!
      return [name, { shape, data }]
    }),
  )
}

function shuffle(masks: Masks, seed: number): Masks {
  return Object.fromEntries(
    Object.entries(masks).map(([name, { shape, data }]) => {
      const kept = sample(
        indicesUpTo(data.length),
        countKept({ shape, data }),
        randomStream(seed, 'shuffle', name),
      )
      const shuffled = new Uint8Array(data.length)
      for (const place of kept) shuffled[place] = 1
      return [name, { shape, data: shuffled }]
    }),
  )
}

function indicesUpTo(length: number): Uint32Array {
  const indices = new Uint32Array(length)
  for (let i = 0; i < length; i++) indices[i] = i
  return indices
}

function sizesOf({ network }: Pick<PruneTask, 'network'>): ReadonlyMap<string, readonly number[]> {
  return new Map(parametersOf(network).map(({ name, shape }) => [name, shape]))
}

function checkCount(name: string, count: number, left: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= left) return
  throw new TicketLabError(
    'bad-input',
    `Expected to keep between 1 and ${left} weights of ${name} (those still left), found ${count}. ` +
      'Use fewer levels or a lower pruning rate.',
  )
}

/** No signal passes a layer of which nothing is left: what is trained then is not the network. */
function checkAlive(masks: Masks, kept: number): void {
  const dead = Object.entries(masks).find(([, { data }]) => !data.includes(1))
  if (!dead) return
  const [name, { data }] = dead
  throw new TicketLabError(
    'layer-died',
    `Expected at least one weight left in every layer, found 0 of ${data.length} in ${name} ` +
      `when ${kept} weights of ${Object.keys(masks).length} layers together are kept. ` +
      "Use fewer levels, prune by layer (scope: 'layer'), name the layer in neverPruned, " +
      "or go on with the empty layer, as the papers do (collapse: 'go on').",
  )
}

/** The parameter, and the place in it, of a number that is none. */
function placeOfNaN(ranked: readonly Ranked[], { parts }: Pool): [string, number] {
  const places = ranked.map(({ numbers, kept }) =>
    numbers.findIndex((value, i) => Number.isNaN(value) && kept[i] === 1),
  )
  const part = places.findIndex((found) => found >= 0)
  return [parts[part]!.name, places[part]!]
}

function notANumber(criterion: Criterion): (name: string, place: number) => string {
  return (name, place) =>
    criteria[criterion].ranking.by !== 'derivatives'
      ? `Expected numbers to rank by ${criterion}, found NaN at place ${place} of ${name}. ` +
        'Training diverged before pruning: lower the learning rate.'
      : `Expected numbers to rank weights by, found NaN at place ${place} of ${name}: ` +
        'a derivative of the loss is not a number.'
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TicketLabError('bad-input', `Pruning needs ${what}, but found none.`)
  return value
}
