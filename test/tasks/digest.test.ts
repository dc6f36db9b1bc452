import { describe, expect, it } from 'vitest'
import type { LabelNoise } from '../../src/datasets/dataset'
import { describe as describeTask, digestOf, inputsOf, stepsOf } from '../../src/tasks/digest'
import { sha256 } from '../../src/support/canonical'
import type { Recipe } from '../../src/tasks/recipe'
import type { BendTask } from '../../src/tasks/tasks'
import { evaluateTask, initializeTask, pruneTask, trainTask } from '../runtime/lab'

const start = initializeTask()
const digestWith = (changes: Partial<Recipe>) => digestOf(trainTask(start, changes))

describe('the digest of a task', () => {
  it('is the SHA-256 of its description, so that anybody can check it', () => {
    const task = trainTask(start)
    expect(digestOf(task)).toBe(sha256(describeTask(task)))
    expect(digestOf(JSON.parse(describeTask(task)) as typeof task)).toBe(digestOf(task))
  })

  it.each<[string, Partial<Recipe>]>([
    ['no weight decay', { weightDecay: 0 }],
    ['no weight decay, of anything', { weightDecay: 0, weightDecayOn: 'all' }],
    ['a constant schedule', { schedule: { kind: 'constant' } }],
    ['an augmentation that changes nothing', { augmentation: { flip: false, crop: 0 } }],
    [
      'the usual beta and epsilon',
      { optimizer: { kind: 'adam', learningRate: 1.2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } },
    ],
  ])('is the same when %s is written out', (_, changes) => {
    expect(digestWith(changes)).toBe(digestWith({}))
  })

  it('is the same when a default deep in the recipe is written out', () => {
    const momentum = { kind: 'momentum', learningRate: 0.1, momentum: 0.9 } as const
    expect(digestWith({ optimizer: { ...momentum, nesterov: false } })).toBe(
      digestWith({ optimizer: momentum }),
    )
    const warmup = { kind: 'linear-warmup', warmup: 10 } as const
    expect(digestWith({ schedule: { ...warmup, then: { kind: 'constant' } } })).toBe(
      digestWith({ schedule: warmup }),
    )
  })

  it('is the same without label noise, and with noise of the seed that it has by default', () => {
    const task = trainTask(start)
    const withNoise = (labelNoise: LabelNoise) =>
      digestOf({ ...task, dataset: { ...task.dataset, labelNoise } })
    expect(withNoise({ fraction: 0 })).toBe(digestOf(task))
    expect(withNoise({ fraction: 0.1, seed: task.dataset.splitSeed })).toBe(withNoise({ fraction: 0.1 }))
    expect(withNoise({ fraction: 0.1, seed: 7 })).not.toBe(withNoise({ fraction: 0.1 }))
    expect(withNoise({ fraction: 0.1 })).not.toBe(digestOf(task))
  })

  it('changes with the content of a dataset and the number of examples', () => {
    const task = trainTask(start)
    const changes = [{}, { content: 'a'.repeat(64) }, { content: 'b'.repeat(64) }, { examples: 1000 }]
    const digests = changes.map((change) => digestOf({ ...task, dataset: { ...task.dataset, ...change } }))
    expect(new Set(digests).size).toBe(4)
  })

  it('is the same when the defaults of the rule that bends a curve are written out', () => {
    const { network, dataset, backend } = trainTask(start)
    const end = { task: digestOf(start), step: 0 }
    const bend: BendTask = {
      ...{ kind: 'bend', network, dataset, ends: [end, end], steps: 10, batchSize: 60, seed: 1, backend },
      optimizer: { kind: 'adam', learningRate: 1.2e-3 },
    }
    const optimizer = { ...bend.optimizer, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const
    expect(digestOf({ ...bend, optimizer })).toBe(digestOf(bend))
    expect(digestOf({ ...bend, steps: 20 })).not.toBe(digestOf(bend))
  })

  it('does not depend on the training that it goes on from, which is an input nevertheless', () => {
    const trunk = trainTask(start, { until: 50 })
    const whole = trainTask(start)
    const resumed = { ...whole, resume: { task: digestOf(trunk), step: 50 } }
    expect(digestOf(resumed)).toBe(digestOf(whole))
    expect(inputsOf(resumed)).toEqual([...inputsOf(whole), digestOf(trunk)])
    expect([trunk, whole, resumed].map(stepsOf)).toEqual([50, 200, 150])
  })

  it('tells weight decay of weights, the default, from that of all parameters', () => {
    const on = (weightDecayOn: Recipe['weightDecayOn'] & string) =>
      digestWith({ weightDecay: 1e-4, weightDecayOn })
    expect(on('weights')).toBe(digestWith({ weightDecay: 1e-4 }))
    expect(on('all')).not.toBe(on('weights'))
  })

  it('is the same when the usual initial weights are written out, and changes with others', () => {
    expect(digestOf({ ...start, init: 'glorot', batchNormScale: 1 })).toBe(digestOf(start))
    const others = [
      start,
      ...(['kaiming-normal', 'kaiming-uniform', 'orthogonal'] as const).map((init) => ({ ...start, init })),
      { ...start, batchNormScale: 'uniform' as const },
    ]
    expect(new Set(others.map(digestOf)).size).toBe(5)
  })

  it.each<[string, Partial<Recipe>]>([
    ['the learning rate', { optimizer: { kind: 'adam', learningRate: 1e-3 } }],
    ['another beta', { optimizer: { kind: 'adam', learningRate: 1.2e-3, beta1: 0.8 } }],
    ['weight decay', { weightDecay: 1e-4 }],
    ['weight decay of all parameters', { weightDecay: 1e-4, weightDecayOn: 'all' }],
    ['augmentation', { augmentation: { flip: true, crop: 0 } }],
    ['the batch size', { batchSize: 21 }],
    ['a schedule', { schedule: { kind: 'steps', boundaries: [10], factor: 0.1 } }],
  ])('changes with %s', (_, changes) => {
    expect(digestWith(changes)).not.toBe(digestWith({}))
  })

  it('changes with the seed, the mask and the last step', () => {
    const dense = trainTask(start)
    const others = [
      trainTask(start, { orderSeed: 2 }),
      trainTask(initializeTask(2)),
      trainTask(start, { mask: digestOf(pruneTask(dense, 0.5)) }),
      trainTask(start, { until: 50 }),
    ]
    expect(new Set([dense, ...others].map(digestOf)).size).toBe(5)
  })
})

describe('the step at which a training begins', () => {
  const trained = trainTask(start)
  const later = { ...trained, start: { task: digestOf(trained), step: 200 } }

  it('is part of its digest, and counts from there', () => {
    expect(digestOf({ ...later, from: 50 })).not.toBe(digestOf({ ...later, from: 0 }))
    expect(stepsOf({ ...later, from: 50 })).toBe(150)
    expect(stepsOf({ ...later, from: 200, until: 230 })).toBe(30)
  })

  it('is described where an optimizer with moments begins afresh at a step k > 0, and only there', () => {
    expect(digestOf({ ...later, from: 200 })).toBe(digestOf(later))
    expect(describeTask(later)).toContain('"from":200')
    expect(digestOf({ ...trained, from: 0 })).toBe(digestOf(trained))
    expect(describeTask(trained)).not.toContain('"from"')
    const momentum = trainTask(start, { optimizer: { kind: 'momentum', learningRate: 0.1, momentum: 0.9 } })
    expect(describeTask({ ...momentum, start: later.start })).not.toContain('"from"')
  })

  it('is that of the weights where nothing else is said', () => {
    expect(stepsOf(trained)).toBe(200)
    expect(stepsOf({ ...later, until: 230 })).toBe(30)
  })
})

describe('the inputs of a task', () => {
  it('are the tasks whose results it reads', () => {
    const dense = trainTask(start)
    const first = pruneTask(dense, 0.5)
    const second = pruneTask(dense, 0.25, first)
    const sparse = trainTask(start, { mask: digestOf(second) })
    expect(inputsOf(start)).toEqual([])
    expect(inputsOf(dense)).toEqual([digestOf(start)])
    expect(inputsOf(second)).toEqual([digestOf(dense), digestOf(first)])
    expect(inputsOf(sparse)).toEqual([digestOf(start), digestOf(second)])
    expect(inputsOf(evaluateTask(sparse))).toEqual([digestOf(sparse), digestOf(second)])
  })
})
