import { TicketLabError } from '../support/errors'
import { nearest } from '../support/nearest'
import { show } from '../support/show'
import { sizeOf } from '../support/tensor'
import { isKind, layerKinds, rowOf, type Layer } from './layers/all'
import type { Fail, OptionRule } from './layers/kind'
import { isCount, isObject } from './layers/options'
import type { Network } from './network'
import { mostValues, shapeAfterAll } from './shapes'

/**
 * Checks that a network is one: that its layers are complete, fit together and end in its classes. Descriptions may
 * come from cells, whose types nobody checked.
 * @throws TicketLabError `bad-input` naming the layer, what it got and what was expected
 */
export function checkNetwork(network: Network): void {
  const fail: Fail = (problem, guess = '') => {
    throw new TicketLabError('bad-input', `${guess}Network "${network.name}": ${problem}`)
  }
  if (!Array.isArray(network.input) || network.input.length === 0 || !network.input.every(isCount)) {
    fail(`the shape of its input must be one or more positive integers, found ${show(network.input)}.`)
  }
  if (sizeOf(network.input) > mostValues) {
    fail(`its input must have at most ${mostValues} numbers, found ${show(network.input)}.`)
  }
  if (!Array.isArray(network.layers) || network.layers.length === 0) {
    fail('it has no layers; the last one must have one unit per class.')
  }
  // Layers first: classes are often taken from the last one, whose mistakes are better told by name.
  checkLayers(network.layers, new Set(), fail)
  checkClasses(network.classes, fail)
  shapeAfterAll(network.layers, network.input, fail)
  checkLast(network, fail)
}

function checkClasses(classes: unknown, fail: Fail): void {
  if (classes === undefined) {
    fail("its last layer must have one unit per class, such as { kind: 'dense', units: 10 }.")
  }
  if (!isCount(classes) || (classes as number) < 2) {
    fail(`it must have 2 classes or more, found ${show(classes)}.`)
  }
}

function checkLast({ layers, classes }: Network, fail: Fail): void {
  const last = layers.at(-1)!
  if (last.kind === 'dense' && last.units === classes && last.activation === 'none') return
  const found =
    last.kind === 'dense' ? `${last.units} units and activation "${last.activation}"` : `a ${last.kind} layer`
  fail(
    `its last layer "${last.name}" gives the logits of the classes, so it must be dense with ${classes} units ` +
      `and activation "none", found ${found}.`,
  )
}

function checkLayers(given: readonly unknown[], names: Set<string>, fail: Fail): void {
  for (const [index, layer] of given.entries()) checkLayer(layer, `layer ${index + 1}`, names, fail)
}

function checkLayer(given: unknown, place: string, names: Set<string>, fail: Fail): void {
  if (!isObject(given)) {
    return fail(`${place} must be an object such as { kind: 'dense', units: 100 }, found ${display(given)}.`)
  }
  const { kind, name, ...options } = given
  checkName(name, place, names, fail)
  const layer = `layer "${name as string}"`
  if (!isKind(kind)) {
    const found = kind === undefined ? 'has no kind' : `is of the kind ${display(kind)}`
    return fail(`${layer} ${found}; there are:\n  ${layerKinds.join(', ')}`, guess(kind, layerKinds))
  }
  const row = rowOf(kind)
  const expected: Readonly<Record<string, OptionRule>> = row.options
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(expected, option) ? expected[option] : undefined
    if (!rule) {
      const there = ['kind', 'name', ...Object.keys(expected)]
      return fail(
        `${layer} has the option "${option}"; a ${kind} layer has:\n  ${there.join(', ')}`,
        guess(option, there),
      )
    }
    if (value !== undefined && !rule.accepts(value)) {
      fail(`${layer}: ${option} must be ${rule.expected}, found ${display(value)}.`)
    }
  }
  for (const [option, rule] of Object.entries(expected)) {
    if (rule.required && options[option] === undefined) fail(`${layer} needs ${option}, ${rule.expected}.`)
  }
  row.inside?.check(given as unknown as Layer, {
    fail,
    all: (layers) => checkLayers(layers, names, fail),
    one: (layer, where) => checkLayer(layer, where, names, fail),
  })
}

function checkName(name: unknown, place: string, names: Set<string>, fail: Fail): void {
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    const found = name === undefined ? `${place} has no name` : `${display(name)} is no name for a layer`
    return fail(`${found}; use letters, digits, - and _, beginning with a letter.`)
  }
  if (names.has(name)) fail(`two layers are called "${name}"; rename one.`)
  names.add(name)
}

function guess(found: unknown, names: readonly string[]): string {
  const name = nearest(found, names)
  return name === undefined ? '' : `Did you mean '${name}'? `
}

function display(value: unknown): string {
  return value === undefined ? 'nothing' : show(value)
}
