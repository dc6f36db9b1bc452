import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/api'
import type * as CreateLab from '../../src/lab/lab'
import type * as ResultsModule from '../../src/lab/results/results'
import { display } from '../../src/report/display'
import type { Plot } from '../../src/report/figures/plot'
import { dryHost, dryLab, emptyReader } from '../lab/dry'
import { sampleSeries } from '../report/figures/sample'
import { marks, textsOf } from '../report/figures/svg'
import { complaints, editsOf, sourceWith, type Edits } from './walkthrough'

const figure = 'src/report/figures/late-training.ts'
const api = 'src/lab/api.ts'
const lab = 'src/lab/lab.ts'
const edits = await editsOf('Add a plot')

function without(file: string): Edits {
  return new Map([...edits].filter(([name]) => name !== file))
}

describe('a plot that is added as CONTRIBUTING.md says', () => {
  it('is one new file, and what cells see of it', () => {
    expect([...edits.keys()]).toEqual([figure, api, lab])
    expect(complaints([lab], edits)).toEqual([])
  }, 120_000)

  it('does not compile where cells see it and it is not there, or the other way', () => {
    expect(complaints([lab], without(lab))).toEqual([
      expect.stringMatching(/^src\/lab\/lab\.ts: Property 'lateTraining' is missing in type/),
    ])
    expect(complaints([lab], without(api))[0]).toMatch(/^src\/lab\/lab\.ts: .*'lateTraining' does not exist/)
  }, 120_000)
})

describe('such a plot', () => {
  let source: Awaited<ReturnType<typeof sourceWith>>
  let plots: Lab['plot'] & { readonly lateTraining: (...results: readonly unknown[]) => Plot }
  let results: ResultsModule.Results

  beforeAll(async () => {
    source = await sourceWith(edits)
    const load = (file: string): Promise<unknown> => import(join(source.folder, 'src', file))
    const { createLab } = (await load('lab/lab.ts')) as typeof CreateLab
    const { Results } = (await load('lab/results/results.ts')) as typeof ResultsModule
    plots = createLab(dryHost).plot as typeof plots
    const { lab: dry } = dryLab()
    const { experiment } = await dry.imp(dry.preset('lenet-mnist'), { levels: 3 })
    results = new Results(experiment, sampleSeries({ levels: 3 }), emptyReader)
  }, 120_000)
  afterAll(() => source.remove())

  it('is kept by a notebook as what draws it, as a picture and as text', async () => {
    const bundle = await plots.lateTraining(results)[display]()
    expect(Object.keys(bundle)).toEqual(['application/vnd.vegalite.v5+json', 'image/svg+xml', 'text/plain'])
    const svg = bundle['image/svg+xml']!
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'Accuracy gained after early stop, lenet-mnist',
        'means over 2 replicates',
        'Test accuracy since early stop (points)',
      ]),
    )
    expect(marks(svg, 'line')).toBe(1)
    const [header, dense, ...rest] = bundle['text/plain']!.split('\n')
    expect(header).toMatch(/^series +remaining +points since early stop, mean +replicates$/)
    expect(dense).toMatch(/^tickets +100% +-?\d\.\d\d +2$/)
    expect(rest).toHaveLength(3)
  })

  it('has the difference of what the results say', () => {
    const plot = plots.lateTraining(results)
    const [header, ...lines] = plot.csv().trimEnd().split('\r\n')
    expect(header).toBe('series,percent,points,replicates')
    const points = lines.map((line) => Number(line.split(',')[2]))
    const expected = results.levels.map(
      ({ finalAccuracy, earlyStopAccuracy }) => 100 * (finalAccuracy.mean - earlyStopAccuracy.mean),
    )
    expect(points).toHaveLength(4)
    points.forEach((value, level) => expect(value).toBeCloseTo(expected[level]!, 3))
    expect(new Set(points).size).toBeGreaterThan(1)
  })

  it('refuses what it cannot draw', () => {
    expect(() => plots.lateTraining()).toThrow('in lab.plot.lateTraining, found none')
    expect(() => plots.lateTraining(Promise.resolve(results))).toThrow("Write 'await'")
  })
})
