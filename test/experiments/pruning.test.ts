import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import { densityOf, keptCounts, prunableParameters, totalOf } from '../../src/experiments/density'
import { isTickets, nameOf, seriesNameOf, type Experiment } from '../../src/experiments/experiment'
import { imp, oneShot } from '../../src/experiments/imp'
import { afterEvent, afterPrune, type TaskProgress } from '../../src/experiments/progress'
import { viewOf } from '../../src/experiments/views'
import type { Setup } from '../../src/experiments/setup'
import { networkByName } from '../../src/networks/zoo'
import { setupOf } from '../../src/lab/asked/presets'
import { digestOf } from '../../src/tasks/digest'
import type { PruneTask, TrainTask } from '../../src/tasks/tasks'
import { thrown } from '../support/thrown'

const backend = { id: 'tensorflow', arithmetic: 'test' } as const
const lenet: Setup = setupOf('lenet-mnist', { replicates: 1, steps: 1000 }, () => ({ backend }))
const together: Setup = { ...lenet, scope: 'global', rates: { dense: 0.2, output: 0.2 } }

const trainTasks = (experiment: Experiment) =>
  experiment.trainings.map(({ task }) => experiment.tasks.get(task) as TrainTask)
const pruneTasks = (experiment: Experiment) =>
  experiment.trainings.flatMap(({ mask }) => (mask ? [experiment.tasks.get(mask) as PruneTask] : []))

describe('pruning all layers together', () => {
  it('removes exactly round(rate * remaining) of all weights at each level', () => {
    const counts = keptCounts(together, 2).map(totalOf)
    expect(counts.map(({ total }) => total)).toEqual([266_200, 212_960, 170_368])
    expect(counts[1]!.among).toEqual(['dense1/weights', 'dense2/weights', 'output/weights'])
    expect(keptCounts(together, 2).map((one) => densityOf(lenet.network, one))).toEqual([1, 0.8, 0.64])
  })

  it('leaves layers without a rate alone, such as the shortcuts and the output of a ResNet', () => {
    const network = networkByName('resnet20')
    const resnet: Setup = { ...lenet, network, scope: 'global', rates: { convolution: 0.2 } }
    expect([...new Set(prunableParameters(resnet).map(({ group }) => group))]).toEqual(['convolution'])
    const counts = keptCounts(resnet, 1)
    // 270,896 weights, but for 2,560 of shortcuts and 640 of the output.
    expect(counts.map((one) => totalOf(one).total)).toEqual([267_696, 267_696 - 53_539])
    expect(densityOf(network, counts[1]!)).toBe((270_896 - 53_539) / 270_896)
  })

  it('prunes the shortcuts and the output of a ResNet where they have a rate', () => {
    const network = networkByName('resnet20')
    const rates = { convolution: 0.2, shortcut: 0.2, output: 0.2 }
    const all: Setup = { ...lenet, network, scope: 'global', rates }
    expect(keptCounts(all, 1).map((one) => totalOf(one).total)).toEqual([270_896, 270_896 - 54_179])
    const { among } = totalOf(keptCounts(all, 1)[1]!)
    expect(among.filter((name) => /shortcut|output/.test(name))).toEqual([
      ...['block4-shortcut/weights', 'block7-shortcut/weights', 'output/weights'],
    ])
    const byLayer = keptCounts({ ...all, scope: 'layer', rates: { shortcut: 0.5, output: 0.25 } }, 1)[1]!
    expect(byLayer).toEqual({
      'block4-shortcut/weights': 256,
      'block7-shortcut/weights': 1024,
      'output/weights': 480,
    })
  })

  it('leaves layers alone that are never to be pruned, by name', () => {
    const setup: Setup = { ...lenet, neverPruned: ['dense2'] }
    expect(Object.keys(keptCounts(setup, 1)[1]!)).toEqual(['dense1/weights', 'output/weights'])
    expect(thrown(() => keptCounts({ ...lenet, neverPruned: ['dense3'] }, 1))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^Did you mean 'dense1'\? .*found 'dense3'/) as string,
    })
  })

  it('needs one rate, and a weight for each layer', () => {
    expect(thrown(() => keptCounts({ ...lenet, scope: 'global' }, 1))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /found dense 0\.2, output 0\.1\. .*rates: { dense: 0\.2, output: 0\.2 }/,
      ) as string,
    })
    const steep: Setup = { ...together, rates: { dense: 0.9, output: 0.9 } }
    expect(thrown(() => keptCounts(steep, 8))).toMatchObject({
      message: expect.stringMatching(/each of 3 layers, found \d weights in all at level \d/) as string,
    })
  })

  it('is described by the total, and shown by layer once masks are known', () => {
    const experiment = imp(together, 1)
    const [mask] = pruneTasks(experiment)
    expect(mask).toMatchObject({ criterion: 'magnitude', keepTotal: { count: 212_960 } })
    expect(mask!.keep).toBeUndefined()
    const digest = experiment.trainings[1]!.mask!
    const layers = (progress: ReadonlyMap<string, TaskProgress>) =>
      viewOf(experiment, progress, '').levels[1]!.layers.map(({ kept }) => kept)
    expect(layers(new Map())).toEqual([undefined, undefined, undefined])
    const kept = { 'dense1/weights': 183_000, 'dense2/weights': 29_000, 'output/weights': 960 }
    const done = afterPrune(afterEvent(undefined, { kind: 'finished', task: digest }), kept)
    expect(layers(new Map([[digest, done]]))).toEqual([183_000, 29_000, 960])
    expect(viewOf(experiment, new Map(), '').levels[0]!.layers[0]!.kept).toBe(235_200)
  })
})

describe('criteria', () => {
  it.each(['snip', 'grasp', 'synflow'] as const)(
    '%s prunes W_0, and trains the full network of IMP to compare with',
    (criterion) => {
      const experiment = oneShot({ ...lenet, criterion }, 2)
      const levels = experiment.trainings.map(({ level }) => level)
      expect(levels).toEqual(Array.from({ length: lenet.replicates }, () => [0, 1, 2]).flat())
      const full = experiment.trainings[0]!.task
      expect(full).toBe(imp(lenet, 1).trainings[0]!.task)
      const trained = [...experiment.tasks.values()].filter(({ kind }) => kind === 'train')
      expect(trained).toHaveLength(levels.length)
      for (const { weights, scoring } of pruneTasks(experiment)) {
        expect(experiment.tasks.get(weights!.task)!.kind).toBe('initialize')
        expect(scoring).toMatchObject({ backend })
      }
    },
  )

  it.each(['snip', 'grasp', 'synflow'] as const)(
    '%s over all layers together keeps as many weights as by layer, and says which of the two it is',
    (criterion) => {
      const rates = { dense: 0.2, output: 0.1 }
      const byLayer = oneShot({ ...lenet, rates, criterion }, 2)
      const together = oneShot({ ...lenet, rates, criterion, scope: 'global' }, 2)
      expect(together.counts).toEqual(byLayer.counts.map(totalOf))
      expect(seriesNameOf(byLayer)).toBe(`${seriesNameOf(together)} per layer`)
      expect(byLayer.digest).not.toBe(together.digest)
    },
  )

  it('go on with fewer weights than layers only when told to', () => {
    const one: Setup = { ...lenet, rates: { dense: 0.998, output: 0.998 }, scope: 'global' }
    expect(thrown(() => imp(one, 2))).toMatchObject({ code: 'bad-input' })
    const [, last] = pruneTasks(imp({ ...one, collapse: 'go on' }, 2)).slice(-2)
    expect(last).toMatchObject({ collapse: 'go on' })
    expect(last!.keepTotal!.count).toBeLessThan(3)
  })

  it('describe everything that scores depend on', () => {
    const [snip] = pruneTasks(oneShot({ ...lenet, criterion: 'snip' }, 1))
    expect(snip!.scoring).toEqual({
      examples: { dataset: lenet.dataset, batchSize: 60, batches: 10, orderSeed: 1 },
      backend,
    })
    const [synflow] = pruneTasks(oneShot({ ...lenet, criterion: 'synflow' }, 1))
    expect(synflow!.scoring).toEqual({ rounds: 100, backend })
    const [grasp] = pruneTasks(oneShot({ ...lenet, criterion: 'grasp' }, 1))
    expect(Object.keys(grasp!.scoring!).sort()).toEqual(['backend', 'examples'])
    const [cold] = pruneTasks(oneShot({ ...lenet, criterion: 'grasp', temperature: 1 }, 1))
    expect(cold!.scoring).toMatchObject({ temperature: 1 })
    expect(digestOf({ ...cold!, scoring: { ...cold!.scoring!, temperature: 200 } })).toBe(digestOf(grasp!))
  })

  it('prune W_k when rewinding to k', () => {
    const experiment = oneShot({ ...lenet, criterion: 'snip', rewindTo: 50 }, 1)
    const [, task] = trainTasks(experiment)
    expect(pruneTasks(experiment)[0]!.weights).toEqual(task!.start)
    expect(task!.start.step).toBe(50)
  })

  it('random looks at no weights, also level by level', () => {
    const experiment = imp({ ...lenet, criterion: 'random' }, 2)
    const [first, second] = pruneTasks(experiment)
    expect(first!.weights).toBeUndefined()
    expect(second!.previous).toBe(digestOf(first!))
  })

  it('for pruning before training are not for IMP, nor for networks that keep trained weights', () => {
    expect(thrown(() => imp({ ...lenet, criterion: 'snip' }, 1))).toMatchObject({ code: 'bad-input' })
    const stays: Setup = { ...lenet, criterion: 'snip', afterPruning: 'learning-rate' }
    expect(thrown(() => oneShot(stays, 1))).toMatchObject({
      message: expect.stringContaining('no trained weights to go on with') as string,
    })
  })
})

describe('after pruning', () => {
  it('learning rates go back to k and weights stay', () => {
    const experiment = imp({ ...lenet, afterPruning: 'learning-rate', rewindTo: 100 }, 2)
    const [full, first, second] = trainTasks(experiment)
    expect(first).toMatchObject({ start: { task: digestOf(full!), step: 1000 }, from: 100, until: 1000 })
    expect(second).toMatchObject({ start: { task: digestOf(first!), step: 1000 }, from: 100, until: 1000 })
  })

  it('or training goes on for some steps, at every level the same ones', () => {
    const experiment = imp({ ...lenet, afterPruning: 'fine-tune', fineTuneSteps: 200 }, 2)
    const [full, first, second] = trainTasks(experiment)
    expect(first).toMatchObject({ start: { task: digestOf(full!), step: 1000 }, from: 1000, until: 1200 })
    expect(second).toMatchObject({ start: { task: digestOf(first!), step: 1200 }, from: 1000, until: 1200 })
    expect(pruneTasks(experiment)[1]!.weights).toEqual(second!.start)
  })

  it('the full network is the same one, whatever comes after', () => {
    const [rewound, stays] = [lenet, { ...lenet, afterPruning: 'learning-rate' } as const].map((setup) =>
      imp({ ...setup, rewindTo: 100 }, 1),
    )
    expect(stays!.trainings[0]!.task).toBe(rewound!.trainings[0]!.task)
    expect(stays!.digest).not.toBe(rewound!.digest)
  })

  it.each<[string, Partial<Setup>, RegExp]>([
    ['k at the end', { rewindTo: 1000 }, /from 0 to 999, below the 1000 steps .*found 1000/],
    ['no steps to fine-tune', { afterPruning: 'fine-tune' }, /Expected fineTuneSteps/],
    ['steps to fine-tune without it', { fineTuneSteps: 10 }, /with afterPruning: 'fine-tune' only/],
  ])('%s is refused', (_, change, message) => {
    const error = thrown(() => imp({ ...lenet, ...change }, 1))
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) as string })
  })
})

describe('controls', () => {
  const tickets = imp(lenet, 3)

  it('random-mask-global keeps as many weights in all, anywhere among those that are pruned', () => {
    const anywhere = control(tickets, 'random-mask-global')
    const [mask] = pruneTasks(anywhere)
    expect(mask).toMatchObject({ criterion: 'random', keepTotal: { count: 188_160 + 24_000 + 900 } })
    expect(mask!.weights).toBeUndefined()
    expect(trainTasks(anywhere)[0]!.start).toEqual(trainTasks(tickets)[1]!.start)
  })

  it('random-reinit-random-mask trains what random-reinit starts from under the masks of random-mask', () => {
    const both = control(tickets, 'random-reinit-random-mask')
    const [reinit, mask] = [control(tickets, 'random-reinit'), control(tickets, 'random-mask')]
    expect(trainTasks(both).map(({ start }) => start)).toEqual(trainTasks(reinit).map(({ start }) => start))
    expect(both.trainings.map((one) => one.mask)).toEqual(mask.trainings.map((one) => one.mask))
  })

  it('may be limited to some levels, which are those of the whole control', () => {
    const [whole, some] = [control(tickets, 'random-mask'), control(tickets, 'random-mask', [3, 1])]
    expect(some.trainings).toEqual(whole.trainings.filter(({ level }) => level !== 2))
    expect(some.digest).not.toBe(whole.digest)
    expect(thrown(() => control(tickets, 'random-mask', [0]))).toMatchObject({
      message: expect.stringMatching(/among 1, 2, 3, found 0/) as string,
    })
  })

  it('there are none of networks that keep trained weights, nor of controls', () => {
    const stays = imp({ ...lenet, afterPruning: 'learning-rate' }, 1)
    expect(thrown(() => control(stays, 'random-mask'))).toMatchObject({ code: 'bad-input' })
    expect(thrown(() => control(control(tickets, 'random-mask'), 'random-reinit'))).toMatchObject({
      message: expect.stringContaining('found random mask lenet-mnist') as string,
    })
  })
})

describe('names', () => {
  const snip = oneShot({ ...lenet, criterion: 'snip', scope: 'global' }, 1)
  it.each<[Experiment, string, string, boolean]>([
    [imp(lenet, 1), 'tickets', 'IMP lenet-mnist', true],
    [imp({ ...lenet, rewindTo: 9 }, 1), 'tickets', 'IMP lenet-mnist, rewound to step 9', true],
    [imp({ ...lenet, variant: 'lr 0.1' }, 1), 'tickets, lr 0.1', 'IMP lenet-mnist, lr 0.1', true],
    [
      imp({ ...lenet, afterPruning: 'learning-rate' }, 1),
      'tickets, not rewound',
      'IMP lenet-mnist, not rewound',
      true,
    ],
    [imp({ ...lenet, criterion: 'random' }, 1), 'random pruning', 'random pruning lenet-mnist', false],
    [snip, 'SNIP', 'SNIP lenet-mnist', true],
    [control(snip, 'random-mask'), 'random mask of SNIP', 'random mask of SNIP lenet-mnist', false],
    [control(imp(lenet, 1), 'random-mask'), 'random mask', 'random mask lenet-mnist', false],
  ])('tell apart what plots and the tree list: %#', (experiment, series, name, tickets) => {
    expect([seriesNameOf(experiment), nameOf(experiment), isTickets(experiment)]).toEqual([
      series,
      name,
      tickets,
    ])
  })
})
