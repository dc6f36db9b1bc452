import { sizeOf } from '../../support/tensor'
import type { SessionData, SplitName } from '../backend'
import { splitNames } from '../checks'
import { bytesOf, padded, tilesOf, tileSize } from './layout'
import type { Machine, Pointer } from './memory'

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
  const data = Object.fromEntries(
    splitNames.map((split) => [
      split,
      { images: putBytes(splits[split].images), labels: putBytes(splits[split].labels) },
    ]),
  ) as Record<SplitName, { images: Pointer; labels: Pointer }>
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
      const images = machine.allocate(bytesOf(['batch', ...shape], tiles))
      const labels = machine.allocate(bytesOf(['batch'], tiles))
      return {
        images,
        labels,
        fill(split, wanted) {
          const list = machine.integers(indices, tiles * tileSize)
          list.set(wanted)
          list.fill(wanted[0]!, wanted.length)
          machine.kernels.gatherImages(data[split].images, width, indices, scales, shifts, images, tiles)
          machine.kernels.gatherLabels(data[split].labels, indices, labels, tiles)
        },
      }
    },
  }
}
