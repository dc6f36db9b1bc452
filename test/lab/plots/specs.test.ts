import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { compile } from 'vega-lite'
import { describe, expect, test } from 'vitest'
import { accuracySpec } from '../../../src/lab/plots/accuracy'
import { earlyStopSpec } from '../../../src/lab/plots/early-stop'
import type { PlotSpec } from '../../../src/lab/plots/figure'
import { learningCurvesSpec } from '../../../src/lab/plots/learning-curves'
import { liveSpec } from '../../../src/lab/plots/live'
import { sampleComparison, sampleDensity, sampleSeries } from './sample'

const schemaFile = createRequire(import.meta.url).resolve('vega-lite/build/vega-lite-schema.json')
const isVegaLite = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
)

const live = { title: 'IMP lenet-mnist', progress: 'level 0 of 8', densities: [0, 1, 2].map(sampleDensity) }

const specs: Record<string, PlotSpec> = {
  'accuracy of tickets and controls': accuracySpec(sampleComparison()),
  'accuracy of one series': accuracySpec([sampleSeries({ replicates: 1 })]),
  'accuracy of nothing': accuracySpec([]),
  'early stop of tickets and controls': earlyStopSpec(sampleComparison()),
  'early stop before the first result': earlyStopSpec([sampleSeries({ finished: 0 })]),
  'learning curves': learningCurvesSpec([sampleSeries()], { levels: [0, 3, 5, 7] }),
  'learning curves of several series': learningCurvesSpec(sampleComparison()),
  'learning curves of nothing': learningCurvesSpec([sampleSeries({ finished: 0 })]),
  'live, no point': liveSpec([sampleSeries({ finished: 0 })], live),
  'live, one point': liveSpec([sampleSeries({ finished: 1 })], live),
  'live, many points': liveSpec([sampleSeries()], live),
  'live, more series than colours': liveSpec(
    Array.from({ length: 8 }, () => sampleSeries()),
    live,
  ),
}

describe.each(Object.entries(specs))('%s', (_, spec) => {
  test('is valid by the schema of Vega-Lite', () => {
    isVegaLite(JSON.parse(JSON.stringify(spec)))
    expect(isVegaLite.errors ?? []).toEqual([])
  })

  test('compiles without a warning', () => {
    const said: unknown[] = []
    const logger = {
      level: () => logger,
      error: (...args: unknown[]) => (said.push(args), logger),
      warn: (...args: unknown[]) => (said.push(args), logger),
      info: () => logger,
      debug: () => logger,
    }
    compile(spec, { logger: logger as never })
    expect(said).toEqual([])
  })

  test('carries its data and loads nothing', () => {
    expect(JSON.stringify(spec)).not.toMatch(/"url"/)
  })
})

test('a misspelled mark would be found by the schema', () => {
  expect(isVegaLite({ ...specs['learning curves'], layer: [{ mark: 'lnie' }] })).toBe(false)
})
