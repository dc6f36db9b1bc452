import { describe, expect, it } from 'vitest'
import { setupOf } from '../../src/lab/presets'
import { thrown } from '../support/thrown'

const preset = (options?: unknown, name = 'lenet-mnist') =>
  setupOf(name, options, () => ({ backend: { id: 'tensorflow', arithmetic: 'test' } }))

describe('the preset lenet-mnist', () => {
  it('has the hyperparameters of Frankle & Carbin 2019, figure 2', () => {
    const { recipe, rates, dataset, replicates, deviations } = preset()
    expect(recipe).toEqual({
      steps: 50_000,
      batchSize: 60,
      optimizer: { kind: 'adam', learningRate: 1.2e-3 },
      evaluateEvery: 100,
    })
    expect(rates).toEqual({ dense: 0.2, output: 0.1 })
    expect(dataset.validation).toBe(5000)
    expect([replicates, deviations]).toEqual([5, []])
  })

  it('can be changed in every hyperparameter, and says what was changed', () => {
    const setup = preset({
      steps: 2000,
      batchSize: 128,
      optimizer: 'momentum',
      learningRate: 0.1,
      weightDecay: 1e-4,
      schedule: { kind: 'linear-warmup', warmup: 100 },
      rates: { dense: 0.5 },
      rewindTo: 100,
      replicates: 5,
      seed: 3,
    })
    expect(setup.recipe.optimizer).toEqual({ kind: 'momentum', learningRate: 0.1, momentum: 0.9 })
    expect(setup.rates).toEqual({ dense: 0.5, output: 0.1 })
    expect(setup.deviations).toEqual([
      'steps 2000 (paper: 50000)',
      'batch size 128 (paper: 60)',
      'learning rate 0.1 (paper: 0.0012)',
      'optimizer momentum (paper: adam)',
      'weight decay 0.0001 (paper: 0)',
      'schedule kind linear-warmup, warmup 100 (paper: kind constant)',
      'rates dense 0.5, output 0.1 (paper: dense 0.2, output 0.1)',
      'rewind to 100 (paper: 0)',
    ])
  })
})

describe('bad input', () => {
  it.each([
    [
      'a misspelled preset',
      () => preset({}, 'lenet-mnits'),
      /a preset \(lenet-mnist.*found 'lenet-mnits'. Did you mean 'lenet-mnist'\?/,
    ],
    ['a misspelled option', () => preset({ step: 3 }), /found 'step'. Did you mean 'steps'\?/],
    ['no object', () => preset(2000), /options of lab.preset\('lenet-mnist'\) as an object .*found 2000/],
    [
      'a rate of 1',
      () => preset({ rates: { dense: 1 } }),
      /dense to be a fraction between 0 and 1 .*found 1/,
    ],
    ['a rate in percent', () => preset({ rates: { dense: 20 } }), /found 20. Did you mean 0.2\?/],
    ['a rate of 0', () => preset({ rates: { output: 0 } }), /output to be a fraction .*found 0/],
    ['a misspelled group', () => preset({ rates: { desne: 0.2 } }), /Did you mean 'dense'\?/],
    ['no steps', () => preset({ steps: 0 }), /steps to be a whole number of at least 1, found 0/],
    ['steps as text', () => preset({ steps: '2000' }), /found '2000'/],
    ['a misspelled optimizer', () => preset({ optimizer: 'adma' }), /Did you mean 'adam'\?/],
    [
      'momentum without a rate',
      () => preset({ optimizer: { kind: 'momentum', momentum: 0.9 } }),
      /learningRate in the optimizer 'momentum'/,
    ],
    [
      'a rewind beyond the end',
      () => preset({ steps: 100, rewindTo: 100 }),
      /rewindTo to be below the 100 steps/,
    ],
    [
      'a schedule without boundaries',
      () => preset({ schedule: { kind: 'steps', factor: 0.1 } }),
      /boundaries and factor/,
    ],
  ])('%s is refused with what was expected, found and meant', (_, action, message) => {
    expect(thrown(action)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('the backend of a setup', () => {
  it('is the one asked for; one that is not the usual is told in every result', () => {
    const setup = (options: unknown) =>
      setupOf('lenet-mnist', options, (choice = 'wasm') => ({
        backend: { id: choice === 'tensorflow' ? 'tensorflow' : 'wasm', arithmetic: 'test' },
      }))
    expect(setup({ backend: 'tensorflow' })).toMatchObject({ backend: { id: 'tensorflow' }, deviations: [] })
    expect(setup({})).toMatchObject({ backend: { id: 'wasm' }, deviations: ['trained on wasm'] })
  })

  it('must be one that there is', () => {
    expect(() => preset({ backend: 'wsam' })).toThrow("Did you mean 'wasm'?")
  })
})
