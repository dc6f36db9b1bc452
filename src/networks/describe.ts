import { TicketLabError } from '../support/errors'
import { unknownName } from '../support/nearest'
import { isPlain, plainCopy, reading } from '../support/plain'
import { show } from '../support/show'
import { checkNetwork } from './check'
import type { Network } from './network'
import { networkByName, type Form } from './zoo'

type Members = Readonly<Record<string, unknown>>

/** 10,000 layers with their lists, 50 inside of each other: a residual block or a branch is up to three deep. */
export const networkLimits = { deep: 150, parts: 30_000 }

const example =
  "{ input: [32, 32, 3], layers: [{ kind: 'convolution', filters: 16 }, ..., { kind: 'dense', units: 10 }] }"

/**
 * A network from what a cell says of it: the name of one in the zoo, or `{ input, layers, name?, classes? }`.
 *
 * What is left out is completed. Names count up per kind (`conv1`, `dense1`, `pool1`, `block1`; the last layer is
 * `output`, the shortcut of `block1` is `block1-shortcut`). The activation is relu, but nothing for the last layer, for
 * shortcuts and for the last layer of a residual block, whose sum is activated. Classes are the last layer's units.
 *
 * Options that repeat a default are left out of the result, so that equal networks have equal digests.
 * @param form other examples and classes for a network of the zoo
 * @throws TicketLabError `bad-input` naming the layer, what it got and what was expected
 */
export function networkOf(description: unknown, form: Partial<Form> = {}): Network {
  return reading('a network', () => complete(description, form))
}

function complete(description: unknown, form: Partial<Form>): Network {
  if (typeof description === 'string') {
    checkMembers(form, ['input', 'classes'], `what "${description}" is fitted to`)
    const network = networkByName(description, form)
    checkNetwork(network)
    return network
  }
  if (!isPlain(description)) {
    throw badInput(`Expected the name of a network or ${example}, found ${show(description)}.`)
  }
  const copied = plainCopy(description, 'a network', networkLimits) as Members
  checkMembers(copied, ['input', 'layers', 'name', 'classes'], 'a network')
  const { name = 'network' } = copied
  if (typeof name !== 'string' || name.trim() === '' || name.length > 80 || /\p{Cc}/u.test(name)) {
    throw badInput(`The name of a network must be a text of at most 80 characters, found ${show(name)}.`)
  }
  if (!Array.isArray(copied.layers)) {
    throw badInput(`Network "${name}" needs a list of layers, such as ${example}.`)
  }
  const given: readonly unknown[] = copied.layers
  const last = given.at(-1)
  const units = isObject(last) && last.kind === 'dense' ? last.units : undefined
  const network = {
    name,
    input: copied.input,
    layers: new Completion(given).layers(given),
    classes: copied.classes === undefined ? units : copied.classes,
  } as Network
  checkNetwork(network)
  return network
}

function checkMembers(given: object, members: readonly string[], what: string): void {
  const unknown = Object.keys(given).find((member) => !members.includes(member))
  if (unknown !== undefined) throw unknownName(`an option of ${what}`, unknown, members)
}

/** How layers of a kind are called. */
const stems: Readonly<Record<string, string>> = {
  dense: 'dense',
  convolution: 'conv',
  'max-pool': 'pool',
  'average-pool': 'pool',
  'global-average-pool': 'pool',
  dropout: 'dropout',
  residual: 'block',
  branches: 'branches',
}

/** Fills in names and activations, depth first. What is no layer stays as it is, for the check to find. */
class Completion {
  readonly #taken: Set<string>
  readonly #last: unknown
  readonly #counts = new Map<string, number>()

  constructor(layers: readonly unknown[]) {
    this.#taken = new Set(namesIn(layers))
    this.#last = layers.at(-1)
  }

  layers(given: readonly unknown[], activationOfLast?: 'none'): unknown[] {
    return given.map((layer, index) =>
      this.#layer(layer, index === given.length - 1 ? activationOfLast : undefined),
    )
  }

  #layer(given: unknown, standard?: 'none', shortcutOf?: string): unknown {
    if (!isObject(given)) return given
    const { kind } = given
    const name = given.name ?? this.#name(given, shortcutOf)
    const activation =
      kind === 'dense' || kind === 'convolution' || kind === 'residual'
        ? { activation: given.activation ?? standard ?? (given === this.#last ? 'none' : 'relu') }
        : {}
    return withoutDefaults({ ...given, name, ...activation, ...this.#inside(given, name) })
  }

  /** The layers inside of a block or of branches. */
  #inside(given: Members, name: unknown): Members {
    const { kind, layers, shortcut, branches } = given
    if (kind === 'residual' && Array.isArray(layers)) {
      const inside = this.layers(layers, 'none')
      const short = isObject(shortcut) ? { shortcut: this.#layer(shortcut, 'none', String(name)) } : {}
      return { layers: inside, ...short }
    }
    if (kind === 'branches' && Array.isArray(branches)) {
      const complete = (branch: unknown): unknown => (Array.isArray(branch) ? this.layers(branch) : branch)
      return { branches: branches.map(complete) }
    }
    return {}
  }

  #name(layer: Members, shortcutOf?: string): string | undefined {
    if (shortcutOf !== undefined) return `${shortcutOf}-shortcut`
    if (layer === this.#last && layer.kind === 'dense' && !this.#taken.has('output')) return 'output'
    const stem =
      typeof layer.kind === 'string' && Object.hasOwn(stems, layer.kind) ? stems[layer.kind]! : 'layer'
    for (;;) {
      const number = (this.#counts.get(stem) ?? 0) + 1
      this.#counts.set(stem, number)
      if (!this.#taken.has(`${stem}${number}`)) return `${stem}${number}`
    }
  }
}

/** The names that are given, those inside of blocks included. */
function namesIn(layers: readonly unknown[]): string[] {
  return layers.filter(isObject).flatMap((layer) => {
    const inside = [layer.layers, layer.shortcut && [layer.shortcut], ...(asList(layer.branches) ?? [])]
    return [
      ...(typeof layer.name === 'string' ? [layer.name] : []),
      ...inside.flatMap((list) => namesIn(asList(list) ?? [])),
    ]
  })
}

/** The layer without the options that only repeat a default, and without those that are undefined. */
function withoutDefaults(layer: Members): Members {
  const pool = layer.kind === 'max-pool' || layer.kind === 'average-pool'
  const [high, wide, ...rest] = asList(layer.window) ?? []
  const square = high !== undefined && high === wide && rest.length === 0
  const window = square ? high : copy(layer.window)
  const size = window ?? (pool ? 2 : 3)
  const defaults: Members = pool
    ? { window: 2, stride: size, padding: 'valid' }
    : layer.kind === 'convolution'
      ? { window: 3, stride: 1, padding: 'same', batchNorm: false }
      : { batchNorm: false }
  return Object.fromEntries(
    Object.entries({ ...layer, window }).filter(
      ([option, value]) =>
        value !== undefined && !(Object.hasOwn(defaults, option) && value === defaults[option]),
    ),
  )
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function copy(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as readonly unknown[])] : value
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function badInput(message: string): TicketLabError {
  return new TicketLabError('bad-input', message)
}
