import { byChange } from './change'

/** |w - w_0| */
export const movement = byChange('movement', (final, initial) => Math.abs(final - initial))
