import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExperimentView } from '../../src/experiments/view'
import { isExperimentView } from '../../src/experiments/view'
import { pruningWeights } from '../../src/extension/mask/pruning'
import { findMask } from '../../src/extension/mask/selection'
import type { StoredExperiment } from '../../src/store/experiments'
import { listExperiments } from '../../src/store/experiments'
import { createReader } from '../../src/store/reader'
import { openTestLab, someMnist, type TestLab } from '../lab/lab'
import { backends, network } from '../runtime/lab'

let opened: TestLab
let kept: readonly StoredExperiment<ExperimentView>[]
const parameter = 'hidden/weights'

beforeAll(async () => {
  opened = await openTestLab(backends)
  const { lab } = opened
  const dataset = await someMnist(lab)
  const options = {
    ...{ dataset, validation: 300, steps: 20, replicates: 1, evaluateEvery: 10 },
    backend: 'wasm',
  } as const
  const setup = { ...lab.preset('lenet-mnist', options), network }
  const tickets = await lab.imp(setup, { levels: 2 })
  await lab.control(tickets, 'random-mask')
  await lab.oneShot(setup, { levels: 1, criterion: 'movement' })
  kept = (await listExperiments(opened.store, isExperimentView)).experiments
})
afterAll(() => opened.close())

/** What the panel is told of a level of one of these experiments. */
function ofLevel(kind: ExperimentView['kind'], level: number) {
  const { view, description } = kept.find((one) => one.view.kind === kind)!
  const known = { ...view, setup: description }
  const source = findMask(known, { experiment: view.digest, parameter, level, replicate: 0 })!
  return { source, told: pruningWeights(createReader(opened.store), source.task, parameter) }
}

test('the smallest of the weights that were left went, at every level', async () => {
  for (const level of [1, 2]) {
    const { source, told } = ofLevel('imp', level)
    const { note, counts } = await told
    expect(note).toMatch(/step 20 of the training .* the smallest went\.$/)
    const sum = (numbers: readonly number[]): number => numbers.reduce((before, one) => before + one, 0)
    const before = ofLevel('imp', level - 1).source.layer.kept!
    expect([sum(counts!.stayed), sum(counts!.went)]).toEqual([source.layer.kept, before - source.layer.kept!])
    const firstStayed = counts!.stayed.findIndex((count) => count > 0)
    expect(counts!.went.findLastIndex((count) => count > 0)).toBeLessThanOrEqual(firstStayed)
  }
})

test('where weights were ranked otherwise, drawn, or not at all, that is said', async () => {
  const { note, counts } = await ofLevel('one-shot', 1).told
  expect(note).toContain('ranked by the criterion movement, not by the magnitudes')
  expect(counts).toBeDefined()
  expect(await ofLevel('random-mask', 1).told).toEqual({
    note: 'This mask was drawn at random: no weights were looked at.',
  })
  expect(await ofLevel('imp', 0).told).toEqual({
    note: 'Nothing is pruned at level 0: look at a later level.',
  })
})

test('the image is that of the network in the store', () => {
  expect(ofLevel('imp', 1).source.picture.image).toEqual({ height: 28, width: 28 })
})
