import type { Line } from '../../../src/experiments/barriers'
import { emptyReader } from '../../lab/dry'
import type { SourceKind } from '../../../src/experiments/experiment'
import type { LineOptions } from '../../../src/experiments/lines'
import { instability } from '../../../src/experiments/instability'
import type { Setup } from '../../../src/experiments/setup'
import { densityOf } from '../../../src/experiments/density'
import { InstabilityResults } from '../../../src/lab/results/instability-results'
import { setupOf } from '../../../src/lab/asked/presets'

export interface SampleLinesOptions {
  /** What tells it apart, such as the name of the preset. */
  readonly setup?: Partial<Setup>
  readonly steps?: readonly number[]
  readonly levels?: readonly number[]
  readonly replicates?: number
  readonly orders?: number
  readonly of?: SourceKind
  /** Whether there are curves, of a fifth of the lines' height. */
  readonly curve?: boolean
  /** How lines are evaluated. */
  readonly line?: LineOptions
  /** Lines evaluated so far; all by default. */
  readonly finished?: number
}

/**
 * SAMPLE DATA, made up by a formula: a barrier of 8 / (1 + k / 50) points, a tenth more for every replicate after
 * the first, on a test error of 2%; half of both on train. Subnetworks are 0.4 points below the full network's 98.0 and
 * 98.1% at k = 0 and 0.1 points later, copies half a tenth apart. For drawing plots in tests. Nothing was trained.
 */
export function sampleAnalysis(options: SampleLinesOptions = {}): InstabilityResults {
  const {
    steps = [0, 100, 500],
    levels = [0],
    replicates = 2,
    orders = 2,
    of = 'imp',
    curve = false,
  } = options
  const lenet = setupOf('lenet-mnist-instability', { steps: 2000, replicates }, () => ({
    backend: { id: 'tensorflow', arithmetic: 'test' },
  }))
  const setup = { ...lenet, ...options.setup }
  const line = { line: { ...options.line, ...(curve ? { curveSteps: 1000 } : {}) } }
  const experiment = instability(setup, { of, steps, orders, levels, ...line })
  const lines = experiment.instability!.lines.map(({ level, replicate, step, orders: pair }): Line => {
    const alphas = Array.from({ length: 30 }, (_, i) => i / 29)
    // The highest of the even number of points lies beside the middle.
    const top = 1 - (1 / 29) ** 2
    const height = (0.08 / (1 + step / 50)) * (1 + 0.1 * (replicate - 1))
    const error = alphas.map((alpha) => 0.02 + (height * (1 - (2 * alpha - 1) ** 2)) / top)
    const half = error.map((value) => value / 2)
    const low = error.map((value) => 0.02 + (value - 0.02) / 5)
    return {
      level,
      replicate,
      step,
      orders: pair,
      density: densityOf(setup.network, experiment.counts[level]!),
      alphas,
      test: { loss: error, error },
      train: { loss: half, error: half },
      distances: { l2: 12, cosine: 0.8, travelled: 16, relative: 0.75 },
      ...(curve ? { curve: { test: { loss: low, error: low }, train: { loss: low, error: low } } } : {}),
    }
  })
  const finished = lines.slice(0, options.finished ?? lines.length)
  const subnetworks = finished
    .filter(({ level }) => level > 0)
    .flatMap(({ level, density, replicate, step, orders: pair }) =>
      pair.map((order) => ({
        level,
        density,
        step,
        replicate,
        accuracy: 0.98 - (step === 0 ? 0.004 : 0.001) + 0.0005 * order,
      })),
    )
  const full = Array.from({ length: replicates }, (_, index) => ({
    replicate: index + 1,
    accuracy: 0.98 + 0.001 * index,
  }))
  const trained = { full: subnetworks.length > 0 ? full : [], subnetworks }
  const analysed = { lines: finished, trained, learningCurves: [] }
  return new InstabilityResults(experiment, analysed, { threshold: 2, margin: 0.2 }, emptyReader)
}
