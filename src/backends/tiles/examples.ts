import { sizeOf } from '../../support/tensor'
import type { Labels, SessionData, SplitName } from '../backend'
import { splitNames } from '../checks'
import type { Augmentation } from '../program'
import { bytesOf, padded, tilesOf, tileSize } from './layout'
import type { Machine, Pointer } from './machine'

/** The data in memory, and the calls that put some of them where a program reads them. */
export interface Examples {
  /** Makes room for `count` examples at a time. */
  place(count: number): Placed
}

export interface Placed {
  readonly images: Pointer
  readonly labels: Pointer
  /** Puts the examples with these indices there; the first one stands for those that are missing to `count`. */
  fill(split: SplitName, indices: ArrayLike<number>): void
  /** The same with examples of the train split, each changed as its variant says. */
  fillVariants(indices: ArrayLike<number>, variants: ArrayLike<number>, how: Augmentation): void
}

export function loadExamples(machine: Machine, { shape, normalize, splits }: SessionData): Examples {
  const width = sizeOf(shape)
  const putBytes = (from: Uint8Array): Pointer => {
    const pointer = machine.allocate(from.length)
    machine.bytes(pointer, from.length).set(from)
    return pointer
  }
  const putFloats = (from: readonly number[]): Pointer => {
    const pointer = machine.allocate(padded(from.length) * 4)
    machine.floats(pointer, from.length).set(from)
    return pointer
  }
  // Kernels gather bytes; labels of more than 256 classes stay where they are.
  const putLabels = (from: Labels): Pointer | Uint16Array =>
    from instanceof Uint16Array ? from : putBytes(from)
  const data = Object.fromEntries(
    splitNames.map((split) => [
      split,
      { images: putBytes(splits[split].images), labels: putLabels(splits[split].labels) },
    ]),
  ) as Record<SplitName, { images: Pointer; labels: Pointer | Uint16Array }>
  // Byte to number: byte * 1/(255 deviation) - mean/deviation, per channel (the last axis).
  const perPixel = (of: (mean: number, deviation: number) => number): Pointer => {
    const channel = (list: readonly number[], pixel: number) => list[pixel % list.length]!
    const { mean, deviation } = normalize
    return putFloats(
      Array.from({ length: width }, (_, pixel) => of(channel(mean, pixel), channel(deviation, pixel))),
    )
  }
  const scales = perPixel((_, deviation) => 1 / (255 * deviation))
  const shifts = perPixel((mean, deviation) => -mean / deviation)

  return {
    place(count) {
      const tiles = tilesOf(count)
      const indices = machine.allocate(tiles * tileSize * 4)
      const variants = machine.allocate(tiles * tileSize * 4)
      const images = machine.allocate(bytesOf(['batch', ...shape], tiles))
      const labels = machine.allocate(bytesOf(['batch'], tiles))
      const list = (pointer: Pointer, wanted: ArrayLike<number>): void => {
        const room = machine.integers(pointer, tiles * tileSize)
        room.set(wanted)
        room.fill(wanted[0]!, wanted.length)
      }
      const gatherLabels = (from: Pointer | Uint16Array, wanted: ArrayLike<number>): void => {
        if (!(from instanceof Uint16Array)) machine.kernels.gatherLabels(from, indices, labels, tiles)
        else
          list(
            labels,
            Array.from(wanted, (index) => from[index]!),
          )
      }
      return {
        images,
        labels,
        fill(split, wanted) {
          list(indices, wanted)
          machine.kernels.gatherImages(data[split].images, width, indices, scales, shifts, images, tiles)
          gatherLabels(data[split].labels, wanted)
        },
        fillVariants(wanted, how, { crop }) {
          list(indices, wanted)
          list(variants, how)
          const [height, across, channels] = shape as [number, number, number]
          const { kernels } = machine
          const from = data.train
          kernels.gatherVariants(
            ...[
              from.images,
              height,
              across,
              channels,
              crop,
              indices,
              variants,
              scales,
              shifts,
              images,
              tiles,
            ],
          )
          gatherLabels(from.labels, wanted)
        },
      }
    },
  }
}
