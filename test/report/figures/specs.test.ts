import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { compile } from 'vega-lite'
import { describe, expect, test } from 'vitest'
import { sampleSpecs as specs } from './sample-specs'

const schemaFile = createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json')
const isVegaLite = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(schemaFile, 'utf8')) as object,
)

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
    compile(spec, { logger: logger })
    expect(said).toEqual([])
  })

  test('carries its data and loads nothing', () => {
    expect(JSON.stringify(spec)).not.toMatch(/"url"/)
  })
})

test('a misspelled mark would be found by the schema', () => {
  expect(isVegaLite({ ...specs['learning curves'], layer: [{ mark: 'lnie' }] })).toBe(false)
})
