import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { requireTensorflow } from '../src/backends/tensorflow/installation/find'
import { places } from '../src/support/paths'

/** One line of the report. */
export interface Row {
  readonly what: string
  readonly milliseconds: number
  /** How many times slower than our own step. */
  readonly ratio: number
  readonly note?: string
}

/** A process that trains the same network on data of the same shape. */
interface Competitor {
  readonly what: string
  /** Trains this many steps and answers with the milliseconds that each took. */
  readonly run: (steps: number) => Promise<number>
  readonly stop: () => void
}

const rounds = 7
const folder = resolve('bench', 'step')

/**
 * Milliseconds per training step of LeNet-300-100 (batch 60, Adam, masks) of our backend, of tfjs-node's
 * `optimizer.minimize`, and of PyTorch eager where Python can import torch. Each is a process of its own; only one
 * works at a time, in turns, and the median of its turns counts. Run from the root of the repository.
 */
export async function benchStep(): Promise<Row[]> {
  const { folder: installed, binding } = requireTensorflow(places().backends)
  const tfjs = join(installed, 'node_modules', '@tensorflow', 'tfjs-node')
  const built = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  const competitors: Competitor[] = []
  const notes: string[] = []
  try {
    const ours = join(built, 'ours.cjs')
    await build({
      entryPoints: [join(folder, 'ours.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: ours,
      logLevel: 'warning',
    })
    competitors.push(await start('Ticket Lab', process.execPath, [ours, binding]))
    competitors.push(
      await start('tfjs-node, optimizer.minimize', process.execPath, [join(folder, 'tfjs.cjs'), tfjs]),
    )
    try {
      competitors.push(await start('PyTorch eager', 'python3', [join(folder, 'torch_eager.py')]))
    } catch (error) {
      notes.push(`PyTorch eager was left out: ${(error as Error).message}`)
    }
    const turns = await takeTurns(competitors)
    const base = median(turns[0]!)
    return competitors.map(({ what }, index) => {
      const milliseconds = median(turns[index]!)
      const note = index === 0 ? notes.join(' ') : ''
      return { what, milliseconds, ratio: milliseconds / base, ...(note && { note }) }
    })
  } finally {
    for (const competitor of competitors) competitor.stop()
    rmSync(built, { recursive: true, force: true })
  }
}

async function takeTurns(competitors: readonly Competitor[]): Promise<number[][]> {
  const turns = competitors.map((): number[] => [])
  for (const { run } of competitors) await run(50)
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of competitors.entries()) {
      // Ours is given chunks of the length that a trainer uses; the others are slower.
      turns[index]!.push(await run(index === 0 ? 300 : 60))
    }
  }
  return turns
}

/**
 * Starts a competitor, which prints `ready`, and then for each number of steps that it reads prints the
 * milliseconds per step.
 */
async function start(what: string, program: string, args: readonly string[]): Promise<Competitor> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => (complaints += part.toString()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const last = complaints.trim().split('\n').at(-1) ?? ''
      reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${last}`))
    })
  })
  // A competitor that is stopped at the end also closes; nobody waits for it then.
  failed.catch(() => undefined)
  // Where the output ends, the process has ended too, and its `close` says why.
  const nextLine = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), failed])
    return line.done ? failed : line.value
  }
  while ((await nextLine()) !== 'ready');
  return {
    what,
    run: async (steps) => {
      child.stdin.write(`${steps}\n`)
      return Number(await nextLine())
    },
    stop: () => child.kill(),
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
