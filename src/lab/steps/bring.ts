import { resolve } from 'node:path'
import { readCheckpoint, type CheckpointOptions } from '../../checkpoints/checkpoint'
import { keptCounts } from '../../experiments/density'
import type { Setup } from '../../experiments/setup'
import { givenMask, givenWeights, type MaskPlan, type WeightsPlan } from '../../experiments/steps'
import type { Network, Parameter } from '../../networks/network'
import { parametersOf } from '../../networks/parameters'
import { givenMaskOf, givenWeightsOf, type Given } from '../../runtime/given'
import { badInput, TicketLabError } from '../../support/errors'
import { unknownName } from '../../support/nearest'
import { isPlain, promiseAdvice, reading } from '../../support/plain'
import { show } from '../../support/show'
import { countsOf, sizeOf, type Masks, type Tensors } from '../../support/tensor'

/** Numbers of a parameter: a list as long as it has weights, or what has one under `data`, such as a tensor of results. */
export type Numbers = ArrayLike<number> | WithNumbers

/** What has numbers, such as a tensor or a mask of results. */
export interface WithNumbers {
  /** As many as the parameter has weights, row-major. */
  readonly data: ArrayLike<number>
}

/** Numbers by parameter name, such as `dense1/weights`. */
export type NumbersByName = Readonly<Record<string, Numbers>>

/** What was brought along: what graphs refer to, and what is to be written into the store. */
export interface Brought<Plan> {
  readonly plan: Plan
  readonly given: readonly Given[]
}

/**
 * Masks that a cell has made.
 * @param given by parameter, 1 to keep and 0 to prune, for all replicates; or a list of such, one for each
 * @throws TicketLabError `bad-input` for names that are no weights of the network, other lengths or numbers; `layer-died` where
 *   nothing is kept of a layer
 */
export function bringMask(
  setup: Setup,
  given: NumbersByName | readonly NumbersByName[],
  title: string,
  collapse: Setup['collapse'],
): Brought<MaskPlan> {
  const { network } = setup
  const all = listOfAll(given, 'masks')
  const masks = all.map((one): Masks => {
    const found = numbersIn(one, weightsOf(network), 'a mask')
    return Object.fromEntries(
      found.map(({ name, shape, numbers }) => [name, { shape, data: bitsOf(name, numbers) }]),
    )
  })
  for (const one of masks) if (collapse !== 'go on') checkAlive(one)
  return bringMasks(setup, masks, title)
}

/** The same of masks that are known to be right. */
export function bringMasks(setup: Setup, masks: readonly Masks[], title: string): Brought<MaskPlan> {
  const brought = masks.map((one) => givenMaskOf(setup.network, one))
  const full = keptCounts(setup, 0)
  const kept = brought.map(({ task }) => task.keep)
  const same = kept.every((one) => JSON.stringify(one) === JSON.stringify(kept[0]))
  const totals = masks.map((one) => Object.values(countsOf(one)).reduce((sum, count) => sum + count, 0))
  // Masks of replicates that keep differently are told by what they keep in the mean.
  const mean = Math.round(totals.reduce((sum, total) => sum + total, 0) / totals.length)
  const counts = same ? kept[0]! : { total: mean, among: Object.keys(masks[0]!) }
  const tasks = brought.map(({ task }) => task)
  return { plan: givenMask(setup, title, tasks, [...full, counts]), given: brought }
}

/** How `lab.weights` reads a file. */
export type WeightsSource = string | NumbersByName

/**
 * Weights that a file or a cell has, of as many replicates as there are sources.
 * @throws TicketLabError `bad-input` for what does not fit the network, `data-corrupt` for a damaged file
 */
export async function bringWeights(
  setup: Setup,
  sources: readonly WeightsSource[],
  options: CheckpointOptions,
  title: string,
): Promise<Brought<WeightsPlan>> {
  const { network } = setup
  const found = await Promise.all(
    sources.map(async (source) =>
      typeof source === 'string'
        ? readCheckpoint(resolve(source), network, options)
        : { weights: tensorsIn(network, source), masks: {} },
    ),
  )
  const own: Setup = { ...setup, replicates: found.length }
  const weights = found.map((one) => givenWeightsOf(network, one.weights))
  const plan = givenWeights(
    own,
    title,
    weights.map(({ task }) => task),
  )
  if (found.every(({ masks }) => Object.keys(masks).length === 0)) return { plan, given: weights }
  const mask = bringMasks(
    own,
    found.map(({ masks }) => masks),
    `${title}, pruned`,
  )
  return { plan: { ...plan, mask: mask.plan }, given: [...weights, ...mask.given] }
}

/** Every parameter of the network, of the lengths that it has. */
function tensorsIn(network: Network, given: NumbersByName): Tensors {
  const parameters = parametersOf(network)
  const found = numbersIn(given, parameters, 'weights')
  const missing = parameters.filter(({ name }) => !found.some((one) => one.name === name))
  if (missing.length > 0) {
    throw badInput(
      `every parameter of ${network.name} in weights`,
      `none of ${missing.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')}`,
      'Begin with those of lab.initialize(setup).weights().',
    )
  }
  return Object.fromEntries(
    found.map(({ name, shape, numbers }) => {
      const data = Float32Array.from(numbers)
      const bad = data.findIndex((value) => !Number.isFinite(value))
      if (bad < 0) return [name, { shape, data }]
      throw badInput(`finite numbers that single precision has in ${name}`, `${data[bad]} at place ${bad}`)
    }),
  )
}

function listOfAll(given: unknown, what: string): readonly NumbersByName[] {
  const all = reading(what, () => (Array.isArray(given) ? [...(given as unknown[])] : [given]))
  const bad = all.find((one) => !isPlain(one))
  if (all.length > 0 && bad === undefined) return all as NumbersByName[]
  throw badInput(
    `${what} by parameter name, such as { 'dense1/weights': [...] }, or a list of such, one for each replicate`,
    show(all.length === 0 ? given : bad),
    promiseAdvice(bad),
  )
}

interface Found extends Pick<Parameter, 'name' | 'shape'> {
  readonly numbers: Float64Array
}

/** @throws TicketLabError `bad-input` for a name that there is not, or another length */
function numbersIn(given: NumbersByName, parameters: readonly Parameter[], what: string): readonly Found[] {
  const entries = reading(what, () => Object.entries(given as Record<string, unknown>))
  if (entries.length === 0) throw badInput(`at least one parameter in ${what}`, 'none')
  return entries.map(([name, value]) => {
    const parameter = parameters.find((one) => one.name === name)
    if (!parameter) {
      const names = parameters.map((one) => one.name)
      throw unknownName(`parameters that ${what} may name`, name, names)
    }
    const numbers = reading(`${name} in ${what}`, () => listIn(value))
    const { shape } = parameter
    if (numbers?.length === sizeOf(shape)) return { name, shape, numbers }
    throw badInput(
      `${sizeOf(shape)} numbers of ${name} [${shape.join(', ')}] in ${what}`,
      numbers ? String(numbers.length) : show(value),
    )
  })
}

/** A list of numbers, given as such or as the data of a tensor. */
function listIn(value: unknown): Float64Array | undefined {
  const list: unknown = typeof value === 'object' && value !== null && 'data' in value ? value.data : value
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView))
  if (!isList) return undefined
  const isFine = ArrayBuffer.isView(list)
    ? !(list instanceof BigInt64Array || list instanceof BigUint64Array)
    : list.every((one: unknown) => typeof one === 'number' || typeof one === 'boolean')
  return isFine ? Float64Array.from(list as ArrayLike<number>) : undefined
}

function weightsOf(network: Network): readonly Parameter[] {
  return parametersOf(network).filter(({ role }) => role === 'weights')
}

function bitsOf(name: string, numbers: Float64Array): Uint8Array {
  const bad = numbers.findIndex((bit) => bit !== 0 && bit !== 1)
  if (bad < 0) return Uint8Array.from(numbers)
  throw badInput(`zeros and ones in the mask of ${name}`, `${numbers[bad]} at place ${bad}`)
}

/** @throws TicketLabError `layer-died` */
export function checkAlive(masks: Masks): void {
  const dead = Object.entries(masks).find(([, { data }]) => !data.includes(1))
  if (!dead) return
  throw new TicketLabError(
    'layer-died',
    `Expected at least one weight kept in every layer of a mask, found none in ${dead[0]}. ` +
      "Keep some, or say { collapse: 'go on' }.",
  )
}
