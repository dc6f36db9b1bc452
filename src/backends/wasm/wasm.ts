import type { Backend } from '../backend'
import { openSession } from '../tiles/session'
import { wasmArithmetic } from './arithmetic'
import { compileKernels, wasmOn } from './engine'

/**
 * The backend that needs no installation: step programs as calls of WebAssembly kernels, dense or sparse. Its results
 * have the same bits on every machine and every version of Node.
 * @throws TicketLabError `backend-failed` where WebAssembly is switched off or lacks SIMD
 */
export function openWasm(): Backend {
  compileKernels()
  return {
    id: 'wasm',
    arithmetic: wasmArithmetic,
    open: (program, data) => openSession(program, data, wasmOn),
  }
}
