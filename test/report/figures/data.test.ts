import { percentLabel } from '../../../src/support/quantities'
import { describe, expect, test } from 'vitest'
import type { Series } from '../../../src/experiments/series'
import { collapseCaption, deviationsCaption, spreadCaption } from '../../../src/report/figures/captions'
import { curveRows, levelRows, seriesNames, stepsTogether } from '../../../src/report/figures/data'
import { paddedDomain, wrapped } from '../../../src/report/figures/figure'
import { chosenLevels } from '../../../src/report/figures/learning-curves'
import { looksOf } from '../../../src/report/figures/looks'
import { seriesColors } from '../../../src/report/figures/palette'
import { learningCurvesPlot } from '../../../src/report/figures/plot'
import { sampleComparison, sampleSeries } from './sample'

const row = (step: number, testAccuracy: number): Series['points'][number]['curve'][number] => ({
  step,
  validationLoss: 1,
  validationAccuracy: 0,
  testLoss: 1,
  testAccuracy,
})

/** Level 1 of two replicates, the second of which has only begun. */
const half: Series = {
  name: 'tickets',
  role: 'tickets',
  network: 'lenet',
  replicates: 2,
  deviations: [],
  points: [
    {
      level: 1,
      replicate: 0,
      density: 0.8,
      multiplyAdds: 80,
      curve: [row(0, 0.1), row(100, 0.9)],
      result: { earlyStop: row(50, 0.88), final: row(100, 0.9) },
    },
    { level: 1, replicate: 1, density: 0.8, multiplyAdds: 80, curve: [row(0, 0.2)] },
  ],
}

describe('rows', () => {
  test('hold mean, minimum and maximum of finished replicates, in percent', () => {
    const [first] = levelRows([sampleSeries({ levels: 0, replicates: 3 })])
    const finals = sampleSeries({ levels: 0, replicates: 3 }).points.map(
      ({ result }) => result!.final.testAccuracy * 100,
    )
    expect(first).toMatchObject({ series: 'tickets', level: 0, percent: 100, replicates: 3 })
    expect(first!.finalAccuracyLow).toBeCloseTo(Math.min(...finals), 4)
    expect(first!.finalAccuracyHigh).toBeCloseTo(Math.max(...finals), 4)
    expect(first!.finalAccuracy).toBeCloseTo((finals[0]! + finals[1]! + finals[2]!) / 3, 4)
  })

  test('leave out trainings that have not finished', () => {
    expect(levelRows([half])).toMatchObject([
      { percent: 80, replicates: 1, finalAccuracy: 90, earlyStopAccuracy: 88, earlyStop: 50 },
    ])
    expect(levelRows([{ ...half, points: half.points.slice(1) }])).toEqual([])
  })

  test('of curves follow each step over the replicates that have reached it', () => {
    expect(curveRows([half], [1])).toMatchObject([
      { step: 0, replicates: 2, accuracy: 15, accuracyLow: 10, accuracyHigh: 20 },
      { step: 100, replicates: 1, accuracy: 90 },
    ])
  })
})

describe('long curves', () => {
  /** Level 1, recorded every 10 steps. @param curves of each replicate the test accuracies */
  const recorded = (...curves: readonly (readonly number[])[]): Series => ({
    ...half,
    replicates: curves.length,
    points: curves.map((accuracies, index) => ({
      level: 1,
      replicate: index + 1,
      density: 0.8,
      multiplyAdds: 80,
      curve: accuracies.map((accuracy, at) => row(10 * at, accuracy)),
    })),
  })
  const ofLength = (length: number, accuracy: (at: number) => number): number[] =>
    Array.from({ length }, (_, at) => accuracy(at))

  test('are drawn by means of neighbouring steps, but for step 0', () => {
    const long = recorded(ofLength(501, (at) => at / 1000))
    expect(stepsTogether([long], [1])).toBe(5)
    const drawn = curveRows([long], [1], 'range', 5)
    expect(drawn).toHaveLength(101)
    expect(drawn.slice(0, 3)).toMatchObject([
      { step: 0, accuracy: 0 },
      { step: 30, accuracy: 0.3, accuracyLow: 0.3, accuracyHigh: 0.3 },
      { step: 80, accuracy: 0.8 },
    ])
    const plot = learningCurvesPlot([long])
    expect(JSON.stringify(plot.spec)).toMatch(/each point: mean of 5 recorded steps/)
    expect(plot.csv().trimEnd().split('\r\n')).toHaveLength(1 + 501)
  })

  test('have bands of the spread over replicates of their means: what zigzags within a mean is none', () => {
    // 60%, 62% and 67% for ever, and on each a zigzag of 5 points that every two neighbours cancel.
    const levels = [0.6, 0.62, 0.67]
    const zigzag = levels.map((level, replicate) =>
      ofLength(401, (at) => level + ((at + replicate) % 2 === 0 ? 0.05 : -0.05)),
    )
    const drawn = (bars: 'range' | 'deviation' | 'interval') =>
      curveRows([recorded(...zigzag)], [1], bars, 4).slice(1)
    expect(drawn('range')).toHaveLength(100)
    for (const { accuracy, accuracyLow, accuracyHigh } of drawn('range')) {
      expect([accuracy, accuracyLow, accuracyHigh]).toEqual([63, 60, 67])
    }
    // Deviations from 63 are -3, -1 and 4: their squares sum to 26, over 2 degrees of freedom.
    const deviation = Math.sqrt(13)
    for (const { accuracyLow, accuracyHigh } of drawn('deviation')) {
      expect(accuracyLow).toBeCloseTo(63 - deviation, 5)
      expect(accuracyHigh).toBeCloseTo(63 + deviation, 5)
    }
    // 4.302653 is the 97.5% quantile of Student's t with 2 degrees of freedom in any table.
    for (const { accuracyHigh } of drawn('interval')) {
      expect(accuracyHigh).toBeCloseTo(63 + 4.302653 * Math.sqrt(13 / 3), 3)
    }
  })

  test('leave replicates out of a mean that have not recorded all of its steps', () => {
    const [far, less] = [ofLength(9, () => 0.9), ofLength(7, (at) => at / 10)]
    expect(curveRows([recorded(far, less)], [1], 'range', 4)).toMatchObject([
      { step: 0, replicates: 2, accuracyLow: 0, accuracyHigh: 90 },
      { step: 25, replicates: 2, accuracy: (90 + 25) / 2, accuracyLow: 25, accuracyHigh: 90 },
      { step: 65, replicates: 1, accuracy: 90, accuracyLow: 90, accuracyHigh: 90 },
    ])
  })

  test('that are not long are drawn as they are', () => {
    expect(stepsTogether([half], [1])).toBe(1)
    expect(curveRows([half], [1], 'range', 1)).toEqual(curveRows([half], [1]))
  })
})

test('no two series have one name', () => {
  const lenet = sampleSeries()
  expect(seriesNames([lenet, lenet])).toEqual(['tickets', 'tickets (2)'])
  expect(seriesNames([lenet, sampleSeries({ network: 'conv2' })])).toEqual([
    'tickets, lenet-mnist',
    'tickets, conv2',
  ])
})

describe('captions', () => {
  test('say which spread is drawn, over how many replicates', () => {
    const two = sampleComparison()
    expect(spreadCaption(two, 'error bars', levelRows(two))).toBe(
      'error bars: minimum–maximum over 2 replicates',
    )
    const one = [sampleSeries({ replicates: 1 })]
    expect(spreadCaption(one, 'error bars', levelRows(one))).toBe('1 replicate')
    const mixed = [
      sampleSeries({ replicates: 5 }),
      sampleSeries({ name: 'one-shot', role: 'control', replicates: 3 }),
    ]
    expect(spreadCaption(mixed, 'band', levelRows(mixed))).toBe(
      'band: minimum–maximum over replicates (tickets: 5, one-shot: 3)',
    )
  })

  test('say when replicates are still to come', () => {
    expect(spreadCaption([half], 'error bars', levelRows([half]))).toBe(
      'error bars: minimum–maximum over 2 replicates, some still to come',
    )
  })

  test('list deviations from the preset once, or by series where they differ', () => {
    expect(deviationsCaption(sampleComparison())).toBe('steps 2000 (paper: 50000), replicates 2 (paper: 5)')
    expect(deviationsCaption([half])).toBeUndefined()
    const changed = ['steps 9']
    expect(deviationsCaption([half, sampleSeries({ name: 'longer', deviations: changed })])).toBe(
      'lenet-mnist: steps 9',
    )
    expect(deviationsCaption([half, { ...half, name: 'longer', deviations: changed }])).toBe(
      'longer: steps 9',
    )
    expect(
      deviationsCaption([sampleSeries(), sampleSeries({ deviations: ['replicates 2 (paper: 5)'] })]),
    ).toBe('replicates 2 (paper: 5); tickets, steps 2000: steps 2000 (paper: 50000)')
    expect(deviationsCaption([...sampleComparison(), half])).toBe(
      'lenet-mnist: steps 2000 (paper: 50000), replicates 2 (paper: 5)',
    )
  })

  test('round percentages as the papers do', () => {
    expect([100, 51.2664, 3.5701, 80.0].map(percentLabel)).toEqual(['100%', '51.3%', '3.57%', '80%'])
  })
})

describe('levels of learning curves', () => {
  test('are spread evenly when none are asked for', () => {
    expect(chosenLevels([sampleSeries({ levels: 8 })])).toEqual([0, 2, 4, 6, 8])
    expect(chosenLevels([sampleSeries({ levels: 2 })])).toEqual([0, 1, 2])
    expect(chosenLevels([sampleSeries({ levels: 0 })])).toEqual([0])
  })

  test('that there are not are refused by name', () => {
    expect(() => chosenLevels([sampleSeries({ levels: 2 })], [0, 9])).toThrow(
      'There is no level 9. Choose `levels` from 0, 1, 2: level 0 is the full network.',
    )
    expect(() => chosenLevels([sampleSeries({ finished: 0 })], [0])).toThrow('Nothing has been trained yet.')
  })
})

test('ranges have air, a least width, and stay within what can be', () => {
  expect(paddedDomain([98, 98], 1, 100)[1] - paddedDomain([98, 98], 1, 100)[0]).toBeGreaterThanOrEqual(1)
  // What runs along the top is seen, and at least one point around what is flat.
  expect(paddedDomain([99.9, 90], 1, 100)[1]).toBeCloseTo(100.05, 1)
  expect(paddedDomain([100, 100], 1, 100)).toEqual([99, 100.005])
  expect(paddedDomain([], 1, 100)).toEqual([0, 100])
})

describe('several variants in one plot', () => {
  const [tickets, reinit] = sampleComparison()
  const [conv, convReinit] = sampleComparison({ network: 'conv2-cifar10' })
  const low = sampleSeries({ deviations: [...tickets!.deviations, 'learning rate 0.0003 (paper: 0.0012)'] })

  test('have a colour each; tickets are solid and controls dashed, with a point for each kind', () => {
    const looks = looksOf([tickets!, reinit!, conv!, convReinit!])
    expect(looks.map(({ color }) => seriesColors.indexOf(color as never))).toEqual([0, 0, 1, 1])
    expect(looks.map(({ dashed }) => dashed)).toEqual([false, true, false, true])
    expect(looks.map(({ shape }) => shape)).toEqual(['circle', 'square', 'circle', 'square'])
    expect(new Set(looksOf([tickets!, conv!, low]).map(({ color, shape }) => color + shape)).size).toBe(3)
  })

  test('have names that tell them apart: by network, or by what was changed', () => {
    expect(seriesNames([tickets!, conv!])).toEqual(['tickets, lenet-mnist', 'tickets, conv2-cifar10'])
    expect(seriesNames([tickets!, reinit!, low])).toEqual([
      ...['tickets', 'random reinit', 'tickets, learning rate 0.0003'],
    ])
  })

  test('of one network keep a colour for each series', () => {
    const looks = looksOf(sampleComparison())
    expect(looks.map(({ color }) => color)).toEqual(seriesColors.slice(0, 3))
  })

  test('a control with fewer draws than in the paper is no variant of its own', () => {
    const fewer = (one: Series): Series => ({ ...one, deviations: [...one.deviations, '1 draw (paper: 3)'] })
    const [, , mask] = sampleComparison()
    const colors = (series: readonly Series[]) =>
      looksOf(series).map(({ color }) => seriesColors.indexOf(color as never))
    expect(colors([tickets!, fewer(reinit!), mask!])).toEqual([0, 1, 2])
    expect(colors([tickets!, fewer(reinit!), conv!, fewer(convReinit!)])).toEqual([0, 0, 1, 1])
  })
})

test.each([
  ['of one network', (at: number) => sampleSeries({ name: `criterion ${at}` })],
  ['of as many networks', (at: number) => sampleSeries({ network: `network ${at}` })],
  [
    'of two kinds of ten networks',
    (at: number) => sampleSeries({ name: `kind ${at % 2}`, network: `network ${at >> 1}` }),
  ],
])('twenty series %s, more than there are colours, are told apart by colour and point', (_, made) => {
  const looks = looksOf(Array.from({ length: 20 }, (_, at) => made(at)))
  expect(new Set(looks.map(({ color, shape }) => `${color} ${shape}`)).size).toBe(20)
})

test('long captions are broken between words, so that a figure keeps room for its panel', () => {
  expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrapped('', 9)).toEqual([])
})

test('a caption says which layer is empty from which level on', () => {
  const series = sampleSeries()
  expect(collapseCaption([series])).toBeUndefined()
  const empty = [
    { layer: 'conv3', level: 4 },
    { layer: 'conv2', level: 5 },
  ]
  const collapsed = { ...sampleSeries(), name: 'SynFlow', empty }
  expect(collapseCaption([collapsed])).toBe('collapse: layer conv3 is empty at level 4 (1 more later)')
  expect(collapseCaption([series, { ...collapsed, empty: empty.slice(1) }])).toBe(
    'collapse: SynFlow: layer conv2 is empty at level 5',
  )
})
