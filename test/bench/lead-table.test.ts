import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { DensityReport } from '../../bench/density'
import { bestOf } from '../../bench/density/lead'
import { leadTable } from '../../bench/density/lead-table'
import { workloads } from '../../bench/density/workloads'

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const file = (path: string) => readFileSync(at(path), 'utf8')
const result = (name: string) => `bench/results/density-${name}.json`
/** Of the networks that were measured; of others the README says nothing. */
const reports = Object.fromEntries(
  Object.keys(workloads)
    .filter((name) => existsSync(at(result(name))))
    .map((name) => [name, JSON.parse(file(result(name))) as DensityReport]),
)
/** Prettier widens columns; the words stay. */
const narrow = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---')

test('what the README says of speed is what was measured', () => {
  expect(narrow(file('README.md'))).toContain(narrow(leadTable(reports)))
})

test.each(Object.entries(reports))('%s was measured beside other libraries at their best', (_, report) => {
  expect(report.date).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(report.processor).toMatch(/\d+ cores/)
  expect(report.versions).toMatch(/Node v[\d.]+.*TensorFlow [\d.]+.*torch [\d.]+/)
  expect(report.engines).toContainEqual({ library: 'PyTorch', how: 'eager, fused optimizer', threads: 1 })
  expect(report.engines.filter(({ how }) => how.startsWith('compiled')).length).toBeGreaterThan(0)
})

test('the best of a library is its fastest way that takes no more threads', () => {
  const report = {
    engines: [
      { library: 'PyTorch', how: 'a', threads: 1 },
      { library: 'PyTorch', how: 'b', threads: 2 },
      { library: 'JAX', how: 'c', threads: 1 },
    ],
  } as const
  const step = { density: 1, milliseconds: [3, 2, 1], worked: [3, 4, 1] }
  const of = (threads: number) => bestOf(report, step, 'PyTorch', threads)?.how
  expect([of(1), of(2)]).toEqual(['a', 'b'])
})
