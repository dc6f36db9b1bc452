import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Setup } from '../../src/experiments/setup'
import type { ExperimentView } from '../../src/experiments/view'
import { bundleOf } from '../../src/report/showing/bundle'
import type { Lab } from '../../src/lab/api'
import type { MimeBundle } from '../../src/report/display'
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
  const preset = lab.preset('lenet-mnist-instability', { steps: 20, replicates: 1, evaluateEvery: 20 })
  lenet = { ...preset, network }
})
afterAll(() => opened.close())

it('an analysis trains copies, evaluates the line between them, shows it, and is found again', async () => {
  const found = await lab.instability(lenet, { steps: [0] })
  expect(found.lines).toHaveLength(1)
  const [line] = found.lines
  expect([line!.alphas.length, line!.test.error.length, line!.train.loss.length]).toEqual([30, 30, 30])
  const [barrier] = found.barriers
  expect(barrier).toMatchObject({ level: 0, step: 0, density: 1, pairs: 1, threshold: 2 })
  expect(barrier!.test.mean).toBeGreaterThanOrEqual(0)
  expect(line!.distances.relative).toBeGreaterThan(0)

  expect(shown.at(-1)!['text/plain']).toBe(found.text())
  expect(shown.at(-1)!['image/svg+xml']).toContain('Height of the test error barrier')
  expect(views.at(-1)).toMatchObject({
    kind: 'instability',
    state: 'done',
    levels: [{ level: 0, step: 0, state: 'done', barrier: { count: 1 } }],
  })
  expect(lab.plot.line(found).text()).toBe(found.text())

  const again = await lab.instability(lenet, { steps: [0], threshold: 0.0001 })
  expect(again.lines).toEqual(found.lines)
})

it('subnetworks are compared with the full network, and with a curve beside the line', async () => {
  const options = { steps: [0], levels: [1], points: 3, trainExamples: 500, curve: { steps: 5 } }
  const found = await lab.instability(lenet, options)
  const tickets = await lab.imp(lenet, { levels: 1 })
  const [match] = found.matches
  const [dense, sparse] = tickets.levels
  expect(match!.full.mean).toBeCloseTo(100 * dense!.finalAccuracy.mean, 6)
  expect(match).toMatchObject({ level: 1, step: 0, margin: 0.2, difference: { count: 1 } })
  expect(found.lines[0]!.curve!.test.error).toHaveLength(3)
  expect(found.barriers[0]!.curve!.connectivity).toMatch(/connected|at chance/)

  // Tickets have one copy, which is the first of the analysis.
  const first = found.trained.subnetworks[0]!
  expect(first.accuracy).toBe(sparse!.finalAccuracy.mean)
  const difference = 100 * (sparse!.finalAccuracy.mean - dense!.finalAccuracy.mean)
  const matches = tickets.matching()
  expect(matches[0]!.difference.mean).toBeCloseTo(difference, 6)
  const shown = (await bundleOf(matches))['text/plain']!
  expect(shown).toMatch(/^level +remaining +test accuracy \(%\) +full network \(%\)/)
  expect(shown).toContain(`${matches[0]!.verdict}, 1 replicate: no interval`)
  expect(tickets.matching(100)[0]!.verdict).toBe('matching')
  expect(() => tickets.matching(-1)).toThrow(/margin to be a number of at least 0, found -1/)
  const oneShot = await lab.oneShot(lenet, { levels: 1 })
  expect(oneShot.matching()[0]!.full).toEqual(tickets.matching()[0]!.full)
  expect(tickets.text()).toMatch(/ matching, 1 replicate: no interval$/m)

  expect(lab.plot.matching(found).csv()).toBe(lab.plot.subnetworkError(found).csv())
  expect(lab.plot.matching(found).text()).toBe(found.text())
  expect(lab.plot.accuracy(tickets, { reference: true }).text()).toMatch(/98.3 at 3.5%.*†/)
  expect(() => lab.plot.accuracy(tickets, { reference: 'yes' } as never)).toThrow(
    /reference to be true or false/,
  )
})

it('a k beyond the end is refused before anything is trained', async () => {
  await expect(lab.instability(lenet, { steps: [0, 20] })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(/steps k from 0 to 19, below the 20 steps .*found 20/) as string,
  })
})

it('plots want the results of an analysis', async () => {
  const promise = lab.instability(lenet, { steps: [0] })
  expect(() => lab.plot.line(promise as never)).toThrow(
    /results of lab.instability .*a promise. Write 'await'/,
  )
  expect(() => lab.plot.instability()).toThrow(/found none/)
  const full = await promise
  expect(() => lab.plot.matching(full)).toThrow(/Expected subnetworks in lab.plot.matching, found the full/)
})
