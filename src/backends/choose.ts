import type { BackendId, BackendKey } from './backend'
import { nativeArithmetic } from './native/arithmetic'
import { findNative, requireNative } from './native/installation/manifest'
import { arithmeticOf, kernelsFor } from './tensorflow/arithmetic'
import { findTensorflow, requireTensorflow } from './tensorflow/installation/find'
import { wasmArithmetic } from './wasm/arithmetic'

/**
 * Which backend trains: `'auto'` is the fastest that is there, for all levels alike, so that a curve has one arithmetic (see
 * {@link chooseBackend}). `'mixed'` is TensorFlow for dense networks and wasm for sparse ones, each where it is faster.
 * `'native'` is what is compiled on this machine once, by `ticketlab backend install native`.
 */
export type BackendChoice = 'auto' | 'mixed' | BackendId

/** The choices by their names. */
export const backendChoices: Readonly<Record<BackendChoice, BackendChoice>> = {
  auto: 'auto',
  mixed: 'mixed',
  tensorflow: 'tensorflow',
  wasm: 'wasm',
  native: 'native',
}

/** What trains the networks of an experiment. */
export interface ChosenBackends {
  readonly backend: BackendKey
  /** What trains networks of which a smaller share of the weights remains than `below`; absent for the same. */
  readonly sparse?: { readonly below: number; readonly backend: BackendKey }
}

/**
 * The share of weights remaining under which a training with its evaluations is faster on wasm, for networks without
 * convolutions and with (LeNet and Conv-2, found with `bench/density.ts`). Fixed, since it decides which arithmetic
 * computes what.
 */
export const wasmBelow = { dense: 0.25, convolutions: 0.1 } as const

/**
 * The backends for a choice, found without loading it. By itself that is native for networks without convolutions, which it
 * trains fastest at every density (bench/results/density-lenet.md); for those with, TensorFlow, whose second thread makes it
 * faster than native above about a fifth of the weights (density-conv2.md, density-resnet20.md); of the two the one that is
 * there; and wasm, which always is.
 * @param backends the folder that backends are installed in
 * @param convolutions whether the networks have any, for which TensorFlow takes other kernels
 * @throws TicketLabError `backend-missing` if TensorFlow or the native backend is asked for and not there
 */
export function chooseBackend(choice: BackendChoice, backends: string, convolutions = false): ChosenBackends {
  const native: BackendKey = { id: 'native', arithmetic: nativeArithmetic }
  if (choice === 'native') {
    requireNative(backends)
    return { backend: native }
  }
  const found = choice === 'auto' ? findTensorflow(backends) : undefined
  if (choice === 'auto' && !(convolutions && found) && findNative(backends)) return { backend: native }
  const wasm: BackendKey = { id: 'wasm', arithmetic: wasmArithmetic }
  if (choice === 'wasm' || (choice === 'auto' && !found)) return { backend: wasm }
  const { tensorflowVersion } = found ?? requireTensorflow(backends)
  const backend: BackendKey = {
    id: 'tensorflow',
    arithmetic: arithmeticOf(tensorflowVersion, kernelsFor(convolutions)),
  }
  const below = convolutions ? wasmBelow.convolutions : wasmBelow.dense
  return choice === 'mixed' ? { backend, sparse: { below, backend: wasm } } : { backend }
}
