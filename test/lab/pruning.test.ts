import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleOf } from '../../src/report/showing/bundle'
import type { Setup } from '../../src/experiments/setup'
import type { ExperimentView } from '../../src/experiments/view'
import type { MimeBundle } from '../../src/report/display'
import type { Lab } from '../../src/lab/api'
import { checkPruning } from '../../src/lab/asked/pruning-options'
import { needTensorflow } from '../support/tensorflow'
import { backends, network } from '../runtime/lab'
import { openTestLab, type TestLab } from './lab'

let opened: TestLab
let lab: Lab
let lenet: Setup
let shown: readonly MimeBundle[]
let views: readonly ExperimentView[]

beforeAll(async () => {
  opened = await openTestLab(backends)
  ;({ lab, shown, views } = opened)
  const preset = lab.preset('lenet-mnist', {
    steps: 20,
    replicates: 1,
    evaluateEvery: 20,
    backend: 'wasm',
    rates: { dense: 0.5, output: 0.5 },
  })
  lenet = { ...preset, network }
})
afterAll(() => opened.close())

const backendOf = ({ backend }: Setup): Pick<Setup, 'backend'> => ({ backend })
const all = 784 * 16 + 160

describe('pruning before training', () => {
  it.each(['snip', 'grasp', 'synflow', 'random'] as const)(
    'by %s trains what is left, and the full network to compare with',
    async (criterion) => {
      const found = await lab.oneShot({ ...lenet, scope: 'global' }, { levels: 2, criterion })
      const trained = [...found.experiment.tasks.values()].filter(({ kind }) => kind === 'train')
      expect(trained).toHaveLength(3)
      const layers = await found.layers(2)
      expect(layers.reduce((sum, { kept }) => sum + kept, 0)).toBe(all / 4)
      expect(layers.every(({ kept }) => kept > 0)).toBe(true)
      expect(found.levels.map(({ density }) => density)).toEqual([1, 0.5, 0.25])
      expect((await bundleOf(found.matching()))['text/plain']).toMatch(/full network \(%\)/)
    },
    60_000,
  )

  it.each(['wasm', 'tensorflow'] as const)(
    'goes on with an empty layer when told to, on %s, and says how many weights it has',
    async (backend) => {
      if (backend === 'tensorflow') needTensorflow()
      const setup = { ...lenet, ...backendOf(lab.preset('lenet-mnist', { backend })) }
      const rated = { ...setup, rates: { dense: 0.99, output: 0.99 } }
      const collapse = 'go on'
      const found = await lab.oneShot(rated, { levels: 2, criterion: 'snip', collapse })
      const kept = (await found.layers(2)).map((layer) => layer.kept)
      expect(kept.reduce((sum, count) => sum + count, 0)).toBe(1)
      expect(kept).toContain(0)
      expect(found.levels[2]!.finalAccuracy.mean).toBeLessThan(0.25)
      const { title } = lab.plot.accuracy(found).spec as { title: { subtitle: string[] } }
      expect(title.subtitle.join(' ')).toMatch(
        /collapse: layer (hidden|output) is empty at level \d( \(1 more later\))?/,
      )
      const stopped = lab.oneShot({ ...rated, seed: 2 }, { levels: 2, criterion: 'snip' })
      await expect(stopped).rejects.toMatchObject({ code: 'bad-input' })
    },
    120_000,
  )

  it('finds the same masks on either backend, but for weights at the cut', async () => {
    needTensorflow()
    const [one, other] = await Promise.all(
      (['wasm', 'tensorflow'] as const).map(async (backend) => {
        const setup = { ...lenet, ...backendOf(lab.preset('lenet-mnist', { backend })) }
        return (await lab.oneShot(setup, { levels: 1, criterion: 'snip' })).mask(1)
      }),
    )
    const [a, b] = [one!['hidden/weights']!.data, other!['hidden/weights']!.data]
    expect(a.filter((bit, i) => bit !== b[i]).length).toBeLessThan(a.length / 1000)
  })
})

describe('what computes', () => {
  it('scores of a network with convolutions is a trainer with its arithmetic, whatever trained before', async () => {
    needTensorflow()
    const tensorflow = { steps: 20, replicates: 1, evaluateEvery: 20, backend: 'tensorflow' } as const
    await lab.imp(lab.preset('lenet-mnist', tensorflow), { levels: 1 })
    const layers = [
      { kind: 'convolution', filters: 4 },
      { kind: 'max-pool' },
      { kind: 'dense', units: 10 },
    ] as const
    const images = lab.setup({ ...tensorflow, network: { input: [28, 28, 1], layers }, dataset: 'mnist' })
    const found = await lab.oneShot(images, { levels: 1, criterion: 'snip' })
    expect(found.levels).toHaveLength(2)
  })

  it('is said of every ticket, also where sparse ones are computed by another backend', async () => {
    needTensorflow()
    const { backend, sparse } = lab.preset('lenet-mnist', { backend: 'mixed' })
    const found = await lab.imp({ ...lenet, backend, ...(sparse ? { sparse } : {}) }, { levels: 3 })
    const folder = join(opened.store, 'exported')
    const exported = await Promise.all([0, 3].map((level) => found.export(level, { folder })))
    expect(exported.map(({ description }) => description.backend)).toEqual([backend, sparse!.backend])
  })
})

it('layers that are left out are said to be, so that results with and without them can be told apart', async () => {
  const found = await lab.imp(lenet, { levels: 1, neverPruned: ['output'] })
  expect(found.experiment.setup.deviations).toEqual([...lenet.deviations, 'never pruned: output'])
})

it('one reinitialisation where the paper has three is said, in the plot for that series alone', async () => {
  const tickets = await lab.imp(lenet, { levels: 1 })
  const reinit = await lab.control(tickets, 'random-reinit')
  const shuffled = await lab.control(tickets, 'random-mask')
  const own = '1 random reinitialisation per replicate (paper: 3)'
  expect(reinit.experiment.setup.deviations).toEqual([...lenet.deviations, own])
  expect(shuffled.experiment.setup.deviations).toEqual(lenet.deviations)
  const { title } = lab.plot.accuracy(tickets, reinit, shuffled).spec as { title: { subtitle: string[] } }
  expect(title.subtitle.join(' ')).toContain(`${lenet.deviations.join(', ')}; random reinit: ${own}`)
})

it('one training can be read at several of its steps, as figures 7 and 8 of the paper are', async () => {
  const recipe = { ...lenet.recipe, evaluateEvery: 10 }
  const tickets = await lab.imp({ ...lenet, recipe }, { levels: 1 })
  const plot = lab.plot.accuracy(tickets, { at: [10, 20] })
  const at = (step: number) =>
    tickets.series.points.map(({ level, curve }) => {
      const { testAccuracy } = curve.find((row) => row.step === step)!
      const accuracy = Number((100 * testAccuracy).toPrecision(8))
      // Half of the weights, twice the compression, half of the multiply-adds.
      const [remaining, ratio, work] = level === 0 ? [100, 1, all] : [50, 2, all / 2]
      return `tickets,tickets,lenet-mnist,${level},1,${remaining},${step},${accuracy},${ratio},${work}`
    })
  const rows = plot
    .csv()
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) =>
      line
        .split(',')
        .filter((_, column) => column !== 6 && column !== 7)
        .join(','),
    )
  expect(rows).toEqual([...at(10), ...at(20)])
  expect(plot.text()).toMatch(/^At step 10\nseries +remaining[^]*\n\nAt step 20\n/)
  expect(await plot.svg()).toContain('At step 20')
  expect(lab.plot.learningCurves(tickets, { from: 20 }).spec).not.toEqual(
    lab.plot.learningCurves(tickets).spec,
  )
  expect(() => lab.plot.accuracy(tickets, { at: 15 })).toThrow(
    /recorded in { at: ... }, such as 10 and 20, found 15/,
  )
  expect(() => lab.plot.accuracy(tickets, { at: 10, reference: true })).toThrow(/either at or reference/)
})

describe('pruning all layers together', () => {
  it('shows in results and tree what is left of each layer', async () => {
    const found = await lab.imp({ ...lenet, scope: 'global' }, { levels: 1 })
    const layers = await found.layers(1)
    const [hidden, output] = layers
    const shown = (await bundleOf(layers))['text/plain']!
    expect(shown).toMatch(/^layer +kept +of +remaining\nhidden\/weights +[\d,]+ +12,544 +[\d.]+%\n/)
    expect(hidden!.kept + output!.kept).toBe(all / 2)
    // Glorot weights of the output layer are larger, so ranking all together keeps more of them.
    expect(output!.kept / output!.total).toBeGreaterThan(hidden!.kept / hidden!.total)
    const view = views.findLast(({ digest }) => digest === found.experiment.digest)!
    expect(view.levels[1]!.layers.map(({ kept }) => kept)).toEqual([hidden!.kept, output!.kept])

    const again = await lab.control(found, 'random-mask-global', { levels: [1] })
    const places = await again.layers(1)
    expect(places.reduce((sum, { kept }) => sum + kept, 0)).toBe(all / 2)
    expect(places[1]!.kept / places[1]!.total).toBeCloseTo(0.5, 0)
    expect(again.levels[0]!.density).toBe(found.levels[1]!.density)
  })

  it('stops when it leaves nothing of a layer, with layer, level and count, and keeps the levels before', async () => {
    // Of 12,704 weights, 13 are left: the first layer's are so much smaller that none of them is among the largest.
    const setup: Setup = { ...lenet, scope: 'global', rates: { dense: 0.9, output: 0.9 } }
    await expect(lab.imp(setup, { levels: 3 })).rejects.toMatchObject({
      code: 'layer-died',
      message: expect.stringMatching(
        /^At level 3: Expected at least one weight left in every layer, found 0 of 12544 in hidden\/weights when 13 weights/,
      ) as string,
    })
    const kept = await lab.imp(setup, { levels: 2 })
    expect(kept.levels).toHaveLength(3)
    // SynFlow was made to avoid this.
    const alive = await lab.oneShot(setup, { levels: 3, criterion: 'synflow' })
    expect((await alive.layers(3)).every(({ kept }) => kept > 0)).toBe(true)
  })
})

describe('after pruning', () => {
  it('weights may stay while learning rates go back, or training just goes on', async () => {
    const options = { levels: 2 } as const
    const rewound = await lab.imp(lenet, options)
    const stay = await lab.imp(lenet, { ...options, afterPruning: 'learning-rate' })
    const tuned = await lab.imp(lenet, { ...options, afterPruning: 'fine-tune', fineTuneSteps: 10 })
    const steps = (one: typeof rewound) =>
      one.series.points.map(({ curve }) => [curve[0]!.step, curve.at(-1)!.step])
    expect(steps(rewound)).toEqual([
      [0, 20],
      [0, 20],
      [0, 20],
    ])
    expect(steps(stay)).toEqual([
      [0, 20],
      [0, 20],
      [0, 20],
    ])
    expect(steps(tuned)).toEqual([
      [0, 20],
      [20, 30],
      [20, 30],
    ])
    // What was trained is still there when training begins again, and not when it was rewound.
    const [begin, later] = [rewound, stay].map(({ series }) => series.points[1]!.curve[0]!.validationLoss)
    const dense = rewound.series.points[0]!.curve.at(-1)!.validationLoss!
    expect(Math.abs(later! - dense)).toBeLessThan(Math.abs(begin! - dense) / 2)
    expect([rewound, stay, tuned].map(({ name }) => name)).toEqual([
      'IMP lenet-mnist',
      'IMP lenet-mnist, not rewound',
      'IMP lenet-mnist, fine-tuned for 10 steps',
    ])
    expect(Object.keys(await tuned.weights(2))).toContain('hidden/weights')
    expect((await lab.evaluate(tuned)).networks[2]!.accuracy).toBeCloseTo(
      tuned.series.points[2]!.result!.final.testAccuracy,
      6,
    )
  })
})

describe('variants', () => {
  it('run at once, in one plot, each with results of its own', async () => {
    const before = shown.length
    const found = await lab.variants({ 'lr low': lenet, 'lr high': { ...lenet, seed: 9 } }, { levels: 1 })
    expect(shown.length - before).toBe(1)
    expect(shown.at(-1)!['text/plain']).toMatch(/tickets, lr low[^]*tickets, lr high/)
    expect(found['lr low'].name).toBe('IMP lenet-mnist, lr low')
    expect(found['lr high'].levels).toHaveLength(2)
    const table = (await bundleOf(found))['text/plain']!
    expect(table).toMatch(
      /^IMP lenet-mnist, lr low: 1 replicate[^]*\n\nIMP lenet-mnist, lr high: 1 replicate/,
    )
    expect(lab.plot.accuracy(found).spec).toEqual(lab.plot.accuracy(...Object.values(found)).spec)
    const plot = lab.plot.accuracy(found['lr low'], found['lr high'])
    expect(plot.csv()).toContain('"tickets, lr high",tickets,lenet-mnist,1,1,50,')
  })

  it('are pruned in one shot where that is asked for, as lab.oneShot does', async () => {
    const { low } = await lab.variants({ low: lenet }, { levels: 2, oneShot: true, criterion: 'snip' })
    const alone = await lab.oneShot(lenet, { levels: 2, criterion: 'snip' })
    expect(low.name).toBe('SNIP lenet-mnist, low')
    expect([...low.experiment.tasks.keys()]).toEqual([...alone.experiment.tasks.keys()])
  })

  it('one that diverges stops with level, step and value; the others go on, and what was computed is kept', async () => {
    const wild: Setup = {
      ...lenet,
      recipe: { ...lenet.recipe, optimizer: { kind: 'sgd', learningRate: 1e30 } },
    }
    const calm: Setup = { ...lenet, seed: 5 }
    await expect(lab.variants({ wild, calm }, { levels: 1 })).rejects.toMatchObject({
      code: 'task-failed',
      message: expect.stringMatching(
        /1 of 2 experiments .*\n- IMP lenet-mnist, wild: At level 0: Training diverged: expected a finite training loss, found \S+ at step \d+\./,
      ) as string,
    })
    const states = (name: string) => views.findLast((view) => view.name === name)!
    expect(states('IMP lenet-mnist, wild').levels.map(({ state }) => state)).toEqual(['failed', 'failed'])
    expect(states('IMP lenet-mnist, calm').state).toBe('done')
    const again = await lab.imp(calm, { levels: 1 })
    expect(again.levels).toHaveLength(2)
  })
})

describe('bad input', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['no levels', () => lab.imp(lenet, {} as never), /\{ levels: \.\.\. \} in lab\.imp/],
    ['SNIP for IMP', () => lab.imp(lenet, { levels: 1, criterion: 'snip' }), /Use lab\.oneShot/],
    [
      'a level that is a text',
      async () => (await lab.imp(lenet, { levels: 1 })).mask('1' as never),
      /found level '1', replicate 1/,
    ],
    [
      'a misspelled criterion',
      () => lab.oneShot(lenet, { levels: 1, criterion: 'snipp' as never }),
      /Did you mean 'snip'/,
    ],
    [
      'k beyond T',
      () => lab.imp({ ...lenet, rewindTo: 20 }, { levels: 1 }),
      /from 0 to 19, below the 20 steps .*found 20/,
    ],
    [
      'a layer that is not there',
      () => lab.imp(lenet, { levels: 1, neverPruned: ['hiden'] }),
      /Did you mean 'hidden'/,
    ],
    [
      'fine-tuning for no steps',
      () => lab.imp(lenet, { levels: 1, afterPruning: 'fine-tune' }),
      /fineTuneSteps/,
    ],
    [
      'two rates at once',
      () => lab.imp({ ...lenet, scope: 'global', rates: { dense: 0.2, output: 0.1 } }, { levels: 1 }),
      /found dense 0\.2, output 0\.1/,
    ],
    [
      'less than a weight in a layer',
      () => lab.imp(lenet, { levels: 12 }),
      /one weight left in output\/weights, found none at level 8/,
    ],
    [
      'one setup for variants',
      () => lab.variants(lenet as never, { levels: 1 }),
      /setups by name in lab\.variants, found one setup/,
    ],
  ])('%s is refused before anything is trained', async (_, action, message) => {
    await expect(action()).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('the setup of an experiment that was run', () => {
  const told = (setup: Setup, options: object): Setup =>
    checkPruning(setup, { levels: 1, ...options }, 'lab.oneShot').setup
  const choices = ({ criterion, scope, temperature, collapse, afterPruning, fineTuneSteps }: Setup) =>
    JSON.parse(
      JSON.stringify({ criterion, scope, temperature, collapse, afterPruning, fineTuneSteps }),
    ) as unknown

  it('keeps what it was told, as long as nothing else is', () => {
    const options = { criterion: 'grasp', temperature: 1, collapse: 'go on' }
    const setup = told(lenet, options)
    expect(choices(setup)).toEqual({ ...options, scope: 'global' })
    expect(choices(told(setup, {}))).toEqual(choices(setup))
    expect(choices(told(setup, { temperature: 200 }))).toEqual({
      criterion: 'grasp',
      scope: 'global',
      collapse: 'go on',
    })
    const perLayer = told(lenet, { criterion: 'snip', scope: 'layer' })
    expect(choices(told(perLayer, {}))).toEqual({ criterion: 'snip' })
  })

  it('does what it is told now, a default by its name too', () => {
    const setup = told(lenet, { criterion: 'grasp', temperature: 1, scope: 'layer', collapse: 'go on' })
    expect(choices(told(setup, { criterion: 'magnitude', collapse: 'stop' }))).toEqual({})
    expect(choices(told(setup, { criterion: 'snip' }))).toEqual({
      criterion: 'snip',
      scope: 'global',
      collapse: 'go on',
    })
    const tuned = told(lenet, { afterPruning: 'fine-tune', fineTuneSteps: 5 })
    expect(choices(told(tuned, { afterPruning: 'rewind' }))).toEqual({})
    expect(choices(told(tuned, {}))).toEqual(choices(tuned))
  })
})
