import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildOurs, median } from './competitor'
import { startEngines, type Engine } from './density/engines'
import type { Workload } from './density/workloads'

/** What a run measured. */
export interface DensityReport {
  readonly network: string
  readonly recipe: string
  readonly date: string
  readonly processor: string
  /** Of Node, and of the other libraries that were there. */
  readonly versions: string
  /** The load average when it began. */
  readonly load: number
  readonly engines: readonly Pick<Engine, 'library' | 'how' | 'threads'>[]
  /** At each share of the weights, by engine; the output layer's share is larger. */
  readonly steps: readonly {
    readonly density: number
    /** Of a step. */
    readonly milliseconds: readonly number[]
    /** What processors worked in a step, all threads together; with one thread, other work hardly changes it. */
    readonly worked: readonly number[]
  }[]
  /** Seconds of training all networks of a ladder, by engine, with `steps` each. */
  readonly ladder?: { readonly levels: number; readonly steps: number; readonly seconds: readonly number[] }
  readonly notes: readonly string[]
}

const folder = resolve('bench', 'density')
const rounds = 5

/** Shares that are left of the output layer (the second one) and of all others. */
const shares = (level: number): string => `${0.8 ** level} ${0.9 ** level}`

/**
 * Milliseconds per training step of a network against the share of weights left, and the seconds of a whole ladder, on
 * our backends and in other libraries, in each of several ways to use them. Each is a process of its own; only one works
 * at a time, in turns, and the median of its turns counts. Run from the root of the repository.
 */
export async function benchDensity(workload: Workload): Promise<DensityReport> {
  const built = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  const [load] = loadavg() as [number, ...number[]]
  const { engines, notes, versions } = await startEngines(workload, folder, await buildOurs(folder, built))
  try {
    const { ladder } = workload
    const steps = await measureSteps(workload, engines)
    const seconds = ladder && (await measureLadder(ladder, engines))
    return {
      network: workload.title,
      recipe: workload.recipe,
      date: new Date().toISOString().slice(0, 10),
      processor: `${cpus()[0]!.model}, ${cpus().length} cores`,
      versions: [`Node ${process.version}`, ...versions].join(', '),
      load,
      engines: engines.map(({ library, how, threads }) => ({ library, how, threads })),
      steps,
      ...(ladder && seconds ? { ladder: { ...ladder, seconds } } : {}),
      notes,
    }
  } finally {
    for (const { competitor } of engines) competitor.stop()
    rmSync(built, { recursive: true, force: true })
  }
}

async function measureSteps(
  { levels, steps }: Workload,
  engines: readonly Engine[],
): Promise<DensityReport['steps']> {
  const turns = levels.map(() =>
    engines.map(() => ({ milliseconds: [] as number[], worked: [] as number[] })),
  )
  // With masks and without, since what is compiled is compiled for each.
  for (const { competitor } of engines) {
    await competitor.ask(`${shares(0)} ${steps.before}`)
    await competitor.ask(`${shares(levels.at(-1)!)} ${steps.before}`)
  }
  for (let round = 0; round < rounds; round++) {
    for (const [row, level] of levels.entries()) {
      for (const [column, { library, competitor }] of engines.entries()) {
        const count = library === 'Ticket Lab' ? steps.ours : steps.others
        const [milliseconds, , worked] = (await competitor.ask(`${shares(level)} ${count}`)).split(' ')
        turns[row]![column]!.milliseconds.push(Number(milliseconds))
        turns[row]![column]!.worked.push(Number(worked))
      }
    }
  }
  return levels.map((level, row) => ({
    density: 0.8 ** level,
    milliseconds: turns[row]!.map(({ milliseconds }) => median(milliseconds)),
    worked: turns[row]!.map(({ worked }) => median(worked)),
  }))
}

/** Loading weights and masks is counted in. */
async function measureLadder(
  ladder: { readonly levels: number; readonly steps: number },
  engines: readonly Engine[],
): Promise<readonly number[]> {
  const seconds = engines.map(() => 0)
  for (let level = 0; level <= ladder.levels; level++) {
    for (const [column, { competitor }] of engines.entries()) {
      const answer = await competitor.ask(`${shares(level)} ${ladder.steps}`)
      const [step, load] = answer.split(' ').map(Number) as [number, number]
      seconds[column]! += (step * ladder.steps + load) / 1000
    }
  }
  return seconds
}
