import type { BackendId, BackendKey } from './backend'
import { arithmeticOf } from './tensorflow/arithmetic'
import { findTensorflow, requireTensorflow } from './tensorflow/installation/find'
import { wasmArithmetic } from './wasm/arithmetic'

/** Which backend trains: `'auto'` is TensorFlow where it is installed, otherwise wasm, which is always there. */
export type BackendChoice = 'auto' | BackendId

/** The choices by their names. */
export const backendChoices: Readonly<Record<BackendChoice, BackendChoice>> = {
  auto: 'auto',
  tensorflow: 'tensorflow',
  wasm: 'wasm',
}

/**
 * The backend for a choice, found without loading it.
 * @param backends the folder that TensorFlow is installed in
 * @param convolutions whether the networks have any, for which TensorFlow takes other kernels
 * @throws TicketLabError `backend-missing` if TensorFlow is asked for and not there
 */
export function chooseBackend(choice: BackendChoice, backends: string, convolutions = false): BackendKey {
  const found = choice === 'auto' ? findTensorflow(backends) : undefined
  if (choice === 'wasm' || (choice === 'auto' && !found)) return { id: 'wasm', arithmetic: wasmArithmetic }
  const { tensorflowVersion } = found ?? requireTensorflow(backends)
  return { id: 'tensorflow', arithmetic: arithmeticOf(tensorflowVersion, { oneDnn: convolutions }) }
}
