import { byChange } from './change'

/** |w| of weights that kept the sign they began with, 0 of the others: max(0, w w_0 / |w_0|). */
export const sameSign = byChange('large final, same sign', (final, initial) =>
  Math.max(0, final * Math.sign(initial)),
)
