import { byChange } from './change'

/** -|w_0| */
export const smallInitial = byChange('small initial', (_, initial) => -Math.abs(initial))
