import { sizeOf } from '../../support/tensor'
import { fansOf, normals } from './fans'
import type { InitializerKind } from './initializer'

/** The variance of weights before relu (He et al. 2015, section 2.2): 2 / fan in, what `torch.nn.init` does by default. */
function kaimingVariance(shape: readonly number[]): number {
  return 2 / fansOf(shape).in
}

/** Normal numbers of this variance. */
export const kaimingNormal: InitializerKind = {
  words: 'Kaiming normal',
  draw: (shape, stream) => normals(shape, Math.sqrt(kaimingVariance(shape)), stream),
}

/** Numbers of this variance, uniform between -sqrt(6 / fan in) and the same above zero. */
export const kaimingUniform: InitializerKind = {
  words: 'Kaiming uniform',
  draw(shape, stream) {
    const bound = Math.sqrt(3 * kaimingVariance(shape))
    return Float32Array.from({ length: sizeOf(shape) }, () => bound * (2 * stream.uniform() - 1))
  },
}
