import { TicketLabError } from '../support/errors'
import { unknownName } from '../support/nearest'
import { isPlain, plainCopy, reading } from '../support/plain'
import { show } from '../support/show'
import { checkNetwork } from './check'
import { isKind, layerKinds, rowOf } from './layers/all'
import type { Members } from './layers/kind'
import { isObject } from './layers/options'
import type { Network } from './network'
import { networkByName, type Form } from './zoo'

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
      this.#layer(layer, index === given.length - 1 ? { activation: activationOfLast } : {}),
    )
  }

  #layer(given: unknown, defaults: { name?: string; activation?: 'none' | undefined }): unknown {
    if (!isObject(given)) return given
    const row = isKind(given.kind) ? rowOf(given.kind) : undefined
    const name = given.name ?? defaults.name ?? this.#name(given, row?.stem)
    if (!row) return { ...given, name }
    const activation = defaults.activation ?? (given === this.#last ? 'none' : 'relu')
    return row.canonical({
      ...given,
      name,
      ...('activation' in row.options ? { activation: given.activation ?? activation } : {}),
      ...row.inside?.completed(given, name, {
        all: (layers, activationOfLast) => this.layers(layers, activationOfLast),
        one: (layer, its) => this.#layer(layer, its),
      }),
    })
  }

  #name(layer: Members, stem = 'layer'): string {
    if (layer === this.#last && layer.kind === 'dense' && !this.#taken.has('output')) return 'output'
    for (;;) {
      const number = (this.#counts.get(stem) ?? 0) + 1
      this.#counts.set(stem, number)
      if (!this.#taken.has(`${stem}${number}`)) return `${stem}${number}`
    }
  }
}

/** The names that are given, those inside of blocks included, be they of a kind that there is or not. */
function namesIn(layers: readonly unknown[]): string[] {
  return layers
    .filter(isObject)
    .flatMap((layer) => [
      ...(typeof layer.name === 'string' ? [layer.name] : []),
      ...layerKinds
        .flatMap((kind) => rowOf(kind).inside?.written(layer) ?? [])
        .flatMap((list) => (Array.isArray(list) ? namesIn(list) : [])),
    ])
}

function badInput(message: string): TicketLabError {
  return new TicketLabError('bad-input', message)
}
