import { fansOf, normals } from './fans'
import type { InitializerKind } from './initializer'

/** Gaussian Glorot (Glorot & Bengio 2010), that of Frankle & Carbin 2019, section 2 and fig. 2. */
export const glorot: InitializerKind = {
  words: 'Gaussian Glorot',
  draw: (shape, stream) => normals(shape, glorotDeviation(shape), stream),
}

/** The standard deviation of weights `[..., inputs, units]`: sqrt(2 / (fan in + fan out)). */
export function glorotDeviation(shape: readonly number[]): number {
  const fans = fansOf(shape)
  return Math.sqrt(2 / (fans.in + fans.out))
}
