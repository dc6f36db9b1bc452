import type { Point, Series } from '../../../src/experiments/series'
import type { MetricsRow } from '../../../src/tasks/recipe'

/**
 * SAMPLE DATA, made up by a formula to look like LeNet on MNIST: for drawing plots in tests. Nothing was trained.
 */
export interface SampleOptions {
  readonly levels?: number
  readonly replicates?: number
  readonly steps?: number
  readonly name?: string
  readonly role?: Series['role']
  readonly network?: string
  readonly deviations?: readonly string[]
  /** Trainings finished so far, in the order in which they are run; all by default. */
  readonly finished?: number
}

export function sampleSeries(options: SampleOptions = {}): Series {
  const { levels = 8, replicates = 2, steps = 2000, name = 'tickets', role = 'tickets' } = options
  const points = Array.from({ length: levels + 1 }, (_, level) =>
    Array.from({ length: replicates }, (_, replicate) => samplePoint(level, replicate, steps, name)),
  ).flat()
  const finished = options.finished ?? points.length
  return {
    name,
    role,
    network: options.network ?? 'lenet-mnist',
    replicates,
    deviations: options.deviations ?? ['steps 2000 (paper: 50000)', 'replicates 2 (paper: 5)'],
    points: points.slice(0, finished),
  }
}

/** Tickets and both controls, as the quickstart plots them. */
export function sampleComparison(options: SampleOptions = {}): Series[] {
  return [
    sampleSeries(options),
    sampleSeries({ ...options, name: 'random reinit', role: 'control' }),
    sampleSeries({ ...options, name: 'random mask', role: 'control' }),
  ]
}

/** The same as if no examples had been held out for validation. */
export function withoutValidation(series: Series): Series {
  const points = series.points.map(({ curve, result, ...point }): Point => {
    const rows = curve.map(({ step, trainLoss, testLoss, testAccuracy }) => ({
      ...{ step, testLoss, testAccuracy },
      ...(trainLoss === undefined ? {} : { trainLoss }),
    }))
    return { ...point, curve: rows, ...(result ? { result: { final: rows.at(-1)! } } : {}) }
  })
  return { ...series, points }
}

/** Fraction of weights kept after some levels at 20% (hidden layers) and 10% (output layer). */
export function sampleDensity(level: number): number {
  const kept = 265_200 * 0.8 ** level + 1000 * 0.9 ** level
  return Math.round(kept) / 266_200
}

function samplePoint(level: number, replicate: number, steps: number, name: string): Point {
  const isTicket = name.startsWith('tickets') || level === 0
  const loss = name === 'random mask' ? 1.5 : 1
  const best = 97.55 + (isTicket ? 0.75 * Math.sin(Math.min(level, 10) / 5.2) : -0.09 * loss * level)
  const pace = steps * (isTicket ? 0.05 + 0.07 * 0.85 ** level : 0.12 + 0.012 * loss * level)
  const noise = (step: number): number =>
    0.16 * Math.sin(step * 12.9898 + replicate * 78.233 + level * 37.719 + name.length)
  const curve: MetricsRow[] = []
  for (let step = 0; step <= steps; step += steps / 20) {
    const progress = 1 - Math.exp(-step / pace)
    const accuracy = (9.8 + (best - 9.8) * progress + (step > 0 ? noise(step) : 0)) / 100
    const overfit = 0.02 * Math.max(0, step / steps - pace / (steps * 0.18))
    const validationLoss = 0.08 + 2.2 * Math.exp(-step / pace) + overfit + 0.002 * noise(step + 1)
    curve.push({
      step,
      ...(step > 0 ? { trainLoss: 0.02 + 2.2 * Math.exp(-step / pace) } : {}),
      validationLoss,
      validationAccuracy: accuracy - 0.001,
      testLoss: validationLoss + 0.004,
      testAccuracy: accuracy,
    })
  }
  const earlyStop = curve.reduce((a, b) => (b.validationLoss! < a.validationLoss! ? b : a))
  return {
    level,
    replicate,
    density: sampleDensity(level),
    // Every weight of LeNet meets one number of an example.
    multiplyAdds: Math.round(266_200 * sampleDensity(level)),
    curve,
    result: { earlyStop, final: curve.at(-1)! },
  }
}
