import { TicketLabError } from '../support/errors'
import { sizeOf } from '../support/tensor'
import type { Network, Parameter } from './network'

/**
 * The trainable tensors of a network, in the order of its layers: weights `[inputs, units]`, then bias
 * `[units]`. Weights of the last layer are in the prune group `output`; biases are in none.
 * @throws TicketLabError `bad-input` naming the layer, where the network is not one
 */
export function parametersOf(network: Network): readonly Parameter[] {
  checkNetwork(network)
  let width = sizeOf(network.input)
  return network.layers.flatMap((layer, index): Parameter[] => {
    const shape = [width, layer.units]
    width = layer.units
    const group = index === network.layers.length - 1 ? 'output' : 'dense'
    return [
      { name: `${layer.name}/weights`, layer: layer.name, role: 'weights', shape, group },
      { name: `${layer.name}/bias`, layer: layer.name, role: 'bias', shape: [layer.units] },
    ]
  })
}

/**
 * Checks that the layers of a network fit together and end in its classes.
 * @throws TicketLabError `bad-input` naming the layer and its shape
 */
export function checkNetwork(network: Network): void {
  const fail = (problem: string): never => {
    throw new TicketLabError('bad-input', `Network "${network.name}": ${problem}`)
  }
  const shape = `[${network.input.join(', ')}]`
  if (network.input.length === 0 || !network.input.every(isCount)) {
    fail(`the shape of its input must be one or more positive integers, found ${shape}.`)
  }
  if (!isCount(network.classes) || network.classes < 2) {
    fail(`it must have 2 classes or more, found ${network.classes}.`)
  }
  if (network.layers.length === 0) fail('it has no layers; the last one must have one unit per class.')
  const names = new Set<string>()
  for (const layer of network.layers) {
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(layer.name)) {
      fail(`"${layer.name}" is no name for a layer; use letters, digits, - and _, beginning with a letter.`)
    }
    if (names.has(layer.name)) fail(`two layers are called "${layer.name}"; rename one.`)
    names.add(layer.name)
    // Descriptions may come from cells, whose types nobody checked.
    const { kind, activation }: { kind: string; activation: string } = layer
    if (kind !== 'dense') fail(`layer "${layer.name}" is of the kind "${kind}"; there is: dense.`)
    if (activation !== 'relu' && activation !== 'none') {
      fail(`layer "${layer.name}" has the activation "${activation}"; there are: relu, none.`)
    }
    if (!isCount(layer.units)) {
      fail(`layer "${layer.name}" must have a positive number of units, found ${layer.units}.`)
    }
  }
  const last = network.layers.at(-1)
  if (last && (last.units !== network.classes || last.activation !== 'none')) {
    const found = `${last.units} units and activation "${last.activation}"`
    fail(
      `its last layer "${last.name}" gives the logits of the classes, so it needs ${network.classes} units ` +
        `and activation "none", found ${found}.`,
    )
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0
}
