import type { Initializer } from '../../tasks/tasks'
import { glorot } from './glorot'
import type { InitializerKind } from './initializer'
import { kaimingNormal, kaimingUniform } from './kaiming'
import { orthogonal } from './orthogonal'

/** Every distribution that initial weights may have: one without a row does not compile. */
export const initializers: { readonly [I in Initializer]: InitializerKind } = {
  glorot,
  'kaiming-normal': kaimingNormal,
  'kaiming-uniform': kaimingUniform,
  orthogonal,
}
