import type { LabHost } from './host'

/** The `lab` of a notebook. */
export interface Lab {
  /** Cancels one run (see `Activity`); the call that started it is rejected with code `cancelled`. */
  cancel(run: number): void
}

/** Makes the `lab` that cells see. Loads nothing heavy: TensorFlow is loaded by trainers only. */
export function createLab(host: LabHost): Lab {
  host.log('info', 'lab created')
  return { cancel: () => undefined }
}
