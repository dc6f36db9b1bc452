/** Numbers with a shape, row-major. */
export interface Tensor {
  /** Extent of every axis. */
  readonly shape: readonly number[]
  /** The numbers, the last axis innermost. */
  readonly data: Float32Array
}

/** A mask: 1 where a weight is kept, 0 where it is pruned; same shape and order as the weights. */
export interface Mask {
  /** Extent of every axis. */
  readonly shape: readonly number[]
  /** 1 or 0 for each weight, the last axis innermost. */
  readonly data: Uint8Array
}

/** Tensors by parameter name, such as `dense1/weights`. */
export type Tensors = Readonly<Record<string, Tensor>>

/** Masks by the name of the parameter they belong to; a parameter without one is not pruned. */
export type Masks = Readonly<Record<string, Mask>>

/** The number of weights that a mask keeps. */
export function countKept({ data }: Mask): number {
  let kept = 0
  for (let i = 0; i < data.length; i++) kept += data[i]!
  return kept
}

/** The numbers of weights that masks keep, by parameter. */
export function countsOf(masks: Masks): Record<string, number> {
  return Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, countKept(mask)]))
}

/** The number of elements of `shape`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1)
}
