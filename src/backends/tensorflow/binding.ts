import { createRequire } from 'node:module'
import { TicketLabError } from '../../support/errors'
import type { Kernels } from './arithmetic'

/** TensorFlow's numbers for the element types that we use. */
export const types = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
  resource: 20,
  variant: 21,
} as const

export type ElementType = keyof typeof types

/** Numbers that go in or out: float32 as Float32Array, int32 as Int32Array, uint8 and bool as Uint8Array. */
export type Values = Float32Array | Int32Array | Uint8Array

/** An input of a run. */
export interface Feed {
  readonly type: 'float32' | 'int32' | 'uint8'
  readonly shape: readonly number[]
  readonly values: Values
}

/** The functions of tfjs-node's native addon that we call; its binding/tfjs_backend.cc says what they do. */
interface Addon {
  readonly TF_Version: string
  createTensor(shape: readonly number[], type: number, values: Values): number
  deleteTensor(tensor: number): void
  tensorDataSync(tensor: number): Values
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(model: number): void
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): { readonly id: number }[]
}

/** TensorFlow in this process. All calls block. */
export interface TensorFlow {
  /** Such as `2.21.0`. */
  readonly version: string
  load(folder: string): Model
}

/** A loaded SavedModel: a graph and the variables that it keeps. */
export interface Model {
  /**
   * Runs what `outputs` need and returns copies of them.
   * @param inputs by the name of their placeholder
   * @param outputs names of nodes
   * @throws TicketLabError `backend-failed` with TensorFlow's message
   */
  run(inputs: Readonly<Record<string, Feed>>, outputs: readonly string[]): Values[]
  dispose(): void
}

/**
 * What must be in the environment before TensorFlow is loaded, which reads it once: a process has one choice of kernels
 * for all of its life.
 *
 * One thread by default: a training step of a small network is as fast on one as on two, and two trainings can
 * run side by side. The choice of kernels is pinned, for it decides the last bits of a result.
 */
export function tensorflowEnvironment({ threads = 1, oneDnn = false }: Kernels = {}): Readonly<
  Record<string, string>
> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    TF_ENABLE_ONEDNN_OPTS: oneDnn ? '1' : '0',
    // Messages below fatal errors: failures reach us as errors of the call.
    TF_CPP_MIN_LOG_LEVEL: '3',
  }
}

/**
 * Loads the addon, without any of tfjs's JavaScript. At most once per process, not in a worker thread.
 * @param binding path of `tfjs_binding.node`
 * @throws TicketLabError `backend-failed` if it cannot be loaded
 */
export function loadTensorFlow(binding: string, kernels: Kernels = {}): TensorFlow {
  // Assigning reaches the C environment, which TensorFlow reads while it loads.
  Object.assign(process.env, tensorflowEnvironment(kernels))
  let addon: Addon
  try {
    addon = createRequire(binding)(binding) as Addon
  } catch (error) {
    throw new TicketLabError(
      'backend-failed',
      `TensorFlow could not be loaded from ${binding}: ${(error as Error).message}. ` +
        'Run "ticketlab doctor" to see what is missing, or "ticketlab backend install" to install it again.',
      { cause: error },
    )
  }
  return {
    version: addon.TF_Version,
    load: (folder) => loadModel(addon, folder),
  }
}

function loadModel(addon: Addon, folder: string): Model {
  const model = guarded(() => addon.loadSavedModel(folder, 'serve'))
  let disposed = false
  return {
    run(inputs, outputs) {
      const owned: number[] = []
      try {
        const names = Object.keys(inputs).map((name) => `${name}:0`)
        for (const { shape, type, values } of Object.values(inputs)) {
          owned.push(guarded(() => addon.createTensor(shape, types[type], values)))
        }
        const targets = outputs.map((name) => `${name}:0`).join(',')
        const results = guarded(() => addon.runSavedModel(model, owned, names.join(','), targets))
        owned.push(...results.map(({ id }) => id))
        return results.map(({ id }) => addon.tensorDataSync(id))
      } finally {
        for (const id of owned) addon.deleteTensor(id)
      }
    },
    dispose() {
      if (disposed) return
      disposed = true
      guarded(() => addon.deleteSavedModel(model))
    },
  }
}

function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw new TicketLabError('backend-failed', `TensorFlow failed: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
