/** The parts of an installation, in order; `waiting` for another process that installs, if there is one. */
export type InstallationStage =
  'waiting' | 'checking' | 'packages' | 'download' | 'unpack' | 'build' | 'verify' | 'done'

/** What an installation is doing. */
export interface InstallationProgress {
  readonly stage: InstallationStage
  /** One short line, such as `Downloading TensorFlow 2.21.0: 120 of 274 MB`. */
  readonly message: string
  /** How much of the whole installation is done, from 0 to 1, never falling; absent while waiting. */
  readonly fraction?: number
}

/** Tells how far one stage is, from 0 to 1. */
export type Report = (stage: InstallationStage, message: string, part?: number) => void

/** When each stage begins, as a fraction of the whole, for an installation of usual speed. */
const begins: Readonly<Record<InstallationStage, number>> = {
  waiting: 0,
  checking: 0,
  packages: 0.02,
  download: 0.25,
  unpack: 0.6,
  build: 0.75,
  verify: 0.95,
  done: 1,
}
const order = Object.keys(begins) as InstallationStage[]

/** Turns the progress of stages into that of the whole. Equal events in a row are told once. */
export function reporter(onProgress: (progress: InstallationProgress) => void): Report {
  let reached = 0
  let last = ''
  return (stage, message, part = 0) => {
    if (message === last) return
    last = message
    if (stage === 'waiting') {
      onProgress({ stage, message })
      return
    }
    const next = order[order.indexOf(stage) + 1] ?? 'done'
    const within = Math.min(Math.max(part, 0), 1) * (begins[next] - begins[stage])
    reached = Math.max(reached, begins[stage] + within)
    onProgress({ stage, message, fraction: reached })
  }
}

/** `bytes` in megabytes, for people. */
export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1e6))
}
