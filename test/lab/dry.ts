import { seriesOf } from '../../src/experiments/progress'
import { BarrierResults } from '../../src/lab/steps/barrier'
import { PlaneResults } from '../../src/lab/steps/plane'
import { InstabilityResults } from '../../src/lab/results/instability-results'
import type { Lab } from '../../src/lab/api'
import type { LabHost } from '../../src/lab/host'
import { createLab } from '../../src/lab/lab'
import { type ResultReader } from '../../src/lab/results/result-reader'
import { Results } from '../../src/lab/results/results'
import type { Runner } from '../../src/lab/running/runner'

/** A lab whose experiments are described and not run, for tests of what is refused before anything is. */
export interface DryLab {
  readonly lab: Lab
  /** How many experiments got as far as being run. */
  readonly runs: () => number
}

/** A host that shows nothing and has nowhere to compute. */
export const dryHost: LabHost = {
  ...{ store: '/nowhere', backends: '/nowhere', trainers: 1, backend: 'wasm' },
  display: () => () => undefined,
  show: () => undefined,
  signal: () => new AbortController().signal,
  activity: () => undefined,
  experiment: () => undefined,
  log: () => undefined,
}

/** What results read from that were not computed. */
export const emptyReader: ResultReader = {
  readMask: () => Promise.reject(new Error('Nothing was computed.')),
  readWeights: () => Promise.reject(new Error('Nothing was computed.')),
  result: () => Promise.resolve(undefined),
}

export function dryLab(): DryLab {
  let runs = 0
  const run: Runner['run'] = (experiment) => {
    runs++
    return Promise.resolve(new Results(experiment, seriesOf(experiment, new Map()), emptyReader))
  }
  const analysed = { lines: [], trained: { full: [], subnetworks: [] }, learningCurves: [] }
  const runner: Runner = {
    run,
    toBackground: () => undefined,
    runAll: (experiments) => Promise.all(experiments.map((one) => run(one, []))),
    runInstability(experiment, thresholds) {
      runs++
      return Promise.resolve(new InstabilityResults(experiment, analysed, thresholds, emptyReader))
    },
    runGrowing: ({ first }) => run(first, []),
    runBarrier(experiment, thresholds) {
      runs++
      return Promise.resolve(new BarrierResults(experiment, analysed, thresholds, emptyReader))
    },
    runPlane(experiment) {
      runs++
      return Promise.resolve(new PlaneResults(experiment, []))
    },
    give: () => Promise.resolve(),
    compute: () => Promise.reject(new Error('Nothing is computed.')),
    cancel: () => undefined,
    close: () => Promise.resolve(),
  }
  return { lab: createLab(dryHost, runner), runs: () => runs }
}
