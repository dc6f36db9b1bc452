import { TicketLabError } from '../support/errors'
import type { Masks, Tensors } from '../support/tensor'
import { sizeOf } from '../support/tensor'
import { variantCount } from './augmentation'
import type { SessionData, SplitName, StepNoise } from './backend'
import { isSeeded } from './program'
import type { StepProgram } from './program'

/* What every backend's session checks of what it is given, so that a mistake is told in the same words. */

export const splitNames = ['train', 'validation', 'test'] as const

/** @throws TicketLabError `bad-input` unless the data have the program's shapes and classes */
export function checkData(program: StepProgram, { shape, normalize, splits }: SessionData): void {
  const expected = program.example.join(', ')
  if (shape.join(', ') !== expected) {
    throw new TicketLabError(
      'bad-input',
      `The network takes examples of shape [${expected}], the dataset has [${shape.join(', ')}].`,
    )
  }
  const channels = shape.at(-1)!
  for (const list of [normalize.mean, normalize.deviation]) {
    if (list.length !== 1 && list.length !== channels) {
      throw new TicketLabError(
        'bad-input',
        `Normalization needs one number, or one for each of ${channels} channels, found ${list.length}.`,
      )
    }
  }
  for (const split of splitNames) {
    const { images, labels, count } = splits[split]
    checkSize(`The images of split ${split}`, images.length, [count, ...shape])
    checkSize(`The labels of split ${split}`, labels.length, [count])
    const wrong = labels.find((label) => label >= program.classes)
    if (wrong !== undefined) {
      throw new TicketLabError(
        'bad-input',
        `The network has ${program.classes} classes, but split ${split} has an example of class ${wrong}.`,
      )
    }
  }
}

/** @throws TicketLabError `bad-input` for masks of what cannot be pruned, or of another shape */
export function checkMasks(program: StepProgram, masks: Masks): void {
  const names = program.parameters.map(({ name }) => name)
  const unknown = Object.keys(masks).find((mask) => !names.includes(mask))
  if (unknown !== undefined) {
    throw new TicketLabError(
      'bad-input',
      `There is no parameter "${unknown}" to prune; there are: ${names.join(', ')}.`,
    )
  }
  for (const { name, shape, masked } of program.parameters) {
    const mask = masks[name]
    if (mask && !masked) {
      throw new TicketLabError('bad-input', `Parameter "${name}" is never pruned, but a mask was given.`)
    }
    if (mask) checkSize(`The mask of "${name}"`, mask.data.length, shape)
  }
}

/**
 * The numbers of a parameter or, zero where there are none, of what an optimizer keeps.
 * @throws TicketLabError `bad-input` if a parameter is missing or the shape is another
 */
export function tensorData(
  tensors: Tensors,
  name: string,
  shape: readonly number[],
  role: 'parameter' | 'slot',
): Float32Array {
  const tensor = tensors[name]
  if (!tensor) {
    if (role === 'slot') return new Float32Array(sizeOf(shape))
    throw new TicketLabError('bad-input', `The weights to start from lack "${name}" [${shape.join(', ')}].`)
  }
  checkSize(`"${name}"`, tensor.data.length, shape)
  return tensor.data
}

export function checkSize(what: string, found: number, shape: readonly number[]): void {
  if (found !== sizeOf(shape)) {
    throw new TicketLabError(
      'bad-input',
      `${what} must have the shape [${shape.join(', ')}], that is ${sizeOf(shape)} numbers, found ${found}.`,
    )
  }
}

/** A gather of a wrong index would fail in the middle of a chunk, with the weights half trained. */
export function checkIndices(batches: Int32Array, count: number): void {
  for (const index of batches) {
    if (index < 0 || index >= count) {
      throw new RangeError(`Example ${index} is not one of the ${count} in the train split.`)
    }
  }
}

/**
 * The noise of some steps, just what the program needs of it: a wrong variant would fail in the middle of a chunk too.
 * @throws RangeError where something is missing or not what it is said to be
 */
export function checkNoise(program: StepProgram, { variants, seeds }: StepNoise, steps: number): StepNoise {
  const needed: { variants?: Int32Array; seeds?: Int32Array } = {}
  if (program.augmentation) {
    const count = variantCount(program.augmentation)
    if (variants?.length !== steps * program.batchSize || variants.some((row) => row < 0 || row >= count)) {
      throw new RangeError(
        `Expected a variant below ${count} for each of ${steps} x ${program.batchSize} examples.`,
      )
    }
    needed.variants = variants
  }
  if (isSeeded(program)) {
    if (seeds?.length !== steps)
      throw new RangeError(`Expected a seed of dropout for each of ${steps} steps.`)
    needed.seeds = seeds
  }
  return needed
}

export function checkRange(split: SplitName, from: number, to: number, count: number): void {
  if (!(from >= 0 && from <= to && to <= count)) {
    throw new RangeError(`Examples ${from} to ${to} are not a range of the ${count} in split ${split}.`)
  }
}
