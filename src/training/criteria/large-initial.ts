import { byChange } from './change'

/** |w_0|, whatever training made of it. */
export const largeInitial = byChange('large initial', (_, initial) => Math.abs(initial))
