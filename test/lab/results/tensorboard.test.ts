import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InstabilityResults } from '../../../src/lab/results/instability-results'
import type { Results } from '../../../src/lab/results/results'
import { display } from '../../../src/report/display'
import { crc32c } from '../../../src/support/crc32'
import type { MetricsRow } from '../../../src/tasks/recipe'
import { temporaryFolder } from '../../runtime/lab'
import { python, pythonObstacle } from '../../support/python'
import { openTestLab, type TestLab } from '../lab'
import { smallSetup } from './small'

let opened: TestLab
let out: Awaited<ReturnType<typeof temporaryFolder>>
let tickets: Results
let analysis: InstabilityResults

beforeAll(async () => {
  out = await temporaryFolder()
  opened = await openTestLab(join(out.folder, 'no-backends'))
  const setup = await smallSetup(opened.lab, { replicates: 2 })
  tickets = await opened.lab.imp(setup, { levels: 1 })
  analysis = await opened.lab.instability(setup, { steps: [0, 4] })
})
afterAll(async () => {
  await opened.close()
  await out.remove()
})

/** A number of an event file. */
interface Scalar {
  readonly tag: string
  readonly step: number
  readonly value: number
  readonly wallTime: number
}

/** The scalars that a row of metrics becomes, in order. */
function scalarsOf(rows: readonly MetricsRow[]): readonly Omit<Scalar, 'wallTime'>[] {
  return rows.flatMap((row) =>
    Object.entries({
      'loss/train': row.trainLoss,
      'loss/validation': row.validationLoss,
      'loss/test': row.testLoss,
      'accuracy/validation': row.validationAccuracy,
      'accuracy/test': row.testAccuracy,
    }).flatMap(([tag, value]) =>
      value === undefined ? [] : [{ tag, step: row.step, value: Math.fround(value) }],
    ),
  )
}

async function eventFileOf(run: string): Promise<string> {
  const files = await readdir(run)
  expect(files).toHaveLength(1)
  return join(run, files[0]!)
}

/** Records of TensorFlow, each between its sums. */
function recordsOf(bytes: Buffer): readonly Buffer[] {
  const records: Buffer[] = []
  const checked = (from: number, to: number): Buffer => {
    const content = bytes.subarray(from, to)
    const turned = (bytes.readUInt32LE(to) - 0xa282ead8) >>> 0
    expect(((turned << 15) | (turned >>> 17)) >>> 0).toBe(crc32c(content))
    return content
  }
  for (let at = 0; at < bytes.length; at += 16 + records.at(-1)!.length) {
    const length = Number(checked(at, at + 8).readBigUInt64LE())
    records.push(checked(at + 12, at + 12 + length))
  }
  return records
}

/** The fields of a protobuf message by number, as they lie in it. */
function fieldsOf(bytes: Buffer): ReadonlyMap<number, Buffer | number> {
  const fields = new Map<number, Buffer | number>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const length = [undefined, 8, undefined, undefined, undefined, 4][key & 7] ?? varint()
    if ((key & 7) === 0) fields.set(key >>> 3, length)
    else fields.set(key >>> 3, bytes.subarray(at, (at += length)))
  }
  return fields
}

const bytesIn = (fields: ReadonlyMap<number, Buffer | number>, id: number): Buffer => fields.get(id) as Buffer

async function scalarsIn(file: string): Promise<readonly Scalar[]> {
  const [first, ...events] = recordsOf(await readFile(file)).map(fieldsOf)
  expect(bytesIn(first!, 3).toString()).toBe('brain.Event:2')
  return events.map((event) => {
    const value = fieldsOf(bytesIn(fieldsOf(bytesIn(event, 5)), 1))
    return {
      tag: bytesIn(value, 1).toString(),
      step: (event.get(2) as number | undefined) ?? 0,
      value: bytesIn(value, 2).readFloatLE(),
      wallTime: bytesIn(event, 1).readDoubleLE(),
    }
  })
}

const withoutTime = ({ tag, step, value }: Scalar) => ({ tag, step, value })

describe('event files of TensorBoard', () => {
  it('have a run for each level and replicate, with every number that was recorded', async () => {
    const { folder, runs } = await tickets.tensorboard(join(out.folder, 'runs'))
    expect(folder).toBe(join(out.folder, 'runs'))
    expect(runs.map((run) => basename(run))).toEqual(
      [1, 2].flatMap((replicate) => [0, 1].map((level) => `small-imp-level-${level}-replicate-${replicate}`)),
    )
    expect(tickets.learningCurves).toHaveLength(4)
    for (const [index, { rows }] of tickets.learningCurves.entries()) {
      const scalars = await scalarsIn(await eventFileOf(runs[index]!))
      expect(scalars.map(withoutTime)).toEqual(scalarsOf(rows))
      expect(rows).toHaveLength(3)
    }
  })

  it('say about when the training was', async () => {
    const { runs } = await tickets.tensorboard(join(out.folder, 'times'))
    const times = (await scalarsIn(await eventFileOf(runs[3]!))).map(({ wallTime }) => wallTime)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times[0]).toBeLessThan(times.at(-1)!)
    expect(Math.abs(Date.now() / 1000 - times.at(-1)!)).toBeLessThan(3600)
  })

  it('of an instability analysis have a run for each copy', async () => {
    const { runs } = await analysis.tensorboard(join(out.folder, 'copies'))
    expect(runs).toHaveLength(analysis.learningCurves.length)
    expect(runs.map((run) => basename(run))).toContain('small-instability-level-0-replicate-2-k-4-copy-2')
    expect(new Set(runs).size).toBe(2 * 2 * analysis.plan.orders)
    const curve = analysis.learningCurves.findIndex(
      ({ replicate, copy }) => replicate === 2 && copy!.step === 4,
    )
    const scalars = await scalarsIn(await eventFileOf(runs[curve]!))
    expect(scalars.map(withoutTime)).toEqual(scalarsOf(analysis.learningCurves[curve]!.rows))
  })

  it('are the same when they are written again', async () => {
    const folder = join(out.folder, 'again')
    const { runs } = await tickets.tensorboard(folder)
    const before = await Promise.all(runs.map(async (run) => readFile(await eventFileOf(run))))
    expect((await tickets.tensorboard(folder)).runs).toEqual(runs)
    expect(await Promise.all(runs.map(async (run) => readFile(await eventFileOf(run))))).toEqual(before)
  })

  it('are not put beside those of others, and then none is written', async () => {
    const folder = join(out.folder, 'others')
    const theirs = join(folder, 'small-imp-level-1-replicate-2', 'events.out.tfevents.1.their-host')
    await mkdir(join(theirs, '..'), { recursive: true })
    await writeFile(theirs, 'theirs')
    await expect(tickets.tensorboard(folder)).rejects.toThrow(
      /Expected a folder without events of another training where a run of IMP small goes, found .*their-host/,
    )
    expect(await readdir(folder)).toEqual(['small-imp-level-1-replicate-2'])
    expect(await readFile(theirs, 'utf8')).toBe('theirs')
  })

  it('need a folder', async () => {
    await expect(tickets.tensorboard(undefined as never)).rejects.toThrow(/the folder in tensorboard/)
  })

  it('tell a cell how to see them', async () => {
    const shown = (await (await tickets.tensorboard(join(out.folder, 'runs')))[display]())['text/plain']
    expect(shown).toBe(
      `IMP small: 4 runs in ${join(out.folder, 'runs')}\ntensorboard --logdir "${join(out.folder, 'runs')}"`,
    )
  })

  it('are read by TensorBoard itself', async ({ skip }) => {
    const obstacle = await pythonObstacle('tensorboard.backend.event_processing.event_accumulator')
    skip(obstacle !== undefined, obstacle)
    const { runs } = await tickets.tensorboard(join(out.folder, 'real'))
    const found = JSON.parse(
      await python(resolve('test/lab/results/tensorboard_scalars.py'), ...runs),
    ) as readonly Readonly<Record<string, readonly (readonly [number, number])[]>>[]
    expect(found).toHaveLength(4)
    for (const [index, { rows }] of tickets.learningCurves.entries()) {
      const scalars = scalarsOf(rows)
      const tags = [...new Set(scalars.map(({ tag }) => tag))]
      const expected = tags.map((tag): [string, [number, number][]] => [
        tag,
        scalars.filter((one) => one.tag === tag).map(({ step, value }) => [step, value]),
      ])
      expect(found[index]).toEqual(Object.fromEntries(expected))
    }
  })
})
