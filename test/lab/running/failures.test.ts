import { describe, expect, it } from 'vitest'
import type { Experiment } from '../../../src/experiments/experiment'
import { imp, oneShot } from '../../../src/experiments/imp'
import { control } from '../../../src/experiments/control'
import { instability } from '../../../src/experiments/instability'
import type { Setup } from '../../../src/experiments/setup'
import { throwUnlessDone } from '../../../src/lab/running/failures'
import { setupOf } from '../../../src/lab/asked/presets'
import { placeOf } from '../../../src/lab/running/task-place'
import type { Digest, Task } from '../../../src/tasks/tasks'
import { thrown } from '../../support/thrown'

const setup: Setup = setupOf('lenet-mnist', { replicates: 2, steps: 1000, seed: 7 }, () => ({
  backend: { id: 'tensorflow', arithmetic: 'test' },
}))
const together: Setup = { ...setup, scope: 'global', rates: { dense: 0.2, output: 0.2 } }

/** Where the tasks of a kind are, each place once. */
function placesOf(experiment: Experiment, kind: Task['kind']): (string | undefined)[] {
  const tasks = [...experiment.tasks].filter(([, task]) => task.kind === kind)
  return [...new Set(tasks.map(([digest]) => placeOf(experiment, digest)))]
}

describe('the place of a task', () => {
  it.each<[string, Experiment, Task['kind'], string[]]>([
    ['initializations', imp(setup, 1), 'initialize', ['level 0, replicate 1', 'level 0, replicate 2']],
    ['masks', imp({ ...setup, replicates: 1 }, 3), 'prune', ['level 1', 'level 2', 'level 3']],
    ['masks of one shot', oneShot({ ...together, replicates: 1 }, 2), 'prune', ['level 1', 'level 2']],
    [
      'full networks that are only pruned',
      oneShot({ ...setup, replicates: 1 }, 1),
      'train',
      ['level 0', 'level 1'],
    ],
    [
      'shuffled masks, and those that are shuffled',
      control(imp({ ...setup, replicates: 1 }, 2), 'random-mask', [2]),
      'prune',
      ['level 1', 'level 2'],
    ],
  ])('is told of %s', (_, experiment, kind, places) => {
    expect(placesOf(experiment, kind).sort()).toEqual(places)
  })

  it('is told of every task of an analysis of subnetworks', () => {
    const analysis = instability(
      { ...setup, replicates: 1 },
      { of: 'imp', steps: [0, 100], orders: 2, levels: [0, 2], line: { curveSteps: 10 } },
    )
    expect([...analysis.tasks.keys()].map((task) => placeOf(analysis, task))).not.toContain(undefined)
    expect(placesOf(analysis, 'prune')).toEqual([
      // Masks of the first level are made from the full network, whatever k is copied or rewound to.
      'level 1',
      'level 2, k = 0',
      'level 2, k = 100',
    ])
    expect(placesOf(analysis, 'train')).toEqual(
      expect.arrayContaining([
        'level 0, k = 0, copy 1',
        'level 0, k = 100',
        'level 1, k = 100',
        'level 2, k = 100, copy 2',
      ]),
    )
    expect(placesOf(analysis, 'interpolate')).toContain('level 2, k = 100, line between copies 1 and 2')
    expect(placesOf(analysis, 'bend')).toContain('level 0, k = 0, curve between copies 1 and 2')
  })

  it('is unknown for what is none of its tasks', () => {
    expect(placeOf(imp(setup, 1), 'another')).toBeUndefined()
  })
})

describe('a run that failed', () => {
  const hot = oneShot(setup, 1)
  const full = [...hot.tasks].filter(([, task]) => task.kind === 'train' && task.mask === undefined)
  const [first, second] = full.map(([digest]) => digest) as [Digest, Digest]
  const failed = (task: Digest, message: string) => ({
    task,
    failure: { code: 'not-a-number', message } as const,
  })

  it('says where, also for full networks of which there is no result', () => {
    const failures = [failed(first, 'Training diverged.'), failed(second, 'Training diverged.')]
    expect(thrown(() => throwUnlessDone({ kind: 'failed', failures }, 'hot', hot))).toMatchObject({
      code: 'task-failed',
      message:
        '2 tasks of hot failed:\n- At level 0, replicate 1: Training diverged.\n- At level 0, replicate 2: Training diverged.',
    })
  })

  it('says the same thing once, with how often it happened', () => {
    const failures = ['a', 'b', 'c'].map((task) => failed(task, 'No trainer.'))
    expect(thrown(() => throwUnlessDone({ kind: 'failed', failures }, 'hot', hot))).toMatchObject({
      message: '3 tasks of hot failed:\n- No trainer. (3 times)',
    })
  })
})
