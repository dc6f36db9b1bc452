import { describe, expect, it } from 'vitest'
import { control } from '../../src/experiments/control'
import { imp, oneShot } from '../../src/experiments/imp'
import { instability, type InstabilityOptions } from '../../src/experiments/instability'
import { activityOf } from '../../src/experiments/run-activity'
import { afterEvent, afterLine, type TaskProgress } from '../../src/experiments/progress'
import { viewOf } from '../../src/experiments/views'
import { nameOf, type Experiment, type LineTask } from '../../src/experiments/experiment'
import type { LineOptions } from '../../src/experiments/lines'
import { fullTrainings } from '../../src/experiments/matching'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import { inputsOf } from '../../src/tasks/digest'
import type { TaskEvent } from '../../src/tasks/events'
import type { InterpolateTask, TrainTask } from '../../src/tasks/tasks'
import { thrown } from '../support/thrown'

const setup = (options: object = {}): Setup =>
  setupOf('lenet-mnist-instability', { replicates: 2, steps: 1000, ...options }, () => ({
    backend: { id: 'tensorflow', arithmetic: 'test' },
  }))
/** As the preset was before it followed the paper's code. */
const former = { init: 'glorot', validation: 5000, freshOrders: false }
const analyse = (changes: Partial<InstabilityOptions> = {}, options: object = {}) =>
  instability(setup(options), { of: 'imp', steps: [0, 100, 400], orders: 2, levels: [0], ...changes })

const trainings = (experiment: Experiment) => experiment.trainings.map((one) => trainOf(experiment, one.task))
const trainOf = (experiment: Experiment, task: string) => experiment.tasks.get(task) as TrainTask
const lineOf = (experiment: Experiment, task: string) => experiment.tasks.get(task) as InterpolateTask
const count = (experiment: Experiment, kind: string) =>
  [...experiment.tasks.values()].filter((task) => task.kind === kind).length

describe('the full network', () => {
  it('is trained to each k, and two copies go on from there', () => {
    const experiment = analyse()
    // Two replicates: a trunk for each k above 0, and two copies for each of three k.
    expect([count(experiment, 'initialize'), count(experiment, 'train')]).toEqual([2, 2 * (2 + 3 * 2)])
    const trunks = [...experiment.tasks.values()].filter((task) => task.kind === 'train' && task.until < 1000)
    // Each goes on from the one before: what they have in common is trained once.
    expect(
      trunks.map((task) => task.kind === 'train' && [task.start.step, task.until, task.resume?.step]),
    ).toEqual([
      [0, 100, undefined],
      [0, 400, 100],
      [0, 100, undefined],
      [0, 400, 100],
    ])
    expect(trainings(experiment).map(({ start, until }) => [start.step, until])).toEqual(
      [0, 0, 0, 0, 100, 100, 100, 100, 400, 400, 400, 400].map((step) => [step, 1000]),
    )
  })

  it('is compared with itself only: copies of one replicate from the same weights, in different orders', () => {
    const experiment = analyse()
    expect(experiment.instability!.lines).toHaveLength(2 * 3)
    for (const { task, step, replicate } of experiment.instability!.lines) {
      const { ends, origin, points, splits } = lineOf(experiment, task)
      const [one, other] = ends.map((end) => trainOf(experiment, end.task))
      expect([one!.start, other!.start]).toEqual([origin, origin])
      expect([origin!.step, points, splits]).toEqual([step, 30, ['train', 'test']])
      expect(one!.orderSeed).toBe(replicate)
      expect(other!.orderSeed).not.toBe(one!.orderSeed)
      expect({ ...other, orderSeed: one!.orderSeed }).toEqual({ ...one, resume: undefined })
    }
  })

  it('has a line for every two of more copies', () => {
    const { lines } = analyse({ orders: 4, steps: [0] }, { replicates: 1 }).instability!
    expect(lines.map(({ orders }) => orders.join())).toEqual(['1,2', '1,3', '1,4', '2,3', '2,4', '3,4'])
  })

  it('shares its first copy from initialization with iterative magnitude pruning', () => {
    const [full] = imp(setup(), 1).trainings
    expect(analyse().tasks.has(full!.task)).toBe(true)
  })

  it('needs nothing anew for more copies, more replicates, more steps, or another order of them', () => {
    const small = analyse()
    const large = analyse({ orders: 3, steps: [900, 400, 0, 100, 100, 50] }, { replicates: 3 })
    for (const digest of small.tasks.keys()) expect(large.tasks.has(digest)).toBe(true)
  })

  it('is not the same analysis for other copies or steps, whatever k the setup rewinds to', () => {
    const digests = [analyse(), analyse({ orders: 3 }), analyse({ steps: [0] }), analyse({ levels: [0, 2] })]
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(4)
    const rewound = analyse({}, { rewindTo: 100 })
    expect(rewound.digest).toBe(analyse().digest)
    expect(rewound.setup.deviations).toEqual(['steps 1000 (paper: 24000 †)', 'replicates 2 (paper: 3 †)'])
  })
})

describe('lines', () => {
  const changed = (line: LineOptions) => lineOf(analyse({ line, steps: [0] }), firstLine({ line }))
  const firstLine = (changes: Partial<InstabilityOptions>) =>
    analyse({ steps: [0], ...changes }).instability!.lines[0]!.task

  it('that are evaluated as always have the digests that they always had', () => {
    const experiment = analyse({ steps: [0, 100], levels: [0, 2] }, former)
    const digests = experiment
      .instability!.lines.filter(({ replicate }) => replicate === 1)
      .map(({ level, step, task }) => [level, step, task.slice(0, 12)])
    expect(digests).toEqual([
      [0, 0, '333f3e94ff69'],
      [2, 0, 'e0cf1ba65e94'],
      // Not those of version 0.1.0, whose fresh Adam counted from step 0 here.
      [0, 100, '5d6e4830ef8a'],
      // Nor that of version 0.1.0, whose W_100 was what the training of the full network left in passing.
      [2, 100, '97dced15df42'],
    ])
    expect(experiment.digest.slice(0, 12)).toBe('0bca58904493')
    expect(firstLine({ line: { points: 30 } })).toBe(firstLine({}))
  })

  it('can have other points, and the train error of some examples', () => {
    expect(changed({ points: 11, trainExamples: 5000 })).toMatchObject({
      points: 11,
      examples: { train: 5000 },
      splits: ['train', 'test'],
    })
    expect(analyse({ line: { points: 11 } }).digest).not.toBe(analyse().digest)
  })

  it('cannot be evaluated on more examples than are trained on', () => {
    const line = { trainExamples: 600 }
    const small = { examples: 600, validation: 100 }
    expect(analyse({ line }, small).instability!.line).toMatchObject(line)
    expect(thrown(() => analyse({ line: { trainExamples: 601 } }, small))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/trainExamples to be at most the 600 examples .*found 601/) as string,
    })
    expect(thrown(() => analyse({ line: { trainExamples: 1e9 } }))).toMatchObject({
      message: expect.stringMatching(/at most the 60000 examples that are trained on/) as string,
    })
  })

  it('of a network with batch norm recompute its statistics, unless they are to be interpolated', () => {
    const normalized: Setup = {
      ...setup(),
      network: {
        ...setup().network,
        layers: setup().network.layers.map((layer) =>
          layer.kind === 'dense' && layer.activation === 'relu' ? { ...layer, batchNorm: true } : layer,
        ),
      },
    }
    const statistics = (line?: LineOptions) => {
      const experiment = instability(normalized, {
        ...{ of: 'imp', steps: [0], orders: 2, levels: [0] },
        ...(line ? { line } : {}),
      })
      return lineOf(experiment, experiment.instability!.lines[0]!.task).statistics
    }
    expect(statistics()).toEqual({ examples: 2560, batchSize: 60 })
    expect(statistics({ statistics: 'recompute', statisticsExamples: 600 })).toEqual({
      examples: 600,
      batchSize: 60,
    })
    expect(statistics({ statistics: 'interpolate' })).toBe('interpolate')
    expect(thrown(() => analyse({ line: { statistics: 'recompute' } }))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('lenet, which has no batch norm') as string,
    })
  })

  it('can have a trained curve beside them, under the same mask and by the same rule as the copies', () => {
    const experiment = analyse({ levels: [2], steps: [0], line: { curveSteps: 50 } }, { replicates: 1 })
    const [{ task, curve, bend }] = experiment.instability!.lines as [LineTask]
    const [straight, bent] = [lineOf(experiment, task), lineOf(experiment, curve!)]
    expect({ ...bent, bend: undefined }).toEqual({ ...straight, bend: undefined })
    expect(bent.bend).toEqual({ task: bend, step: 50 })
    const training = trainOf(experiment, straight.ends[0].task)
    expect(experiment.tasks.get(bent.bend!.task)).toMatchObject({
      kind: 'bend',
      ends: straight.ends,
      mask: training.mask,
      steps: 50,
      batchSize: 60,
      optimizer: training.recipe.optimizer,
    })
    expect(firstLine({ line: { curveSteps: 50 } })).toBe(firstLine({}))
  })
})

describe('subnetworks', () => {
  it.each([0, 100])('are compared with the full network that masks for k = %s come from', (step) => {
    const experiment = analyse({ levels: [2], steps: [step], of: 'random-mask' })
    const source = imp(setup({ rewindTo: step }), 2)
    const dense = source.trainings.filter(({ level }) => level === 0)
    expect(fullTrainings(experiment)).toEqual(dense.map(({ replicate, task }) => ({ replicate, task })))
    expect(fullTrainings(oneShot(setup(), 1))).toHaveLength(2)
  })

  it('have the masks of tickets rewound to the same k, whose trainings are the first copies', () => {
    const experiment = analyse({ levels: [3], steps: [0, 100] })
    for (const rewindTo of [0, 100]) {
      const tickets = imp(setup({ rewindTo }), 3)
      for (const digest of tickets.tasks.keys()) {
        const level3 = tickets.trainings.filter(({ level }) => level === 3)
        const needed = level3.some(({ task }) => task === digest) || experiment.tasks.has(digest)
        expect(needed).toBe(true)
      }
      const sparse = tickets.trainings.filter(({ level }) => level === 3)
      const first = experiment.trainings.filter(({ copy }) => copy?.order === 1 && copy.step === rewindTo)
      expect(first.map(({ task, mask }) => [task, mask])).toEqual(
        sparse.map(({ task, mask }) => [task, mask]),
      )
    }
    for (const { task } of experiment.instability!.lines) {
      const { ends, mask } = lineOf(experiment, task)
      expect(ends.map((end) => trainOf(experiment, end.task).mask)).toEqual([mask, mask])
      expect(mask).toBeDefined()
    }
  })

  it.each(['random-mask', 'random-reinit', 'one-shot'] as const)('can be those of %s', (of) => {
    const experiment = analyse({ of, levels: [2], steps: [0] })
    const tickets = imp(setup(), 2)
    const source = of === 'one-shot' ? oneShot(setup(), 2) : control(tickets, of)
    const wanted = source.trainings.filter(({ level }) => level === 2).map(({ task }) => task)
    const first = experiment.trainings.filter(({ copy }) => copy?.order === 1).map(({ task }) => task)
    expect(first).toEqual(wanted)
  })

  it.each(['random-mask', 'random-reinit'] as const)('can be those of %s of one-shot tickets', (of) => {
    const [experiment, other] = [{ controlled: 'one-shot' } as const, {}].map((controlled) =>
      analyse({ of, levels: [2], steps: [0, 100], ...controlled }),
    )
    const wanted = [0, 100].flatMap((rewindTo) =>
      control(oneShot(setup({ rewindTo }), 2), of)
        .trainings.filter(({ level }) => level === 2)
        .map(({ task }) => task),
    )
    const first = experiment!.trainings.filter(({ copy }) => copy?.order === 1).map(({ task }) => task)
    expect(first).toEqual(wanted)
    expect(experiment!.digest).not.toBe(other!.digest)
    expect(nameOf(experiment!)).toMatch(/ of one-shot$/)
  })

  it('begin at k with what was drawn anew and trained to k, where that is what they are', () => {
    const experiment = analyse({ of: 'random-reinit', levels: [1], steps: [100] })
    const { start } = trainings(experiment)[0]!
    const trunk = trainOf(experiment, start.task)
    expect([trunk.until, experiment.tasks.get(trunk.start.task)]).toMatchObject([100, { draw: 1 }])
  })

  it('have to be rewound: other networks never were at W_k', () => {
    const later = () =>
      instability(
        { ...setup(), afterPruning: 'learning-rate' },
        { of: 'imp', steps: [0], orders: 2, levels: [1] },
      )
    expect(thrown(later)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/found afterPruning: 'learning-rate'/) as string,
    })
  })

  it('lists inputs before the tasks that need them, and nothing that no line needs', () => {
    const experiment = analyse({ levels: [0, 2] })
    const seen = new Set<string>()
    const used = new Set(experiment.instability!.lines.map(({ task }) => task))
    for (const [digest, task] of experiment.tasks) {
      for (const input of inputsOf(task)) {
        expect(seen).toContain(input)
        used.add(input)
      }
      seen.add(digest)
    }
    expect([...seen].filter((digest) => !used.has(digest))).toEqual([])
  })
})

describe('bad input', () => {
  it.each<[string, Partial<InstabilityOptions>, RegExp]>([
    ['k at the end', { steps: [0, 1000] }, /k from 0 to 999, below the 1000 steps .*found 1000/],
    ['k beyond the end', { steps: [5000] }, /found 5000/],
    ['k between two steps', { steps: [0.5] }, /found 0.5/],
    ['no k', { steps: [] }, /found none/],
    ['one copy', { orders: 1 }, /orders to be a whole number of at least 2, found 1/],
    ['a negative level', { levels: [-1] }, /levels to be whole numbers of at least 0, found -1/],
  ])('%s is refused', (_, changes, message) => {
    expect(thrown(() => analyse(changes))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('while it runs', () => {
  const experiment = analyse({ steps: [0, 100], levels: [0] })
  const [line, other] = experiment.instability!.lines
  const ends = lineOf(experiment, line!.task).ends.map((end) => end.task)
  const hear = (...events: readonly TaskEvent[]) => {
    const progress = new Map<string, TaskProgress>()
    for (const event of events) progress.set(event.task, afterEvent(progress.get(event.task), event))
    return progress
  }

  it('the tree has a row for each level and k, with the barrier once a line is known', () => {
    const progress = hear(...[...ends, line!.task].map((task) => ({ kind: 'finished', task }) as const))
    progress.set(
      line!.task,
      afterLine(progress.get(line!.task), {
        kind: 'interpolate',
        alphas: [0, 0.5, 1],
        splits: {
          train: { loss: [0, 1, 0], error: [0, 0.1, 0] },
          test: { loss: [0, 1, 0], error: [0.02, 0.1, 0.02] },
        },
        distances: { l2: 1, cosine: 0.5, travelled: 2, relative: 0.5 },
      }),
    )
    const view = viewOf(experiment, progress, '')
    expect([view.kind, view.name, view.state]).toEqual([
      'instability',
      'instability lenet-mnist-instability',
      'running',
    ])
    expect(view.levels.map(({ level, step, state }) => [level, step, state])).toEqual([
      [0, 0, 'running'],
      [0, 100, 'waiting'],
    ])
    expect(view.levels[0]!.barrier!.mean).toBeCloseTo(8)
    expect(view.levels[0]!.barrier!.count).toBe(1)
    expect(view.levels[1]!.barrier).toBeUndefined()
  })

  it('says which copies train and which lines are evaluated, and counts only training steps', () => {
    const activity = activityOf(
      1,
      experiment,
      hear(
        { kind: 'started', task: ends[1]! },
        { kind: 'progress', task: ends[1]!, step: 50, steps: 1000, stepsPerSecond: 100 },
        { kind: 'started', task: other!.task },
        { kind: 'progress', task: other!.task, step: 3, steps: 30, stepsPerSecond: 7 },
      ),
    )
    expect(activity.running).toEqual([
      'level 0, k = 0, replicate 1, copy 2',
      'line at level 0, k = 0, replicate 2',
    ])
    expect([activity.stepsDone, activity.stepsPerSecond]).toEqual([50, 100])
  })

  it('says that a curve is trained, whose steps count', () => {
    const bending = analyse({ steps: [0], line: { curveSteps: 50 } }, { replicates: 1 })
    const [{ bend }] = bending.instability!.lines as [LineTask]
    const progress = hear(
      { kind: 'started', task: bend! },
      { kind: 'progress', task: bend!, step: 20, steps: 50, stepsPerSecond: 10 },
    )
    const activity = activityOf(1, bending, progress)
    expect(activity.running).toEqual(['curve at level 0, k = 0, replicate 1'])
    expect([activity.stepsDone, activity.stepsTotal, activity.stepsPerSecond]).toEqual([20, 2050, 10])
    expect(viewOf(bending, progress, '').state).toBe('running')
  })
})
