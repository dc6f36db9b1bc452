import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InstabilityResults } from '../../../src/lab/results/instability-results'
import type { Results } from '../../../src/lab/results/results'
import { display } from '../../../src/report/display'
import { tidyTable } from '../../../src/report/showing/tidy-table'
import { temporaryFolder } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'
import { openTestLab, type TestLab } from '../lab'
import { smallSetup } from './small'

let opened: TestLab
let out: Awaited<ReturnType<typeof temporaryFolder>>
let tickets: Results
let variants: Readonly<Record<string, Results>>
let analysis: InstabilityResults

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
  const { lab } = opened
  const setup = await smallSetup(lab, { replicates: 2 })
  tickets = await lab.imp(setup, { levels: 1 })
  variants = await lab.variants({ 'lr "high", 0.1': setup, 'lr 0.01': setup }, { levels: 1 })
  analysis = await lab.instability(setup, { steps: [0, 4] })
})
afterAll(async () => {
  await opened.close()
  await out.remove()
})

describe('lab.table', () => {
  it('has a row for each network, step and split, with the numbers as they were recorded', () => {
    const { rows } = opened.lab.table(tickets)
    const { experiment } = tickets
    // 2 replicates, 2 levels; validation and test at 3 steps, the loss of training at the last two.
    expect(rows).toHaveLength(2 * 2 * (3 + 3 + 2))
    for (const { replicate, level, density, task, rows: recorded } of tickets.learningCurves) {
      const of = { experiment: 'IMP small', kind: 'imp', replicate, level, density, digest: task }
      expect(rows.filter(({ digest }) => digest === task)).toEqual(
        recorded.flatMap(({ step, ...row }) => [
          ...(row.trainLoss === undefined ? [] : [{ ...of, step, split: 'train', loss: row.trainLoss }]),
          { ...of, step, split: 'validation', loss: row.validationLoss, accuracy: row.validationAccuracy },
          { ...of, step, split: 'test', loss: row.testLoss, accuracy: row.testAccuracy },
        ]),
      )
    }
    expect(new Set(rows.map(({ digest }) => digest))).toEqual(
      new Set(experiment.trainings.map(({ task }) => task)),
    )
    // Of 66 weights half are left: 30 of 60, 3 of 6.
    expect(new Set(rows.map(({ density }) => density))).toEqual(new Set([1, 0.5]))
  })

  it('takes all of lab.variants, and analyses, whose copies it tells apart', () => {
    const { rows } = opened.lab.table(tickets, variants, analysis, tickets)
    expect([...new Set(rows.map(({ experiment }) => experiment))]).toEqual([
      'IMP small',
      'IMP small, lr "high", 0.1',
      'IMP small, lr 0.01',
      'instability small',
      'IMP small (2)',
    ])
    const copies = rows.filter(({ kind }) => kind === 'instability')
    expect(new Set(copies.map(({ k, copy }) => `${k}/${copy}`)).size).toBe(2 * analysis.plan.orders)
    expect(rows.filter(({ kind }) => kind === 'imp').every((row) => !('k' in row) && !('copy' in row))).toBe(
      true,
    )
  })

  it("is CSV, of which Python's csv module reads the same numbers", async ({ skip }) => {
    const obstacle = await pythonObstacle('csv')
    skip(obstacle !== undefined, obstacle)
    const table = opened.lab.table(variants, analysis)
    const file = await table.saveCsv(join(out.folder, 'tables', 'all.csv'))
    expect(await readFile(file, 'utf8')).toBe(table.csv())
    const program = [
      'import csv, json, sys',
      'numbers = {"replicate", "level", "density", "k", "copy", "step", "loss", "accuracy"}',
      'rows = csv.DictReader(open(sys.argv[1], newline=""), strict=True)',
      'read = lambda name, cell: float(cell) if name in numbers else cell',
      'print(json.dumps([{name: read(name, cell) for name, cell in row.items() if cell} for row in rows]))',
    ]
    expect(JSON.parse(await python('-c', program.join('\n'), file))).toEqual(table.rows)
  })

  it('is shown as a table, and a long one is cut with a note', async () => {
    const short = (await opened.lab.table(tickets)[display]())['text/plain']!.split('\n')
    expect(short[0]).toBe('32 rows')
    expect(short).toHaveLength(1 + 1 + 32)
    expect(short[1]!.split(/\s+/)).toEqual([
      'experiment',
      'kind',
      'replicate',
      'level',
      'density',
      'step',
      'split',
      'loss',
      'accuracy',
      'digest',
    ])

    const { experiment } = tickets
    const rows = Array.from({ length: 1000 }, (_, step) => ({
      step,
      testLoss: 1 / (step + 1),
      testAccuracy: 0.5,
    }))
    const curve = { level: 0, replicate: 1, density: 1, task: 'a'.repeat(64), rows }
    const long = tidyTable([{ experiment, learningCurves: [curve] }])
    const lines = long.text().split('\n')
    expect(lines).toHaveLength(1 + 1 + 100 + 1)
    expect(lines.at(-1)).toBe('... and 900 more: rows has all of them, and so has await saveCsv(file)')
    expect((await long[display]())['text/html']).toContain('... and 900 more')
    expect(long.rows).toHaveLength(1000)
    expect(inspect(long)).toBe('Table of 1,000 rows: IMP small')
  })

  it.each<[string, () => unknown, RegExp]>([
    ['nothing', () => opened.lab.table(), /Expected results of .*lab\.instability in lab\.table, found none/],
    ['a promise', () => opened.lab.table(Promise.resolve(tickets) as never), /Write 'await' before the call/],
    ['a setup', () => opened.lab.table(tickets.experiment.setup as never), /lab\.table/],
  ])('is refused for %s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
