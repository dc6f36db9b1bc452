import { byChange } from './change'

/** |w| - |w_0| */
export const magnitudeIncrease = byChange(
  'magnitude increase',
  (final, initial) => Math.abs(final) - Math.abs(initial),
)
