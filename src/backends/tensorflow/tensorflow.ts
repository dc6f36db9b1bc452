import type { Backend } from '../backend'
import { arithmeticOf } from './arithmetic'
import { loadTensorFlow } from './binding'
import { openSession } from './session'

export interface TensorFlowOptions {
  /** Path of the addon `tfjs_binding.node` of an installation. */
  readonly binding: string
  /** Threads within one operation; 1 by default. Another number may give other bits. */
  readonly threads?: number
}

/**
 * The backend that compiles step programs to TensorFlow graphs with the training loop inside.
 * Only for a process of its own: calls block it, and TensorFlow cannot be unloaded.
 * @throws TicketLabError `backend-failed` if TensorFlow cannot be loaded
 */
export function openTensorflow({ binding, threads = 1 }: TensorFlowOptions): Backend {
  const tensorflow = loadTensorFlow(binding, threads)
  return {
    id: 'tensorflow',
    arithmetic: arithmeticOf(tensorflow.version, threads),
    open: (program, data) => openSession(tensorflow, program, data),
  }
}

export { tensorflowEnvironment } from './binding'
