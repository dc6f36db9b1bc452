import { expect, test } from 'vitest'
import { wasmArithmetic } from '../../../src/backends/wasm/arithmetic'
import { imp } from '../../../src/experiments/imp'
import { estimate, meanOf, parallelism, speedAt, timingsOf } from '../../../src/lab/cost/estimate'
import { setupOf } from '../../../src/lab/asked/presets'

const wasm = { id: 'wasm', arithmetic: wasmArithmetic } as const
const tensorflow = { id: 'tensorflow', arithmetic: 'tensorflow-2.21.0-graph-1' } as const
/** What is timed where one backend does all. */
const measuredCounts = (...given: Parameters<typeof timingsOf>) => timingsOf(...given)[0]?.counts ?? []
const ladder = (backend: typeof wasm | typeof tensorflow, levels: number) =>
  imp(
    setupOf('lenet-mnist', { steps: 1000, replicates: 2 }, () => ({ backend })),
    levels,
  )

test('speed is measured at five densities where sparsity makes faster, otherwise once', () => {
  const { counts } = ladder(wasm, 8)
  expect(measuredCounts(ladder(wasm, 8), new Set())).toEqual([
    {},
    ...[2, 4, 6, 8].map((level) => counts[level]),
  ])
  expect(measuredCounts(ladder(tensorflow, 8), new Set())).toEqual([{}])
})

test('only what is to do is measured: one more level needs one density, a stored experiment none', () => {
  const stored = new Set(ladder(wasm, 7).tasks.keys())
  const eight = ladder(wasm, 8)
  const last = measuredCounts(eight, stored)
  expect(last.at(-1)).toEqual(eight.counts[8])
  // The mask of level 8 is computed from the weights of level 7, by whatever trainer: it has no density of its own.
  expect(last).toEqual([{}, eight.counts[8]])
  expect(measuredCounts(eight, new Set(eight.tasks.keys()))).toEqual([])
})

test('speed between measured densities is on the line between them', () => {
  const points = [
    { density: 1, step: 4, example: 2 },
    { density: 0.5, step: 2, example: 1 },
    { density: 0.1, step: 1, example: 0.5 },
  ]
  expect(speedAt(1, points).step).toBe(4)
  expect(speedAt(0.75, points)).toEqual({ step: 3, example: 1.5 })
  expect(speedAt(0.3, points).step).toBeCloseTo(1.5)
  expect(speedAt(0.01, points).step).toBe(1)
  expect(speedAt(0.3, points.slice(0, 1)).step).toBe(4)
})

test('as many trainers are timed at once as will train at once', () => {
  const replicates = ladder(wasm, 3)
  expect([1, 2, 8].map((trainers) => parallelism(replicates.tasks, new Set(), trainers))).toEqual([1, 2, 2])
  const stored = new Set(imp({ ...replicates.setup, replicates: 1 }, 3).tasks.keys())
  expect(parallelism(replicates.tasks, stored, 8)).toBe(1)
  expect(parallelism(replicates.tasks, new Set(replicates.tasks.keys()), 8)).toBe(0)
})

test('what several trainers measured at once is averaged', () => {
  const examples = { train: 1, validation: 2, test: 3 }
  const one = { examples, opening: 1, drawing: 0.1, points: [{ step: 1, example: 2 }] }
  const other = { examples, opening: 2, drawing: 0.3, points: [{ step: 3, example: 6 }] }
  expect(meanOf([one, other])).toEqual({
    ...{ examples, opening: 1.5, drawing: 0.2 },
    points: [{ step: 2, example: 4 }],
  })
})

test('time is that of the chain of levels, each at its own speed', () => {
  const experiment = ladder(wasm, 1)
  const half = { step: 0.001, example: 0.00001 }
  const points = [{ step: 0.002, example: 0.00002 }, half]
  const examples = { train: 55_000, validation: 5000, test: 10_000 }
  const [timing] = timingsOf(experiment, new Set())
  const measurement = { examples, opening: 1, drawing: 0, points }
  const found = estimate({ experiment, timed: [{ ...timing!, measurement }] }, new Set(), 2)
  // 1000 steps and 11 evaluations of 15,000 examples, at two speeds; six tasks one after the other: W_0, mask, ...
  expect(found.seconds).toBeCloseTo(1 + 2 + 3.3 + 1 + 1.65 + 4 * 0.03, 5)
  expect(found.steps).toEqual({ total: 4000, todo: 4000 })
  expect(found.tasks).toEqual([
    { kind: 'initialize', total: 2, cached: 0, todo: 2 },
    { kind: 'train', total: 4, cached: 0, todo: 4 },
    { kind: 'prune', total: 2, cached: 0, todo: 2 },
  ])
  expect(found.levels.map(({ secondsPerStep }) => secondsPerStep)).toEqual([0.002, 0.001])
})

test('an experiment on two backends is timed on both, each level with its own', () => {
  const setup = setupOf('lenet-mnist', { steps: 1000, replicates: 1 }, () => ({
    backend: tensorflow,
    sparse: { below: 0.25, backend: wasm },
  }))
  const experiment = imp(setup, 8)
  const timings = timingsOf(experiment, new Set())
  expect(timings.map(({ backend }) => backend.id)).toEqual(['tensorflow', 'wasm'])
  expect(timings.map(({ counts }) => counts)).toEqual([[{}], experiment.counts.slice(7)])
  const examples = { train: 55_000, validation: 5000, test: 10_000 }
  const timed = timings.map((timing, index) => {
    const points = timing.counts.map(() => ({ step: index + 1, example: 0 }))
    return { ...timing, measurement: { examples, opening: 0, drawing: 0, points } }
  })
  const { levels } = estimate({ experiment, timed }, new Set(), 2)
  expect(levels.map(({ secondsPerStep }) => secondsPerStep)).toEqual([1, 1, 1, 1, 1, 1, 1, 2, 2])
})

test('a ladder has nothing to do for more trainers than replicates, and says how long it takes with fewer', () => {
  const experiment = imp(
    setupOf('lenet-mnist', { steps: 1000, replicates: 6 }, () => ({ backend: wasm })),
    8,
  )
  const points = measuredCounts(experiment, new Set()).map(() => ({ step: 1e-3, example: 1e-6 }))
  const examples = { train: 55_000, validation: 5000, test: 10_000 }
  const measurement = { examples, opening: 1, drawing: 0.01, points }
  const [timing] = timingsOf(experiment, new Set())
  const found = estimate({ experiment, timed: [{ ...timing!, measurement }] }, new Set(), 2)
  expect(found.withTrainers.map(({ trainers }) => trainers)).toEqual([1, 2, 4, 6])
  const [one, two, four, six] = found.withTrainers.map(({ seconds }) => seconds)
  expect(two).toBeCloseTo(found.seconds)
  // Besides opening a trainer, six chains of equal length: 6, 3, 2 and 1 of them one after the other.
  expect([one! - 1, two! - 1, four! - 1].map((seconds) => Math.round(seconds / (six! - 1)))).toEqual([
    6, 3, 2,
  ])
})
