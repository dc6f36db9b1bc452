import { describe, expect, it } from 'vitest'
import { control } from '../../../src/experiments/control'
import { imp, oneShot } from '../../../src/experiments/imp'
import { seriesOf } from '../../../src/experiments/progress'
import { instability } from '../../../src/experiments/instability'
import { checkInstability } from '../../../src/lab/asked/instability-options'
import { InstabilityResults } from '../../../src/lab/results/instability-results'
import { setupOf } from '../../../src/lab/asked/presets'
import { Results } from '../../../src/lab/results/results'
import { thrown } from '../../support/thrown'
import { emptyReader } from '../dry'

const lenet = setupOf('lenet-mnist-instability', { steps: 1000 }, () => ({
  backend: { id: 'tensorflow', arithmetic: 'test' },
}))
const resultsOf = (experiment: ReturnType<typeof imp>) =>
  new Results(experiment, seriesOf(experiment, new Map()), emptyReader)
const tickets = resultsOf(imp(lenet, 3))

it('the preset has the hyperparameters of Frankle et al. 2020', () => {
  const { recipe, replicates, deviations } = setupOf('lenet-mnist-instability', {}, () => ({
    backend: lenet.backend,
  }))
  expect(recipe).toMatchObject({ steps: 24_000, batchSize: 60 })
  expect(recipe.optimizer).toEqual({ kind: 'adam', learningRate: 1.2e-3 })
  expect([replicates, deviations]).toEqual([3, []])
})

describe('the options of an instability analysis', () => {
  it('are two copies of the full network and a threshold of 2 points when only steps are given', () => {
    expect(checkInstability(lenet, { steps: [0, 100] })).toMatchObject({
      options: { of: 'imp', steps: [0, 100], orders: 2, levels: [0] },
      thresholds: { threshold: 2, margin: 0.2 },
    })
  })

  it('say where copies are fewer than in the paper', () => {
    const deviations = (orders?: number) =>
      checkInstability(lenet, { steps: [0], ...(orders ? { orders } : {}) }).setup.deviations
    expect(deviations(3)).toEqual(lenet.deviations)
    expect(deviations()).toEqual([...lenet.deviations, 'orders 2 (paper: 3)'])
  })

  it('know what the controls that are given were for', () => {
    const snip = resultsOf(control(oneShot({ ...lenet, criterion: 'snip' }, 2), 'random-reinit'))
    expect(checkInstability(snip, { steps: [0] }).options).toMatchObject({
      ...{ of: 'random-reinit', controlled: 'one-shot' },
      levels: [1, 2],
    })
  })

  it('are all levels of the results that are given', () => {
    expect(checkInstability(tickets, { steps: [0] }).options).toMatchObject({
      of: 'imp',
      levels: [0, 1, 2, 3],
    })
    const shuffled = resultsOf(control(tickets.experiment, 'random-mask'))
    expect(checkInstability(shuffled, { steps: [0] }).options).toMatchObject({
      of: 'random-mask',
      levels: [1, 2, 3],
    })
  })

  it('may name k by epoch, beside steps', () => {
    // 60,000 training examples in batches of 60: none are held out.
    const { options } = checkInstability(lenet, { steps: [100], epochs: [0, 0.5, 1] })
    expect(options.steps).toEqual([100, 0, 500, 1000])
    expect(checkInstability(lenet, { epochs: [0] }).options.steps).toEqual([0])
  })

  it('may name k by epoch for a dataset of your own of which so many examples are trained on', () => {
    const own = { ...lenet, dataset: { name: 'own', content: 'a'.repeat(64), splitSeed: 1, validation: 100 } }
    const some = { ...own, dataset: { ...own.dataset, examples: 1200 } }
    expect(checkInstability(some, { epochs: [0.5] }).options.steps).toEqual([10])
    expect(() => checkInstability(own, { epochs: [0.5] })).toThrow(
      /steps and not epochs .* found 0\.5 epochs/,
    )
  })

  it('may say how lines are evaluated, and what counts as matching', () => {
    const found = checkInstability(lenet, {
      ...{ steps: [0], margin: 0.5, points: 11, trainExamples: 5000, curve: { steps: 1000 } },
    })
    expect(found.options.line).toEqual({ points: 11, trainExamples: 5000, curveSteps: 1000 })
    expect(found.thresholds).toEqual({ threshold: 2, margin: 0.5 })
    expect(checkInstability(lenet, { steps: [0], statistics: 'interpolate' }).options.line).toEqual({
      statistics: 'interpolate',
    })
  })

  const analysis = instability(lenet, { of: 'imp', steps: [0], orders: 2, levels: [0] })
  const nothing = { lines: [], trained: { full: [], subnetworks: [] }, learningCurves: [] }
  const noResults = new InstabilityResults(analysis, nothing, { threshold: 2, margin: 0.2 }, emptyReader)
  it.each<[string, () => unknown, RegExp]>([
    [
      'an epoch below 0',
      () => checkInstability(lenet, { epochs: [-1] }),
      /each of epochs to be a number of at least 0, found -1/,
    ],
    ['epochs that are no list', () => checkInstability(lenet, { epochs: 3 }), /list such as \[0, 0.5, 3\]/],
    ['too few points', () => checkInstability(lenet, { steps: [0], points: 2 }), /at least 3, found 2/],
    [
      'a misspelled choice of statistics',
      () => checkInstability(lenet, { steps: [0], statistics: 'recomputed' }),
      /Did you mean 'recompute'/,
    ],
    [
      'examples for what needs none',
      () => checkInstability(lenet, { steps: [0], statistics: 'interpolate', statisticsExamples: 10 }),
      /Interpolated statistics need no examples/,
    ],
    [
      'a curve without steps',
      () => checkInstability(lenet, { steps: [0], curve: {} }),
      /steps: ... \} in curve/,
    ],
    [
      'no options',
      () => checkInstability(lenet, undefined),
      /steps: \[...\] \} in lab.instability, found none/,
    ],
    ['no steps', () => checkInstability(lenet, { steps: [] }), /For example \{ steps: \[0, 100, 1000\] \}/],
    ['one number', () => checkInstability(lenet, { steps: 100 }), /steps to be a list .* found 100/],
    [
      'a misspelled option',
      () => checkInstability(lenet, { step: [0] }),
      /^Did you mean 'steps'\? .*, found 'step'\./,
    ],
    ['one copy', () => checkInstability(lenet, { steps: [0], orders: 1 }), /orders to be .* at least 2/],
    [
      'a threshold of 0',
      () => checkInstability(lenet, { steps: [0], threshold: 0 }),
      /threshold to be a number above 0/,
    ],
    [
      'a level that the tickets lack',
      () => checkInstability(tickets, { steps: [0], levels: [9] }),
      /levels of IMP lenet-mnist-instability \(0, 1, 2, 3\), found level 9/,
    ],
    [
      'a promise',
      () => checkInstability(Promise.resolve(tickets), { steps: [0] }),
      /a promise. Write 'await'/,
    ],
    ['no setup', () => checkInstability('lenet', { steps: [0] }), /a setup made by lab.preset/],
    [
      'an analysis',
      () => checkInstability(noResults, { steps: [0] }),
      /found instability lenet-mnist-instability/,
    ],
  ])('%s is refused', (_, action, message) => {
    expect(thrown(action)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})
