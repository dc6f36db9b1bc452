import type { Labels } from '../backends/backend'
import { TicketLabError } from '../support/errors'
import { reading } from '../support/plain'
import { show } from '../support/show'
import { sizeOf } from '../support/tensor'
import type { Examples, Normalization, Split } from './dataset'

/** Images as bytes: all of them in one array, row-major, or one array for each. Numbers from 0 to 255. */
export type ImageBytes = ArrayLike<number> | readonly ArrayLike<number>[]

/** The arrays of a dataset of the user's own. */
export interface OwnArrays {
  /**
   * Training images: bytes from 0 to 255, in one array or one for each image, row-major. Some are held out for validation
   * (`validation` of a preset).
   */
  readonly images: ImageBytes
  /** The class of each training image, a whole number from 0 to 255. */
  readonly labels: ArrayLike<number | bigint>
  /** Test images, as `images`. */
  readonly testImages: ImageBytes
  /** The class of each test image, as `labels`. */
  readonly testLabels: ArrayLike<number | bigint>
  /** Shape of one image, `[height, width, channels]`; `[height, width]` means one channel. */
  readonly shape: readonly number[]
  /** Classes, from 2 to 256; by default, one more than the largest label. */
  readonly classes?: number | undefined
  /**
   * Subtracted from pixels in [0, 1], from 0 to 1, for all channels or for each; 0 by default, as for MNIST in Frankle &
   * Carbin 2019.
   */
  readonly mean?: number | readonly number[] | undefined
  /** What the rest is divided by, above 0, for all channels or for each; 1 by default. */
  readonly deviation?: number | readonly number[] | undefined
}

/** What is made of labels that do not begin at 0 or leave numbers out. */
export type Labelling = 'as they are' | 'renumber'

/** Labels are kept in bytes. */
const mostClasses = 256

/**
 * Checks the arrays of a user's dataset and puts them together.
 * @throws TicketLabError `bad-input` that says which number of which array is wrong, and what to do
 */
export function ownExamples(given: OwnArrays, labelling?: Labelling): Examples {
  const shape = reading('shape', () => checkShape(given.shape))
  const train = split('images', given.images, 'labels', given.labels, shape)
  const test = split('testImages', given.testImages, 'testLabels', given.testLabels, shape)
  const used = usedLabels(train, test)
  if (labelling === 'renumber') renumber(used, train, test)
  else if (labelling === undefined && given.classes === undefined) checkWithoutGaps(used)
  const largest = Math.max(highest(train.labels), highest(test.labels))
  const classes = given.classes === undefined ? largest + 1 : given.classes
  if (!Number.isInteger(classes) || classes < 2 || classes > mostClasses) {
    throw bad(`between 2 and ${mostClasses} classes`, show(classes))
  }
  for (const [name, { labels }] of [['labels', train] as const, ['testLabels', test] as const]) {
    const wrong = labels.findIndex((label) => label >= classes)
    if (wrong !== -1) {
      throw bad(
        `${name} from 0 to ${classes - 1} for ${classes} classes`,
        `${labels[wrong]} at index ${wrong}`,
      )
    }
  }
  const normalize = checkNormalization(given, shape.at(-1)!)
  return { shape, classes, normalize, train, test }
}

/**
 * How bytes become numbers, as it was asked for.
 * @throws TicketLabError `bad-input` for what no pixels have
 */
export function checkNormalization(
  given: Pick<OwnArrays, 'mean' | 'deviation'>,
  channels: number,
): Normalization {
  const mean = perChannel('mean', given.mean, 0, channels)
  const deviation = perChannel('deviation', given.deviation, 1, channels)
  if (deviation.some((value) => value <= 0)) throw bad('a deviation above 0', deviation.join(', '))
  if (mean.some((value) => value < 0 || value > 1)) {
    throw bad(
      'a mean of pixels in [0, 1]',
      mean.join(', '),
      'Divide means of bytes, and their deviations, by 255.',
    )
  }
  return { mean, deviation }
}

function checkShape(shape: unknown): readonly number[] {
  const fine =
    Array.isArray(shape) &&
    (shape.length === 2 || shape.length === 3) &&
    Array.from(shape as unknown[]).every((extent) => Number.isSafeInteger(extent) && (extent as number) > 0)
  if (!fine) {
    throw bad(
      'the shape of one image as [height, width, channels]',
      shape === undefined ? 'none' : show(shape),
    )
  }
  const extents = shape as readonly number[]
  const [first, second, last] = extents
  const isChannels = first === 1 || first === 3
  if (isChannels && second !== undefined && second > 4 && last !== undefined && last > 4) {
    throw bad(
      'the shape of one image as [height, width, channels]',
      `${show(extents)}, which is [channels, height, width] where images have one channel or three`,
      `Put the channels last: in NumPy, array.transpose(0, 2, 3, 1). What is ${first} high is described as ` +
        `${show([second, first, last])}, its axes swapped.`,
    )
  }
  return extents.length === 2 ? [...extents, 1] : extents
}

function split(
  imageName: string,
  images: ImageBytes,
  labelName: string,
  labels: ArrayLike<number | bigint>,
  shape: readonly number[],
): Split {
  const size = sizeOf(shape)
  const bytes = reading(imageName, () => imageBytes(imageName, images, size))
  const classes = reading(labelName, () => wholeBytes(labelName, labels, 'class indices'))
  if (bytes.length % size !== 0) {
    throw bad(
      `${imageName} as images of ${size} bytes for the shape [${shape.join(', ')}]`,
      `${bytes.length} bytes`,
    )
  }
  const count = bytes.length / size
  if (count !== classes.length) {
    throw bad(
      `as many ${labelName} as ${imageName} (${count})`,
      `${classes.length} labels`,
      `There are ${bytes.length} bytes of ${imageName}, ${size} for each image of the shape ${show(shape)}: ` +
        'correct the shape or the labels.',
    )
  }
  if (count === 0) throw bad(`at least one of ${imageName}`, 'none')
  return { images: bytes, labels: classes, count }
}

function imageBytes(name: string, images: unknown, size: number): Uint8Array {
  if (!Array.isArray(images) || typeof images[0] !== 'object') return wholeBytes(name, images, 'pixels')
  checkLength(name, images.length * size)
  const all = new Uint8Array(images.length * size)
  Array.from(images, (image: unknown, index) => {
    const bytes = wholeBytes(`${name}[${index}]`, image, 'pixels')
    if (bytes.length !== size) throw bad(`${size} bytes in ${name}[${index}]`, `${bytes.length}`)
    all.set(bytes, index * size)
  })
  return all
}

/** Whole numbers from 0 to 255 as bytes. */
function wholeBytes(name: string, values: unknown, what: 'pixels' | 'class indices'): Uint8Array {
  if (values instanceof Uint8Array) return values
  if (values instanceof Uint8ClampedArray) return Uint8Array.from(values)
  if (!isList(values)) {
    throw bad(`${name} as an array of ${what}`, values === undefined ? 'none' : show(values))
  }
  checkLength(name, values.length)
  // A long list without anything in it is refused before there is room for it.
  if (values.length > 0 && values[0] === undefined) throw bad(`${name} without gaps`, 'a gap at index 0')
  const bytes = new Uint8Array(values.length)
  for (let index = 0; index < bytes.length; index++) {
    const value = values[index]
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 255) {
      const advice = what === 'pixels' ? pixelAdvice(values) : ''
      throw bad(`whole numbers from 0 to 255 in ${name}`, `${show(value)} at index ${index}`, advice)
    }
    bytes[index] = number
  }
  return bytes
}

/** How numbers that are no bytes become some, which depends on how far they go. */
function pixelAdvice(values: ArrayLike<unknown>): string {
  let most = 0
  for (let index = 0; index < Math.min(values.length, 1e6); index++)
    most = Math.max(most, Number(values[index]))
  const bytes = most > 1 ? 'Math.round(p)' : 'Math.round(255 * p)'
  return `Pixels are bytes (uint8); from numbers from 0 to ${most > 1 ? 255 : 1} make them with Uint8Array.from(pixels, (p) => ${bytes}).`
}

function perChannel(name: string, given: unknown, usual: number, channels: number): readonly number[] {
  return reading(name, () => {
    const list = given === undefined || typeof given === 'number' ? [given ?? usual] : given
    if (isNumbers(list) && (list.length === 1 || list.length === channels)) return list
    throw bad(`${name} as one number, or one for each of ${channels} channels`, show(given))
  })
}

function isNumbers(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostClasses &&
    Array.from(value as unknown[]).every(
      (member) => typeof member === 'number' && Number.isFinite(Math.fround(member)),
    )
  )
}

/** Bytes of one array: what Node can write into a file at once. */
const mostBytes = 2 ** 31 - 2 ** 16

function checkLength(name: string, length: number): void {
  if (length <= mostBytes) return
  throw bad(`at most ${mostBytes} numbers in ${name}`, `${length}`)
}

/** The labels that there are, ascending. */
function usedLabels(...splits: readonly Split[]): readonly number[] {
  const seen = new Uint8Array(mostClasses)
  for (const { labels } of splits) for (const label of labels) seen[label] = 1
  return Array.from(seen.keys()).filter((label) => seen[label] === 1)
}

/** Counts classes from 0 in the order of their labels. Arrays of the user's own are not written to. */
function renumber(used: readonly number[], ...splits: readonly Split[]): void {
  const classOf = new Map(used.map((label, index) => [label, index]))
  for (const split of splits)
    Object.assign(split, { labels: split.labels.map((label) => classOf.get(label)!) })
}

/** A class without examples is an output that nothing trains, mostly by mistake. */
function checkWithoutGaps(used: readonly number[]): void {
  const missing = used.findIndex((label, index) => label !== index)
  if (missing === -1) return
  throw bad(
    `labels from 0 to ${used.length - 1} for the ${used.length} classes that there are`,
    `none that is ${missing}, and labels up to ${used.at(-1)}`,
    "Say { labels: 'renumber' } after the arrays or the file to count the classes from 0, or " +
      "{ labels: 'as they are' } to keep classes without examples.",
  )
}

function highest(labels: Labels): number {
  let most = 0
  for (const label of labels) most = Math.max(most, label)
  return most
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

function bad(expected: string, found: string, advice = ''): TicketLabError {
  return new TicketLabError(
    'bad-input',
    `Expected ${expected}, found ${found} in lab.dataset.${advice ? ` ${advice}` : ''}`,
  )
}
