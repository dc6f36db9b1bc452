import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { requireTensorflow } from '../src/backends/tensorflow/installation/find'
import { places } from '../src/support/paths'
import { median, start, type Competitor } from './competitor'

/** One line of the report. */
export interface Row {
  readonly what: string
  readonly milliseconds: number
  /** How many times slower than our own step. */
  readonly ratio: number
  readonly note?: string
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
  for (const { ask } of competitors) await ask('50')
  for (let round = 0; round < rounds; round++) {
    for (const [index, { ask }] of competitors.entries()) {
      // Ours is given chunks of the length that a trainer uses; the others are slower.
      turns[index]!.push(Number(await ask(index === 0 ? '300' : '60')))
    }
  }
  return turns
}
