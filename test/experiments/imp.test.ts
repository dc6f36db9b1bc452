import { describe, expect, it } from 'vitest'
import { densityOf, keptCounts } from '../../src/experiments/density'
import { control } from '../../src/experiments/control'
import { imp, oneShot } from '../../src/experiments/imp'
import type { Setup } from '../../src/experiments/setup'
import { setupOf } from '../../src/lab/asked/presets'
import { inputsOf } from '../../src/tasks/digest'
import { sha256 } from '../../src/support/canonical'
import type { TrainTask } from '../../src/tasks/tasks'
import { thrown } from '../support/thrown'

const setup = (options: object = {}): Setup =>
  setupOf('lenet-mnist', { replicates: 2, ...options }, () => ({
    backend: { id: 'tensorflow', arithmetic: 'test' },
  }))

const kinds = (experiment: ReturnType<typeof imp>) => {
  const count: Record<string, number> = { initialize: 0, train: 0, prune: 0, evaluate: 0, interpolate: 0 }
  for (const task of experiment.tasks.values()) count[task.kind]!++
  return count
}

describe('counts of kept weights', () => {
  it('prune 20% of dense layers and 10% of the output layer per level, rounded, exactly', () => {
    const counts = keptCounts(setup(), 2)
    expect(counts[0]).toEqual({
      'dense1/weights': 235_200,
      'dense2/weights': 30_000,
      'output/weights': 1_000,
    })
    expect(counts[1]).toEqual({ 'dense1/weights': 188_160, 'dense2/weights': 24_000, 'output/weights': 900 })
    expect(counts[2]).toEqual({ 'dense1/weights': 150_528, 'dense2/weights': 19_200, 'output/weights': 810 })
  })

  it('give the densities of the paper', () => {
    const { network } = setup()
    const counts = keptCounts(setup(), 15)
    // L1, fig. 3: 51.3% after three levels, 21.1% after seven, 3.6% after fifteen.
    expect([3, 7, 15].map((level) => (100 * densityOf(network, counts[level]!)).toFixed(1))).toEqual([
      '51.3',
      '21.1',
      '3.6',
    ])
  })

  it('refuse levels that would empty a layer, and name it', () => {
    expect(thrown(() => keptCounts(setup({ rates: { output: 0.9 } }), 5))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/weight left in output\/weights, found none at level 4/) as string,
    })
  })

  it('may stay as they are in some layers while others lose weights', () => {
    const [, pruned] = keptCounts(setup({ rates: { dense: 1e-9, output: 0.1 } }), 1)
    expect(pruned).toMatchObject({ 'dense1/weights': 235_200, 'output/weights': 900 })
  })

  it.each([
    [
      { rates: { dense: 1e-9, output: 1e-9 } },
      1,
      /at level 1, found none.* 235200 in dense1\/weights .*Use a higher rate/,
    ],
    [
      {},
      1e7,
      /pruned at level \d+, found none.* in output\/weights at the rate 0\.1\. Use fewer than \d+ levels/,
    ],
    [
      { scope: 'global', rates: { dense: 0.1, output: 0.1 } },
      1e7,
      /found none.* there are 4 in all at the rate 0\.1\. Use fewer than/,
    ],
    [{ rates: { dense: 0.99999 } }, 1, /at level 1, after 30000 .*\. Use a lower rate\.$/],
  ] as const)('refuse levels that prune nothing, or all, at once: %j', (changes, levels, message) => {
    expect(thrown(() => keptCounts(setup(changes), levels))).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('iterative magnitude pruning', () => {
  it('is one initialization, then training and pruning in turn, for every replicate', () => {
    const experiment = imp(setup(), 3)
    expect(kinds(experiment)).toEqual({ initialize: 2, train: 8, prune: 6, evaluate: 0, interpolate: 0 })
    expect(experiment.trainings.map(({ level, replicate }) => [replicate, level])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 0],
      [2, 1],
      [2, 2],
      [2, 3],
    ])
  })

  it('lists inputs before the tasks that need them', () => {
    const seen = new Set<string>()
    for (const [digest, task] of imp(setup(), 3).tasks) {
      for (const input of inputsOf(task)) expect(seen).toContain(input)
      seen.add(digest)
    }
  })

  it('rewinds every level to the same W_0', () => {
    const experiment = imp(setup({ replicates: 1 }), 3)
    const starts = experiment.trainings.map(({ task }) => (experiment.tasks.get(task) as TrainTask).start)
    expect(new Set(starts.map((start) => `${start.task} ${start.step}`)).size).toBe(1)
    expect(starts[0]!.step).toBe(0)
  })

  it('rewinds to W_k of the full network when told so, whose training goes on from there', () => {
    const experiment = imp(setup({ replicates: 1, rewindTo: 500 }), 2)
    const [full, ...pruned] = experiment.trainings.map(({ task }) => experiment.tasks.get(task) as TrainTask)
    const trunk = experiment.tasks.get(full!.resume!.task) as TrainTask
    expect({ ...trunk, until: full!.until }).toEqual({ ...full, resume: undefined })
    expect([trunk.until, full!.resume!.step]).toEqual([500, 500])
    for (const task of pruned) expect(task.start).toEqual(full!.resume)
  })

  it('trains the full network once, whatever k others rewind to', () => {
    const dense = [0, 100, 500].map((rewindTo) => imp(setup({ rewindTo }), 1).trainings[0]!.task)
    expect(new Set(dense).size).toBe(1)
  })

  it('shares all tasks with a longer run, and with one that has more replicates', () => {
    const small = imp(setup(), 2)
    const large = imp(setup({ replicates: 3 }), 4)
    for (const digest of small.tasks.keys()) expect(large.tasks.has(digest)).toBe(true)
  })

  it.each([0, -1, 1.5, NaN])('refuses %s levels', (levels) => {
    expect(thrown(() => imp(setup(), levels))).toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('at least 1') as string,
    })
  })
})

describe('controls', () => {
  const tickets = imp(setup(), 2)

  it('random reinit trains the same masks from other weights', () => {
    const reinit = control(tickets, 'random-reinit')
    const masks = (experiment: typeof tickets) => experiment.trainings.flatMap(({ mask }) => mask ?? [])
    expect(masks(reinit)).toEqual(masks(tickets))
    const starts = reinit.trainings.map(({ task }) => (reinit.tasks.get(task) as TrainTask).start.task)
    for (const start of starts) expect(tickets.tasks.has(start)).toBe(false)
  })

  it('random mask trains the same weights under other masks of the same counts', () => {
    const shuffled = control(tickets, 'random-mask')
    const newTasks = [...shuffled.tasks].filter(([digest]) => !tickets.tasks.has(digest))
    expect(newTasks.map(([, { kind }]) => kind).sort()).toEqual(
      ['prune', 'train', 'prune', 'train', 'prune', 'train', 'prune', 'train'].sort(),
    )
    const starts = new Set(
      shuffled.trainings.map(({ task }) => (shuffled.tasks.get(task) as TrainTask).start.task),
    )
    for (const start of starts) expect(tickets.tasks.has(start)).toBe(true)
  })

  it('random reinit of tickets rewound to step k trains what is drawn to step k first, as the full network', () => {
    const late = imp(setup({ rewindTo: 100, replicates: 1 }), 1)
    const reinit = control(late, 'random-reinit')
    const { start } = reinit.tasks.get(reinit.trainings[0]!.task) as TrainTask
    const trunk = reinit.tasks.get(start.task) as TrainTask
    expect([start.step, trunk.until, trunk.mask]).toEqual([100, 100, undefined])
    expect(reinit.tasks.get(trunk.start.task)).toMatchObject({ kind: 'initialize', draw: 1 })
  })
})

describe('one-shot pruning', () => {
  it('prunes the trained full network to the densities of IMP', () => {
    const experiment = oneShot(setup({ replicates: 1 }), 3)
    expect(kinds(experiment)).toEqual({ initialize: 1, train: 4, prune: 3, evaluate: 0, interpolate: 0 })
    expect(experiment.counts).toEqual(imp(setup({ replicates: 1 }), 3).counts)
    // The full network is among the results, as it is of IMP.
    const [full] = imp(setup({ replicates: 1 }), 1).trainings
    expect(experiment.trainings.map(({ level }) => level)).toEqual([0, 1, 2, 3])
    expect(experiment.trainings[0]).toEqual(full)
  })
})

describe('descriptions', () => {
  it.each([
    ['imp', imp(setup(), 3), 'b964c5bb47ccc0a3', '6ae369d6a51f6f13'],
    ['one-shot', oneShot(setup(), 3), 'b3ea2d58c3a45de4', '5c190c192ae2dcd1'],
    ['random mask', control(imp(setup(), 3), 'random-mask'), '1faa52967db906ba', 'ace1898beb7f6e78'],
    ['random reinit', control(imp(setup(), 3), 'random-reinit'), 'b9ca3a1adfb2fff5', '599e9a7a70281009'],
  ])('of %s are those of version 0.1.0, whose results are found again', (_, experiment, digest, tasks) => {
    expect(experiment.digest.slice(0, 16)).toBe(digest)
    expect(sha256([...experiment.tasks.keys()].sort().join(' ')).slice(0, 16)).toBe(tasks)
  })
})

describe('an experiment on both backends', () => {
  const sparse = { below: 0.25, backend: { id: 'wasm', arithmetic: 'test' } } as const
  const mixed: Setup = { ...setup(), sparse }

  it('trains dense levels on one and sparse ones on the other, at every level as an unmixed experiment would', () => {
    const tickets = imp(mixed, 8)
    const unmixed = imp(setup(), 8)
    for (const { level, task } of tickets.trainings) {
      const { backend } = tickets.tasks.get(task) as TrainTask
      expect(backend.id, `level ${level}`).toBe(
        densityOf(mixed.network, tickets.counts[level]!) < 0.25 ? 'wasm' : 'tensorflow',
      )
    }
    const dense = tickets.trainings.filter(({ level }) => level <= 6)
    expect(dense.every(({ task }) => unmixed.tasks.has(task))).toBe(true)
    expect(tickets.trainings.some(({ task }) => !unmixed.tasks.has(task))).toBe(true)
  })
})
