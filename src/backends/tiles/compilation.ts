import type { Shape } from '../primitives'
import type { Variables } from './state'
import type { Pointer, Machine } from './machine'
import { unitsOf, rowBytes } from './layout'

/** Calls of kernels, to be made in this order. */
export type Calls = readonly (() => void)[]

/** What primitives are translated for. */
export interface Surroundings {
  readonly shapes: Readonly<Record<string, Shape>>
  readonly variables: Variables
  /** Values that are gradients of parameters, with the parameter's name. */
  readonly gradients: Readonly<Record<string, string>>
  /** Values that exist already: images and labels. */
  readonly given: Readonly<Record<string, Pointer>>
  /** Examples in the batch. */
  readonly examples: number
  /** Where the seed of a step lies, and behind it whether anything is dropped. */
  readonly seed: Pointer
}

/** What the translation of a primitive works with. */
export interface Compilation {
  readonly machine: Machine
  readonly around: Surroundings
  readonly tiles: number
  readonly shapeOf: (value: string) => Shape
  readonly bytes: (value: string) => number
  readonly at: (value: string) => Pointer
  /** Where a value is to be written. */
  readonly write: (value: string) => Pointer
  /** Memory for the time of one call, to be asked for its place when the call is made. */
  readonly scratch: (bytes: number) => Scratch
  /** 32 masks for the examples of a tile: 0 for those that only fill the last one. */
  readonly lanes: (tile: number) => Pointer
}

export interface Scratch {
  readonly pointer: Pointer
}

export function pixelsOf(shape: readonly (number | 'batch')[]): [number, number, number] {
  return shape.slice(1) as [number, number, number]
}

/** Sets the numbers that only fill a value up to zero, for kernels that write no others. */
export function clearPadding(
  value: string,
  pointer: Pointer,
  { machine, tiles, shapeOf, bytes }: Compilation,
): () => void {
  const used = unitsOf(shapeOf(value)) * rowBytes
  const tile = bytes(value) / tiles
  if (used === tile) return () => undefined
  return () => {
    for (let index = 0; index < tiles; index++)
      machine.kernels.clear(pointer + index * tile + used, tile - used)
  }
}

/** Positions and channels of a value of a batch, whose last axis is the channels. */
export function channelsOf(
  value: string,
  { shapeOf }: Compilation,
): { readonly positions: number; readonly channels: number } {
  const channels = shapeOf(value).at(-1) as number
  return { positions: unitsOf(shapeOf(value)) / channels, channels }
}
