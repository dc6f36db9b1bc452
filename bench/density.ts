import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { wasmBelow } from '../src/backends/choose'
import { findTensorflow } from '../src/backends/tensorflow/installation/find'
import { places } from '../src/support/paths'
import { kernelsFor } from '../src/backends/tensorflow/arithmetic'
import { hasConvolutions } from '../src/networks/parameters'
import { networkByName } from '../src/networks/zoo'
import { buildOurs, median, start, type Competitor } from './competitor'
import type { Workload } from './density/workloads'

/** What a run measured. */
export interface DensityReport {
  readonly network: string
  readonly date: string
  readonly processor: string
  readonly node: string
  readonly engines: readonly string[]
  /** Milliseconds per step of the full network on tfjs-backend-wasm, which knows no masks. */
  readonly tfjsWasm?: number
  /** Milliseconds per step, by engine, at each share of the weights; the output layer's share is larger. */
  readonly steps: readonly {
    readonly density: number
    readonly milliseconds: readonly number[]
    /** What processors worked in a step, all threads together; with one thread, other work hardly changes it. */
    readonly worked: readonly number[]
  }[]
  /** Seconds of training all networks of a ladder, by engine, with `steps` each. */
  readonly ladder?: {
    readonly levels: number
    readonly steps: number
    readonly seconds: readonly number[]
    /** With each network on the one of our backends that `backend: 'mixed'` takes for it. */
    readonly mixed?: number
  }
  readonly notes: readonly string[]
}

const folder = resolve('bench', 'density')
const rounds = 5

/** Shares that are left of the output layer (the second one) and of all others. */
const shares = (level: number): string => `${0.8 ** level} ${0.9 ** level}`

/**
 * Milliseconds per training step of a network (batch 60, Adam) against the share of weights left, and the seconds of a
 * whole ladder, on wasm, on TensorFlow and in PyTorch eager. Each is a process of its own; only one works at a time, in
 * turns, and the median of its turns counts. Run from the root of the repository.
 */
export async function benchDensity(workload: Workload): Promise<DensityReport> {
  const built = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  const competitors: Competitor[] = []
  const notes: string[] = []
  const [load] = loadavg() as [number, ...number[]]
  if (load > 0.5) {
    notes.push(`The machine was not idle: its load average was ${load.toFixed(1)} when this began.`)
  }
  const { network, title } = workload
  try {
    const ours = await buildOurs(folder, built)
    competitors.push(await start('wasm', process.execPath, [ours, network]))
    const tensorflow = findTensorflow(places().backends)
    if (tensorflow) {
      const { threads } = kernelsFor(hasConvolutions(networkByName(network)))
      notes.push(`As in a trainer, wasm uses one thread and TensorFlow ${threads}.`)
      competitors.push(await start('tensorflow', process.execPath, [ours, network, tensorflow.binding]))
    } else notes.push('TensorFlow is not installed and was left out.')
    try {
      const script = join(folder, 'torch_eager.py')
      competitors.push(await start('PyTorch eager', 'python3', [script, network]))
      competitors.push(await start('PyTorch eager, 1 thread', 'python3', [script, network, '1']))
    } catch (error) {
      notes.push(`PyTorch was left out: ${(error as Error).message}`)
    }
    const tfjsWasm = workload.tfjsWasm ? await measureTfjs() : undefined
    const steps = await measureSteps(workload, competitors, tensorflow ? 2 : 1)
    const { ladder } = workload
    const found = ladder && (await measureLadder(ladder, competitors, tensorflow !== undefined))
    return {
      network: title,
      date: new Date().toISOString().slice(0, 10),
      processor: `${cpus()[0]!.model}, ${cpus().length} cores`,
      node: process.version,
      engines: competitors.map(({ what }) => what),
      ...(tfjsWasm === undefined ? {} : { tfjsWasm }),
      steps,
      ...(ladder && found ? { ladder: { ...ladder, ...found } } : {}),
      notes,
    }
  } finally {
    for (const competitor of competitors) competitor.stop()
    rmSync(built, { recursive: true, force: true })
  }
}

async function measureTfjs(): Promise<number> {
  const { ask, stop } = await start('tfjs-backend-wasm', process.execPath, [join(folder, 'tfjs_wasm.cjs')])
  try {
    await ask(`${shares(0)} 10`)
    const turns: number[] = []
    for (let round = 0; round < rounds; round++)
      turns.push(Number((await ask(`${shares(0)} 20`)).split(' ')[0]))
    return median(turns)
  } finally {
    stop()
  }
}

/** @param own how many of the competitors, the first ones, are our backends and get chunks as a trainer gives them */
async function measureSteps(
  { levels, steps }: Workload,
  competitors: readonly Competitor[],
  own: number,
): Promise<DensityReport['steps']> {
  const turns = levels.map(() =>
    competitors.map(() => ({ milliseconds: [] as number[], worked: [] as number[] })),
  )
  for (const { ask } of competitors) await ask(`${shares(0)} ${steps.before}`)
  for (let round = 0; round < rounds; round++) {
    for (const [row, level] of levels.entries()) {
      for (const [column, { ask }] of competitors.entries()) {
        const count = column < own ? steps.ours : steps.others
        const [milliseconds, , worked] = (await ask(`${shares(level)} ${count}`)).split(' ')
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

/**
 * Loading weights and masks is counted in.
 * @param both whether the first two competitors are wasm and TensorFlow
 */
async function measureLadder(
  ladder: { readonly levels: number; readonly steps: number },
  competitors: readonly Competitor[],
  both: boolean,
): Promise<{ readonly seconds: number[]; readonly mixed?: number }> {
  const seconds = competitors.map(() => 0)
  let mixed = 0
  for (let level = 0; level <= ladder.levels; level++) {
    for (const [column, { ask }] of competitors.entries()) {
      const answer = await ask(`${shares(level)} ${ladder.steps}`)
      const [step, load] = answer.split(' ').map(Number) as [number, number]
      const taken = (step * ladder.steps + load) / 1000
      seconds[column]! += taken
      if (column === (0.8 ** level < wasmBelow.dense ? 0 : 1)) mixed += taken
    }
  }
  return { seconds, ...(both ? { mixed } : {}) }
}
