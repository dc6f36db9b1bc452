import { TicketLabError } from '../support/errors'
import { countKept, type Masks, type Tensors } from '../support/tensor'

/*
 * What must hold after every training and pruning, checked at run time because each has been violated by a
 * public tool without anybody noticing. All checks are one pass over the weights.
 */

/** Pruned weights are exactly zero. @throws TicketLabError `inexact`, naming the parameter and the count */
export function checkPruned(parameters: Tensors, masks: Masks): void {
  for (const [name, mask] of Object.entries(masks)) {
    const { data } = parameters[name]!
    fail(
      name,
      count(data.length, (i) => mask.data[i] === 0 && data[i] !== 0),
      'pruned weights that are not zero',
    )
  }
}

/**
 * Weights that are pruned but frozen are what they began with, bit for bit. @throws TicketLabError `inexact`, naming the
 * parameter and the count
 */
export function checkFrozen(parameters: Tensors, start: Tensors, masks: Masks): void {
  for (const [name, mask] of Object.entries(masks)) {
    const [{ data }, { data: before }] = [parameters[name]!, start[name]!]
    const changed = count(data.length, (i) => mask.data[i] === 0 && !Object.is(data[i], before[i]))
    fail(name, changed, 'frozen weights that differ from those begun with')
  }
}

/**
 * The weights that training starts from are W_k where kept and zero where pruned, bit for bit (-0 and 0 differ
 * for kept ones). @throws TicketLabError `inexact`, naming the parameter and the count
 */
export function checkRewound(start: Tensors, weights: Tensors, masks: Masks): void {
  for (const [name, tensor] of Object.entries(weights)) {
    const mask = masks[name]
    const found = start[name]!.data
    const different = count(tensor.data.length, (i) =>
      mask?.data[i] === 0 ? found[i] !== 0 : !Object.is(found[i], tensor.data[i]),
    )
    fail(name, different, 'weights that differ from those rewound to')
  }
}

/**
 * Every mask keeps only what the previous one kept. @throws TicketLabError `inexact`, naming the parameter and
 * the count
 */
export function checkNested(masks: Masks, previous: Masks): void {
  for (const [name, mask] of Object.entries(masks)) {
    const before = previous[name]
    if (!before) continue
    const revived = count(mask.data.length, (i) => mask.data[i] === 1 && before.data[i] === 0)
    fail(name, revived, 'kept weights that an earlier level had pruned')
  }
}

/**
 * Every mask keeps exactly the asked number of weights. @throws TicketLabError `inexact`, naming the parameter
 * and by how many it is off
 */
export function checkCounts(masks: Masks, keep: Readonly<Record<string, number>>): void {
  for (const [name, asked] of Object.entries(keep)) {
    const mask = masks[name]
    fail(
      name,
      Math.abs((mask ? countKept(mask) : 0) - asked),
      `weights more or fewer than the ${asked} to keep`,
    )
  }
}

/**
 * The masks of parameters that are ranked together keep exactly the asked number of weights. @throws TicketLabError
 * `inexact`, naming the parameters and by how many they are off
 */
export function checkTotal(
  masks: Masks,
  { count: asked, among }: { readonly count: number; readonly among: readonly string[] },
): void {
  const found = among.reduce((sum, name) => sum + (masks[name] ? countKept(masks[name]) : 0), 0)
  fail(among.join(', '), Math.abs(found - asked), `weights more or fewer than the ${asked} to keep`)
}

function count(length: number, isBad: (i: number) => boolean): number {
  let bad = 0
  for (let i = 0; i < length; i++) if (isBad(i)) bad++
  return bad
}

function fail(name: string, bad: number, what: string): void {
  if (bad === 0) return
  throw new TicketLabError(
    'inexact',
    `Expected none, found ${bad} ${what} in ${name}. This is a fault of Ticket Lab: the result was not kept. ` +
      'Please report it with the log.',
  )
}
