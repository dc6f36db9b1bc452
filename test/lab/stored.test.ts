import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentView } from '../../src/experiments/view'
import { storedResults } from '../../src/lab/stored'
import { InstabilityResults } from '../../src/lab/results/instability-results'
import { Results } from '../../src/lab/results/results'
import { openStoreView } from '../../src/store/store'
import { backends } from '../runtime/lab'
import { openTestLab, type TestLab } from './lab'
import { smallSetup } from './results/small'

let opened: TestLab
beforeAll(async () => {
  opened = await openTestLab(backends)
})
afterAll(() => opened.close())

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** What the store gives for the experiment that was shown last. */
function last() {
  const { digest } = opened.views.at(-1) as ExperimentView
  return storedResults(openStoreView(opened.store), digest)
}

describe('results that are read from the store', () => {
  it('are what the cell was given: tickets ranked together, and their control', async () => {
    const setup = await smallSetup(opened.lab, { replicates: 2, scope: 'global' })
    const tickets = await opened.lab.imp(setup, { levels: 2 })
    const read = await last()
    expect(read).toBeInstanceOf(Results)
    const { levels, series, learningCurves, name } = read as Results
    expect(plain({ levels, series, learningCurves, name })).toEqual(
      plain({
        ...{ levels: tickets.levels, series: tickets.series, name: tickets.name },
        learningCurves: tickets.learningCurves,
      }),
    )
    expect(await (read as Results).mask(2, 2)).toEqual(await tickets.mask(2, 2))
    expect(opened.lab.plot.accuracy(read as Results).csv()).toBe(opened.lab.plot.accuracy(tickets).csv())

    const shuffled = await opened.lab.control(tickets, 'random-mask', { levels: [1], draws: 2 })
    expect(plain(((await last()) as Results).levels)).toEqual(plain(shuffled.levels))
  })

  it('are the barriers of an analysis', async () => {
    const setup = await smallSetup(opened.lab, { replicates: 2 })
    const full = await opened.lab.instability(setup, { steps: [0, 4] })
    const read = (await last()) as InstabilityResults
    expect(read).toBeInstanceOf(InstabilityResults)
    expect(plain([read.lines, read.barriers, read.matches])).toEqual(
      plain([full.lines, full.barriers, full.matches]),
    )
  })

  it('begin other experiments, the same to the bit as in the cell that made them', async () => {
    const setup = await smallSetup(opened.lab, { replicates: 2 })
    const tickets = await opened.lab.imp(setup, { levels: 2 })
    const { digest } = opened.views.at(-1) as ExperimentView
    const read = await opened.lab.stored(digest.slice(0, 12))
    expect(read.name).toBe(tickets.name)
    for (const [begin, count] of [
      [(from: Results) => opened.lab.control(from, 'random-mask'), 4],
      [(from: Results) => opened.lab.instability(from, { steps: [0, 4], levels: [1] }), 8],
    ] as const) {
      const again = (await begin(read)).experiment
      const first = (await begin(tickets)).experiment
      expect(again.digest).toBe(first.digest)
      expect([...again.tasks.keys()]).toEqual([...first.tasks.keys()])
      expect(again.trainings).toHaveLength(count)
    }
  })

  it('begin nothing where they are none of trainings, or none that is meant', async () => {
    const setup = await smallSetup(opened.lab, { replicates: 1 })
    await opened.lab.instability(setup, { steps: [0] })
    const { digest } = opened.views.at(-1) as ExperimentView
    await expect(opened.lab.stored(digest)).rejects.toThrow(/of kind instability/)
    await expect(opened.lab.stored('nothing of that name')).rejects.toMatchObject({ code: 'bad-input' })
    await expect(opened.lab.stored(3 as never)).rejects.toMatchObject({ code: 'bad-input' })
  })

  it('are refused where there are none', async () => {
    const absent = storedResults(openStoreView(opened.store), 'f'.repeat(64))
    await expect(absent).rejects.toMatchObject({ code: 'bad-input' })
  })
})
