import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findNative } from '../src/backends/native/installation'
import { requireTensorflow } from '../src/backends/tensorflow/installation/find'
import { places } from '../src/support/paths'
import { buildOurs, median, start, type Competitor } from './competitor'

/** One line of the report. */
export interface Row {
  readonly what: string
  readonly milliseconds: number
  /** How many times slower than our own step. */
  readonly ratio: number
  readonly note?: string
}

const folder = resolve('bench', 'step')

/** Turns, and the steps that each competitor is given in one of them and before the first. */
const sizes = {
  // Ours, in chunks as a trainer takes them, is given more; the others are slower.
  lenet: { rounds: 7, before: 50, ours: 300, others: 60 },
  conv2: { rounds: 7, before: 2, ours: 3, others: 3 },
}

/**
 * Milliseconds per training step (batch 60, Adam, masks) of LeNet-300-100 or Conv-2, of our backends, of tfjs-node's
 * `optimizer.minimize` (LeNet only), and of PyTorch eager where Python can import torch, which takes as many threads as
 * there are cores. Each is a process of its own; only one works at a time, in turns, and the median of its turns
 * counts. Run from the root of the repository.
 */
export async function benchStep(network: 'lenet' | 'conv2'): Promise<Row[]> {
  const { folder: installed, binding } = requireTensorflow(places().backends)
  const tfjs = join(installed, 'node_modules', '@tensorflow', 'tfjs-node')
  const built = mkdtempSync(join(tmpdir(), 'ticketlab-bench-'))
  const competitors: Competitor[] = []
  const notes: string[] = []
  try {
    const ours = await buildOurs(folder, built)
    const add = async (what: string, program: string, args: readonly string[]) => {
      competitors.push(await start(what, program, args))
    }
    const torch = join(folder, 'torch_eager.py')
    await add('Ticket Lab', process.execPath, [ours, 'tensorflow', binding, network])
    const native = findNative(places().backends, resolve('dist/data/native'))
    if (native) {
      await add('Ticket Lab, native, 1 thread', process.execPath, [ours, 'native', native.binding, network])
    } else notes.push('The native backend is not installed and was left out.')
    if (network === 'lenet') {
      await add('tfjs-node, optimizer.minimize', process.execPath, [join(folder, 'tfjs.cjs'), tfjs])
    } else {
      await add('Ticket Lab, 1 thread', process.execPath, [ours, 'tensorflow', binding, network, '1'])
    }
    try {
      await add('PyTorch eager', 'python3', [torch, network])
      if (network === 'conv2') await add('PyTorch eager, 1 thread', 'python3', [torch, network, '1'])
    } catch (error) {
      notes.push(`PyTorch eager was left out: ${(error as Error).message}`)
    }
    const turns = await takeTurns(competitors, sizes[network])
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

async function takeTurns(
  competitors: readonly Competitor[],
  { rounds, before, ours, others }: (typeof sizes)['lenet'],
): Promise<number[][]> {
  const turns = competitors.map((): number[] => [])
  for (const { ask } of competitors) await ask(String(before))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { what, ask }] of competitors.entries()) {
      turns[index]!.push(Number(await ask(String(what.startsWith('Ticket Lab') ? ours : others))))
    }
  }
  return turns
}
