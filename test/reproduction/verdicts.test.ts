import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { certaintyOf } from '../../src/experiments/certainty'
import { matchingVerdictOf } from '../../src/experiments/matching'
import { verdictOf } from '../../src/experiments/barriers'
import { spreadOver } from '../../src/experiments/spread'
import { certaintyText } from '../../src/report/words/verdicts'

/* The verdicts in the saved outputs of `reproduction/` are those of today's rule for the numbers saved beside them. */

interface Row {
  readonly chart?: 'barrier' | 'match' | 'line'
  readonly split?: string
  readonly replicates: number
  readonly series: string
  readonly level: number
  readonly finalAccuracy?: number
  readonly [field: string]: unknown
}

interface SavedOutput {
  readonly data?: {
    readonly 'text/plain'?: string | readonly string[]
    readonly 'application/vnd.vegalite.v5+json'?: { readonly data: { readonly values: readonly Row[] } }
  }
}

function outputsOf(name: string): readonly SavedOutput[] {
  const file = new URL(`../../reproduction/${name}.ipynb`, import.meta.url)
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: readonly { readonly outputs?: readonly SavedOutput[] }[]
  }
  return cells.flatMap(({ outputs = [] }) => outputs)
}

function rowsOf(name: string): readonly Row[] {
  return outputsOf(name).flatMap(({ data }) => data?.['application/vnd.vegalite.v5+json']?.data.values ?? [])
}

function textOf(name: string): string {
  return outputsOf(name)
    .map(({ data }) => [data?.['text/plain'] ?? ''].flat().join(''))
    .join('\n')
}

/** Mean, minimum and maximum of three values give all three. */
function spreadIn(row: Row, field: string, low: string, high: string) {
  const [mean, minimum, maximum] = [field, low, high].map((name) => Number(row[name])) as [
    number,
    number,
    number,
  ]
  if (row.replicates === 1) return spreadOver([mean])
  expect(row.replicates).toBe(3)
  return spreadOver([minimum, 3 * mean - minimum - maximum, maximum])
}

const signed = (value: number) => `${value > 0 ? '+' : ''}${value.toFixed(2)}`

describe.each([
  ['lenet-instability', 14],
  ['resnet20-instability', 3],
])('%s', (name, least) => {
  const rows = rowsOf(name)

  it('has the stability that its barriers say', () => {
    const barriers = rows.filter(({ chart, split }) => chart === 'barrier' && split === 'test')
    for (const row of barriers) {
      const spread = spreadIn(row, 'height', 'low', 'high')
      const text = `${verdictOf(spread, 2)}, ${certaintyText(certaintyOf(spread, 2), spread)}`
      expect(row['verdict']).toBe(text)
      expect(textOf(name)).toContain(text)
    }
    expect(barriers.length + rows.filter(({ chart }) => chart === 'match').length).toBeGreaterThanOrEqual(
      least,
    )
  })

  it('has the matching subnetworks that its differences say', () => {
    for (const row of rows.filter(({ chart }) => chart === 'match')) {
      const spread = spreadIn(row, 'difference', 'differenceLow', 'differenceHigh')
      const sure = certaintyText(certaintyOf(spread, -0.2), spread, signed)
      const text = `${matchingVerdictOf(spread, 0.2)}, ${sure}`
      expect(row['matching']).toBe(text)
      expect(textOf(name)).toContain(`${signed(spread.mean)} ${text}`)
    }
  })
})

describe.each([
  ['lenet-tickets', 48],
  ['conv2-tickets', 8],
])('%s', (name, count) => {
  it('has the matching levels that its accuracies say, settled where the interval is on one side', () => {
    const rows = rowsOf(name).filter(({ finalAccuracy }) => finalAccuracy !== undefined)
    const accuracyOf = (series: string, level: number) =>
      rows.find((row) => row.series === series && row.level === level)!.finalAccuracy!
    let checked = 0
    let series = ''
    for (const line of textOf(name).split('\n')) {
      const title = /^(IMP|random reinit|random mask) [\w-]+: /.exec(line)?.[1]
      if (title !== undefined) series = title === 'IMP' ? 'tickets' : title
      const found = /^(\d+) .* ([+-]?[\d.]+) (matching|not matching), (.*)$/.exec(line)
      if (!found) continue
      const [, level, shown, verdict, sure] = found as unknown as [string, string, string, string, string]
      const difference = accuracyOf(series, Number(level)) - accuracyOf('tickets', 0)
      expect(Math.abs(Number(shown) - difference)).toBeLessThan(0.0051)
      expect(verdict).toBe(difference >= -0.2 ? 'matching' : 'not matching')
      const interval = /^(settled|not settled) \[95%: ([+-]?[\d.]+) to ([+-]?[\d.]+)/.exec(sure)
      if (interval) {
        const [low, high] = [Number(interval[2]), Number(interval[3])] as const
        expect(Math.abs((low + high) / 2 - difference)).toBeLessThan(0.0101)
        expect(interval[1]).toBe(low >= -0.2 || high < -0.2 ? 'settled' : 'not settled')
      } else expect(sure).toBe('1 replicate: no interval')
      checked++
    }
    expect(checked).toBe(count)
  })
})

it('nothing is told by the former rule', () => {
  for (const name of ['lenet-tickets', 'conv2-tickets', 'lenet-instability', 'resnet20-instability']) {
    expect(textOf(name)).not.toMatch(/undecided|in every replicate|of \d\)/)
  }
})
