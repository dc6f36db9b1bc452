import { describe, expect, test } from 'vitest'
import { instabilityPlot } from '../../../src/report/figures/instability'
import { matchingPlot } from '../../../src/report/figures/matching'
import { accuracyPlot, earlyStopPlot } from '../../../src/report/figures/plot'
import { onsetRows, referencedPresets, referenceRows } from '../../../src/report/figures/reference'
import { presetNames } from '../../../src/lab/asked/presets'
import { sampleAnalysis } from './sample-lines'
import { sampleComparison, sampleSeries } from './sample'
import { textsOf } from './svg'

describe('published values', () => {
  test('are off unless asked for', () => {
    const plain = accuracyPlot(sampleComparison())
    expect(JSON.stringify(plain.spec)).not.toMatch(/Published|published/)
    expect(plain.text()).not.toMatch(/published/)
  })

  test('are open marks with their source in the tooltip, and a line each in the table', async () => {
    const plot = accuracyPlot(sampleComparison(), { reference: true })
    const spec = JSON.stringify(plot.spec)
    expect(spec).toMatch(/"shape":"diamond","filled":false/)
    expect(spec).toMatch(/"source":"Frankle & Carbin 2019, section 2"/)
    expect(spec).toMatch(/"title":"Source"/)
    expect(textsOf(await plot.svg())).toContain('open diamonds: published values')
    expect(plot.text()).toMatch(/^published: .* at 13.5%, tickets: more than 0.3 points above/m)
  })

  test('that a paper gives beside its own full network stand beside that of the results', () => {
    const [own] = [sampleSeries()]
    const dense = own.points.filter(({ level }) => level === 0).map(({ result }) => result!)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const [better, back] = referenceRows([own], 'earlyStopAccuracy')
    const accuracy = 100 * mean(dense.map(({ earlyStop }) => earlyStop!.testAccuracy))
    expect([better!.percent, back!.percent]).toEqual([13.5, 3.6])
    expect(better!.value).toBeCloseTo(accuracy + 0.3, 5)
    expect(back!.value).toBeCloseTo(accuracy, 5)
    const [sooner] = referenceRows([own], 'earlyStop')
    expect(sooner!.value).toBeCloseTo(0.62 * mean(dense.map(({ earlyStop }) => earlyStop!.step)), 5)
    expect(referenceRows([sampleSeries({ finished: 0 })], 'earlyStop')).toEqual([])
    expect(JSON.stringify(earlyStopPlot([own], { reference: true }).spec)).toMatch(/38% sooner/)
  })

  test('that were remembered say so', async () => {
    const series = [sampleSeries({ network: 'lenet-mnist-instability' })]
    expect(referenceRows(series, 'finalAccuracy')).toMatchObject([
      { percent: 3.5, value: 98.3, source: expect.stringMatching(/†$/) as string },
    ])
    const svg = await accuracyPlot(series, { reference: true }).svg()
    expect(textsOf(svg).join(' ')).toMatch(/† remembered, not read in the paper/)
  })

  test('of stability are for the full network, or for its subnetworks, as the analysis is', () => {
    const network = sampleSeries({ network: 'resnet20-cifar10-instability' })
    expect(onsetRows([network], ['full network'])).toMatchObject([{ step: 2000 }])
    expect(onsetRows([network], ['full network', 'subnetworks']).map(({ step }) => step)).toEqual([2000, 500])
    expect(instabilityPlot([sampleAnalysis()], { reference: true }).text()).toMatch(
      /published: k = 0, full network stable from here on \(.*figure 3\)$/,
    )
  })

  test('of stability are vertical lines; those of one k share one, whose tooltip names both', async () => {
    const plot = instabilityPlot([sampleAnalysis({ levels: [0, 3] })], { reference: true })
    const spec = JSON.stringify(plot.spec)
    expect(spec).toMatch(
      /"what":"full network stable from here on \(.*?\); IMP subnetworks stable and matching/,
    )
    expect(spec.match(/"what":/g)).toHaveLength(1)
    expect(spec).not.toMatch(/diamond/)
    expect(textsOf(await plot.svg())).toContain('vertical dashes: published k from which networks are stable')
  })

  test('are for presets that there are', () => {
    expect(presetNames).toEqual(expect.arrayContaining([...referencedPresets]))
  })

  test('are said to be none where there are none', async () => {
    const plots = [
      accuracyPlot([sampleSeries({ network: 'mine' })], { reference: true }),
      matchingPlot([sampleAnalysis({ levels: [2] })], { reference: true }),
    ]
    for (const plot of plots) {
      expect(textsOf(await plot.svg())).toContain('no published values for this plot')
      expect(plot.text()).toMatch(/published: no values for this plot$/)
    }
  })
})
