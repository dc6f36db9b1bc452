import type { Backend } from '../backend'
import type { Kernels } from './arithmetic'
import { arithmeticOf } from './arithmetic'
import { loadTensorFlow } from './binding'
import { openSession } from './session'

export interface TensorFlowOptions extends Kernels {
  /** Path of the addon `tfjs_binding.node` of an installation. */
  readonly binding: string
}

/**
 * The backend that compiles step programs to TensorFlow graphs with the training loop inside.
 * Only for a process of its own: calls block it, and TensorFlow cannot be unloaded.
 * @throws TicketLabError `backend-failed` if TensorFlow cannot be loaded
 */
export function openTensorflow({ binding, ...kernels }: TensorFlowOptions): Backend {
  const tensorflow = loadTensorFlow(binding, kernels)
  return {
    id: 'tensorflow',
    arithmetic: arithmeticOf(tensorflow.version, kernels),
    open: (program, data) => openSession(tensorflow, program, data),
  }
}
