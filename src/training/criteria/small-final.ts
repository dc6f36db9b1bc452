import { byChange } from './change'

/** -|w|: the smallest trained weights are kept, against which large final is held. */
export const smallFinal = byChange('small final', (final) => -Math.abs(final))
