import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Setup } from '../../src/experiments/setup'
import type { MimeBundle } from '../../src/report/display'
import { backends, network } from '../runtime/lab'
import { openTestLab, type TestLab } from './lab'

let opened: TestLab
let lenet: Setup
beforeAll(async () => {
  opened = await openTestLab(backends, 1)
  const { lab } = opened
  const preset = lab.preset('lenet-mnist', {
    ...{ steps: 6000, replicates: 1, evaluateEvery: 600, backend: 'wasm' },
  })
  lenet = { ...preset, network }
})
afterAll(() => opened.close())

interface Spec {
  readonly concat?: readonly unknown[]
  readonly vconcat?: readonly [
    { readonly concat: readonly unknown[] },
    {
      readonly title: { readonly text: readonly string[] }
      readonly data?: { readonly values: readonly Row[] }
    },
  ]
}
interface Row {
  readonly step: number
  readonly test: number
  readonly validation: number
}

const specOf = (bundle: MimeBundle): Spec => JSON.parse(bundle['application/vnd.vegalite.v5+json']!) as Spec
const curveOf = (bundle: MimeBundle): readonly Row[] => specOf(bundle).vconcat?.[1].data?.values ?? []
const titleOf = (bundle: MimeBundle): string => specOf(bundle).vconcat?.[1].title.text.join(' ') ?? ''

describe('while networks train, the plot below the cell', () => {
  it('has the curve of the full network before that is trained, and in the end is what it always was', async () => {
    const { history, lab } = opened
    const tickets = await lab.imp(lenet, { levels: 1 })
    const [first] = history.filter((bundle) => curveOf(bundle).length > 0)
    expect(titleOf(first!)).toBe('Training now: full network (level 0)')
    expect(first!['application/vnd.vegalite.v5+json']).toContain('No training has finished yet')
    // Only what stays is drawn here, too.
    expect(history.filter((bundle) => 'image/svg+xml' in bundle)).toEqual([history.at(-1)])
    // A restart waits for the word that the run has ended, and is not to be sooner than its last plot.
    expect(opened.ended).toEqual([history.at(-1)])
    expect(first!['text/plain']).toMatch(
      /^training full network \(level 0\), replicate 1: step [\d,]+ of 6,000, validation [\d.]+% and test [\d.]+% at step/m,
    )
    // What is shown is what the training recorded.
    const curve = tickets.series.points.find(({ level }) => level === 0)!.curve
    for (const { step, test, validation } of curveOf(first!)) {
      const row = curve.find((one) => one.step === step)!
      expect(test).toBeCloseTo(100 * row.testAccuracy, 5)
      expect(validation).toBeCloseTo(100 * row.validationAccuracy!, 5)
    }
    // What was done before the first step, and that nothing was known of the time left.
    const said = opened.activities.flatMap(({ runs }) => runs)
    expect(said.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['loading data', 'compiling']))
    const estimates = said.findIndex(({ secondsLeft }) => secondsLeft !== undefined)
    expect(said.slice(0, estimates).some(({ estimating }) => estimating)).toBe(true)
    const last = specOf(history.at(-1)!)
    expect(last.vconcat).toBeUndefined()
    expect(last.concat).toHaveLength(2)
    expect(history.at(-1)!['text/plain']).not.toContain('training')
  }, 120_000)

  it('of a control names its networks, and what comes from the store is never shown as training', async () => {
    const { history, lab } = opened
    const tickets = await lab.imp(lenet, { levels: 1 })
    const before = history.length
    await lab.control(tickets, 'random-mask')
    const titles = history.slice(before).map(titleOf)
    expect(titles).toContainEqual(
      expect.stringMatching(/^Training now: random mask, level 1 \(80\.\d% of weights\)$/),
    )
    const again = history.length
    await lab.control(tickets, 'random-mask')
    expect(history.slice(again).map(titleOf).join('')).toBe('')
    expect(history.length).toBeGreaterThan(again)
  }, 120_000)

  it('of an instability analysis names the copies', async () => {
    const { history, lab } = opened
    const before = history.length
    await lab.instability(lenet, { steps: [600], points: 3, trainExamples: 100 })
    const titles = history.slice(before).map(titleOf)
    expect(titles).toContainEqual(expect.stringMatching(/full network \(level 0\), from step 600, copy [12]/))
    expect(titles.at(-1)).toBe('')
  }, 120_000)
})
