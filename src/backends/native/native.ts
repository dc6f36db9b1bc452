import { createRequire } from 'node:module'
import { TicketLabError } from '../../support/errors'
import type { Backend } from '../backend'
import { openSession } from '../tiles/session'
import { nativeArithmetic } from './arithmetic'
import { engineOf, type Addon } from './engine'

/**
 * The backend that is compiled on the machine it runs on: the step programs, memory and layout of wasm, with kernels
 * in C. Its results have the same bits on every machine and with every instruction set.
 * @param binding the path of the addon (see `installation`)
 * @param set one of the addon's instruction sets instead of the fastest, for tests
 * @throws TicketLabError `backend-failed` where the addon does not load or the processor lacks the set
 */
export function openNative(binding: string, set?: string): Backend {
  const addon = load(binding)
  const index = set === undefined ? 0 : addon.sets.indexOf(set)
  if (addon.sets[index] === undefined) {
    throw new TicketLabError(
      'backend-failed',
      `Expected a processor with ${set ?? 'AVX2 and FMA'}, found one with ${addon.sets.join(' and ') || 'neither'}. ` +
        "Use { backend: 'wasm' }.",
    )
  }
  const engine = engineOf(addon, index)
  return {
    id: 'native',
    arithmetic: nativeArithmetic,
    open: (program, data) => openSession(program, data, engine),
  }
}

function load(binding: string): Addon {
  try {
    return createRequire(binding)(binding) as Addon
  } catch (error) {
    throw new TicketLabError(
      'backend-failed',
      `The native backend does not load: ${(error as Error).message}. ` +
        "Run 'ticketlab backend install native --force' to replace it.",
      { cause: error },
    )
  }
}
