import { describe, expect, it } from 'vitest'
import { rejected } from '../support/thrown'
import { seenFrom } from './declarations'
import { dryLab } from './dry'

// Parses and checks the types of all that cells see, which a busy machine takes half a minute for.
describe('What an editor shows of lab', () => {
  const seen = seenFrom('src/lab/api.ts', 'Lab')

  it('reaches everything: methods, options inside of options, layers, and what results have', () => {
    const names = seen.members.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'Lab.imp',
        'Lab.plot.accuracy',
        'PresetOptions.steps',
        'StepsSchedule.boundaries',
        'ConvolutionLayer.filters',
        'Results.mask',
        'LevelResult.density',
        'Spread.minimum',
        'ExportChoices.folder',
      ]),
    )
    expect(names.length).toBeGreaterThan(300)
  })

  it('has a comment on every method, option and member of a result', () => {
    expect(seen.members.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([])
  })

  it('says of every option that may be left out what is then done', () => {
    const silent = seen.members.filter(({ optional, comment }) => optional && !/default/i.test(comment))
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it('takes any text only where there is no list to choose from', () => {
    expect(seen.texts).toEqual([
      'ExportChoices.folder',
      'InstabilityResults.tensorboard(folder)',
      'Lab.dataset(path)',
      'Lab.html(text)',
      'Lab.markdown(text)',
      // What the store has.
      'Lab.stored(experiment)',
      'Lab.svg(text)',
      'Lab.weights(source)',
      'MaskOptions.name',
      'NameOfLayer.name',
      'NetworkDescription.name',
      'OwnOptions.name',
      'PlaneChoices.names',
      'Plot.saveCsv(file)',
      // Names of the network's own layers.
      'PruneOptions.name',
      'PruningOptions.neverPruned',
      'Results.tensorboard(folder)',
      'ScoredLayer.name',
      // Slurm knows them.
      'SlurmOptions.options',
      'TidyTable.saveCsv(file)',
      'TrainOptions.name',
      'TreatOptions.name',
      'WeightsOptions.name',
      'WeightsOptions.names',
      'WeightsOptions.part',
    ])
  })
})

describe('The types of names', async () => {
  const { lab } = dryLab()
  const lenet = lab.preset('lenet-mnist')
  const tickets = await lab.imp(lenet, { levels: 2 })

  it('are those of the tables', () => {
    expect(lab.preset('lenet-mnist', { network: 'lenet', backend: 'wasm' }).network.name).toBe('lenet')
    expect(lab.presets).toContain('vgg19-cifar10-warmup' satisfies (typeof lab.presets)[number])
    expect(lab.network({ input: [8], layers: [{ kind: 'dense', units: 10 }] }).classes).toBe(10)
  })

  // Marked while one types, as the compiler says here, and refused at run time where nobody looked.
  it.each<[string, () => unknown]>([
    // @ts-expect-error: no such name
    ['presets', () => lab.preset('lenet-minst')],
    // @ts-expect-error: no such name
    ['networks', () => lab.network('lenett')],
    // @ts-expect-error: no such name
    ['kinds of layers', () => lab.network({ input: [8], layers: [{ kind: 'dens', units: 10 }] })],
    // @ts-expect-error: no such name
    ['options', () => lab.preset('lenet-mnist', { step: 3 })],
    // @ts-expect-error: no such name
    ['datasets', () => lab.preset('lenet-mnist', { dataset: 'minst' })],
    // @ts-expect-error: no such name
    ['backends', () => lab.preset('lenet-mnist', { backend: 'gpu' })],
    // @ts-expect-error: no such name
    ['update rules', () => lab.preset('lenet-mnist', { optimizer: 'adamw' })],
    // @ts-expect-error: no such name
    ['schedules', () => lab.preset('lenet-mnist', { schedule: { kind: 'cosine' } })],
    // @ts-expect-error: no such name
    ['scopes', () => lab.preset('lenet-mnist', { scope: 'layers' })],
    // @ts-expect-error: no such name
    ['groups of layers', () => lab.preset('lenet-mnist', { rates: { conv: 0.1 } })],
    // @ts-expect-error: no such name
    ['criteria', () => lab.oneShot(lenet, { levels: 2, criterion: 'snipp' })],
    // @ts-expect-error: no such name
    ['what comes after pruning', () => lab.imp(lenet, { levels: 2, afterPruning: 'rewinding' })],
    // @ts-expect-error: no such name
    ['kept weights', () => lab.imp(lenet, { levels: 2, kept: 'constants' })],
    // @ts-expect-error: no such name
    ['pruned weights', () => lab.imp(lenet, { levels: 2, pruned: 'initials' })],
    // @ts-expect-error: no such name
    ['controls', () => lab.control(tickets, 'random')],
    // @ts-expect-error: no such name
    ['splits', () => lab.evaluate(tickets, { split: 'valid' })],
    // @ts-expect-error: no such name
    ['statistics', () => lab.instability(lenet, { steps: [0], statistics: 'none' })],
    // @ts-expect-error: no such name
    ['methods that have a cost', () => lab.cost('impp', lenet, { levels: 2 })],
    // @ts-expect-error: no such name
    ['kinds of weights', () => tickets.export(2, { weights: 'end' })],
  ])('%s that do not exist are errors of types and at run time', async (_, call) => {
    expect(await rejected(Promise.resolve().then(call))).toMatchObject({ code: 'bad-input' })
  })
})
