import { badInput } from '../../support/errors'
import { checkOptions, type Check } from '../../support/options'
import { promiseAdvice } from '../../support/plain'
import { show } from '../../support/show'
import { NetworkWeights } from '../steps/weights'
import { isOf } from './given-results'

/** What `lab.align` aligns to. */
export interface AlignOptions {
  /** The network whose order of units is taken; of one replicate, all others are aligned to that. */
  readonly to: NetworkWeights
}

const networks: Check<NetworkWeights> = (value, name) => {
  if (isOf(NetworkWeights, value)) return value
  throw badInput(`${name} as weights, such as lab.train makes them`, show(value), promiseAdvice(value))
}

/** @throws TicketLabError `bad-input` */
export function checkAlign(options: unknown): AlignOptions {
  const { to } = checkOptions<AlignOptions>(options, { to: networks }, 'lab.align')
  if (to) return { to }
  throw badInput('a network to align to in lab.align', 'none', 'Say which: lab.align(b, { to: a }).')
}
